"""Kaikukortti, the core: cards, people, figures. It never imports `venues` (but for app.py and cli/).

__main__     `python -m kaikukortti`
app          wires everything together; imported by nobody
cli/         the `kaikukortti` command: demo, serve, stock print, bench …
web/         HTTP in, HTTP out; one file per blueprint
accounts     people who work with the service: invitations, passwords, sign-in
issuing      check a stock card, check the answers, register
cards        a unit's registered cards: find, look, list, block
cardregister the register under both: find a card, write an event
cardcodes    the QR symbol and the Code 39 bars of a number
cardface     the two sides of a card as marks in millimetres
cardwords    the words printed on a card
typeface     the fonts of cards
cardprint    one card as PNG and SVG
cardsheet    many cards on A4 as PDF
partners     the register of units and venues
simulate/    a made-up network and season, for the demo
statistics   live, trait-free counts for their owners
stock        numbers are drawn and kept as batches
profiles     background answers given with a card; few may import it
audit        who did or saw what, one hash chain per organisation
models/      the shared tables, one file per owner
db           engine set-up, migrations, the only commit
rules/       plain Python: access, card, counting, number, period, programme, verdict
config       settings into one frozen dataclass
clock        the only reader of the system clock
errors       DomainError and its nearest kin
"""
