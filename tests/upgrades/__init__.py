"""The version before this one and this one on one database: side by side, during a migration, forward and back.

versions     the two programs; the earlier one is taken out of git
hosts        a service under a socket that stays open, as systemd holds it
visitor      a browser and a tablet's network in one: every call is noted with its end and its time
calls        what was noted, and figures of it
door         tablets that check and send, again until it is acknowledged
desk         people who sign in, hand out cards, look at figures
ground       the network that they work in: the earlier version's own demo
rehearsal    the upgrade and the way back, in phases, under load
tally        what must hold afterwards
ledger       a large ledger, and how long a migration holds it up
steps        what a migration may do, read from its text
run          `python -m tests.upgrades.run`
"""
