"""The venue side: programme, tablets, the door. It imports the core; the core never imports it.

web/         pages of the venue, the tablet's page and its API
sync         takes in a batch of scans and answers each item
scanning     one check, one scan: card found, judged, written into the ledger
paperday     the day and the event that a paper list may be about
paperlist    a paper list entered afterwards, judged by its own day
flagging     the flags of a scan, written down
judging      the server's verdict on one reading: what was looked up, put before the rule
quotas       places of an event with a quota, and the holds that a check takes
lookup       what is read to judge: occurrence, card, earlier visits
reconcile    plain Python: what the door decided against what the server knows
questions    the questions about scans, open and answered, for a venue and for the coordinator
decisions    what becomes of a question: an answer, or the suggestion after thirty days; withdrawals
registrations a venue's registrations of a day, one by one
devicecare   the manager's tablets: list, look, rename, revoke
devices      enrol a tablet, recognise it, renew its keys
gaps         registrations of a tablet that have not arrived though later ones have
snapshot     the tablet's list of cards, packed under keyed hashes
practice     the practice deck, one card for every verdict
practicedeck the deck as cards to print
practicetexts  the words of the tablet's practice
preparing    what a tablet tells of practice gone through and of its self-test
events       the programme: add an event, change it, call off a date, list what is on
series       further dates of an event, one or by a rule; the rest called off
dates        one date: moved, its doors, its places, what was registered
wording      the sentences of the door in three languages
doortexts    the words of the tablet's screens
keepingtexts the words about what waits, rescue files and the home screen
selftesttexts  the words of "Ready for tonight"
rescue       opens a sealed rescue file that another tablet brings
"""
