"""The fault run: the real service and real tablets' scripts, with everything between them going wrong.

run       the program and its options; storm: what happens when; wire: a network that loses; victim: a service that dies
tablets   tablet.mjs in Node.js, which is killed and started again; world: cards, evenings, devices, and changes to them
history   what the tablets have told people; tally: that against the ledger
"""
