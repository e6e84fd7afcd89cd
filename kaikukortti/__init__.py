"""Kaikukortti, the core: cards, people, figures. It never imports `venues` (but for app.py and cli/).

__main__     `python -m kaikukortti`
app          wires everything together; imported by nobody
cli/         the `kaikukortti` command: demo, serve, stock print, bench …
web/         HTTP in, HTTP out; one file per blueprint
accounts     people who work with the service: invitations and roles
areacards    a card of the area by its number, for the coordinator
areas        settings of an area: validity, grace, contacts
issuing      check a stock card, check the answers, look for twins, register
cards        a unit's registered cards: find, look, list, block
lifecycle    renew, replace, pause, take back, undo
corrections  what was entered about a holder, corrected in mid-period
renewals     what ends soon or has ended, several cards renewed at once
sleeping     a unit's unused cards, an idea for each, talks about them
lostcards    a lost card without its number, found by what was entered
cardhistory  what happened to a card, when, why and by whom
cardperiods  a card's days of use under these: begun, handed over, withdrawn
cardregister the register under these: find a card, write an event
cardrows     a registered card as its unit sees it
barriers     what kept holders from going, by area and month
cardcodes    the QR symbol and the Code 39 bars of a number
cardface     the two sides of a card as marks in millimetres
cardwords    the words printed on a card
typeface     the fonts of cards
cardprint    one card as PNG and SVG
cardsheet    many cards on A4 as PDF
holdertexts/ what is told to a holder on paper in four languages, and the offer in easy Finnish
mobilecards  the page with a card's code for the holder's own telephone
requestcounts how often a page is asked for, counted for all processes
nearby       which venues are near a home, by postcodes
offer        what can be visited with the card, as anybody may read it
partners     the register of units and venues
cube/        figures of closed months and quarters, rounded: all that leaves its owner's hands
simulate/    made-up networks: the demo, and one of any size
reports      annual reports as they were frozen, and what has changed since
reportfigures what a report holds
yearfigures  the yearly table in the national shape
figuretable  a table of figures as it leaves the service
figurefiles  figure tables as CSV and XLSX
jsonstat     figure tables as JSON-stat 2.0
taggedpdf    pages of HTML as PDF/UA
statistics   live, trait-free counts for their owners
unitcounts   a unit's own cards and their visits as counts
usecounts    uses of an area or a venue over whole days
monthcounts  what each venue registered in each month, kept ready
ledgercounts the same, counted from the ledger itself
cardcounts   how many cards an area or a unit has
keptcounts   these where there are too many, counted once a day
stock        numbers are drawn and kept as batches
transfer/    earlier cards and uses in, the same shape out
takehome     what stands on the sheet that a holder takes home
stockcare    destroyed and stolen stock, counts, what is running low
stockcodes   rows of a table as codes of stock cards
stockimport  codes printed elsewhere become stock: a plan, a run
tables       CSV and XLSX that people send, read safely into rows of text
signin/      how members of staff prove who they are: password, second factor, sessions
mailing/     e-mail: a queue, and the process that sends it
partnership/ what units and venues owe the network: commitment, instruction, rights; what is missing
messaging/   announcements, feedback, who was turned away, digests
holderdata/  a holder's data and log, with the card in hand
backup/      backups: made, sealed, put back elsewhere and checked
retention/   how long things are kept, and how they go
running/     how a process runs: its log, its figures, its health
followup/    what visits give back: own card, grants, measures, indicators; a database of its own
profiles     background answers given with a card; few may import it
auditing/    the trail as it is read, verified and closed
audit        who did or saw what, one hash chain per organisation
models/      the shared tables, one file per owner
bulkrows     very many rows at once, on either engine
statements   statements past the ORM, for what a scan does
schema       the numbered steps of a database, run
db           engine set-up, the only commit
lockwaits    changing the tables of a database in use: short waits for locks, again and again
pgconnections what a request reads on PostgreSQL cannot write
rules/       plain Python: access, card, counting, number, period, programme, verdict
config       settings into one frozen dataclass
clock        the only reader of the system clock
errors       DomainError and its nearest kin
"""
