"""The venue side: programme, tablets, the door. It imports the core; the core never imports it.

web/         pages of the venue, the tablet's page and its API
sync         takes in a batch of scans and answers each item
scanning     one check, one scan: card found, judged, written into the ledger
lookup       what is read to judge: occurrence, card, earlier visits
reconcile    plain Python: what the door decided against what the server knows
devices      enrol a tablet, recognise it, revoke it
events       the programme: add, cancel, list what is on
wording      the sentences of the door in three languages
doortexts    the words of the tablet's screens
"""
