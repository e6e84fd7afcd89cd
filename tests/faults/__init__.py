"""The faults of security.md §5.3: the real service with everything around it going wrong, and what must hold.

run, catalogue    the program and its options; every fault, what must hold, and what shows it
finding, stage    what a run is given and hands back; a served database with doors in front of it
doors, world      twenty doors on threads; the cards, evenings and devices that they are about
victim, cluster   the service and PostgreSQL as processes that are killed, stopped and started
disc, wire, tracing         an image as a disc, a network that loses, strace
keeper, clerk               who takes backups, a worker at a desk
history, tally, wholeness   what was told to people; that against the ledger; whether the database is whole
weakened, underfaketime     the service with a fault planted; the service as it runs under libfaketime
storm, stormrun, tablets    everything at once, on the tablets' own scripts (tablet.mjs in Node.js)

killing F1, powercut F2, fulldisk F3, ceilings F4 F21, syncing F5 F6, turnedclock F7, netcut F9, badlines F10 F11,
serverloss F14 F15, heldlock F16, offline F18 F19, backups F22, oldbackup F23, reconnect F28
"""
