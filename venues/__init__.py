"""The venue side: programme, tablets, the door. It imports the core; the core never imports it.

web/         pages of the venue, the tablet's page and its API
sync         takes in a batch of scans and answers each item
apikeys      keys of ticket sellers' systems as they call
keycare      the manager's keys: made, rotated, revoked
idempotency  requests that come twice get the answer that was kept
sellers      a ticket seller's programme, checks, uses and returns
sellerbookings  a ticket seller's bookings
sandbox      the practice deck for a sandbox key
scanning     one check, one scan: card found, judged, written into the ledger
scanrows     an uploaded scan and its rows in the ledger
redeeming    a booking found at the door, by its card or by its word, and redeemed by a scan
paperday     the day and the event that a paper list may be about
paperlist    a paper list entered afterwards, judged by its own day
flagging     the flags of a scan, written down
judging      the server's verdict on one reading: what was looked up, put before the rule
quotas       places of an event with a quota, and the holds that a check takes
keptplaces   what is given out or kept, as SQL: tickets, holds, bookings, groups' own cards
bookings     places booked for a card: by telephone, by a unit, by a seller; cancelled, redeemed
bookabledates dates that can be booked, with the places that are left
bookingchecks what has to be true before a booking is written
bookinglists bookings to read: an evening's list without cards, a unit's own with them
bookingnews  what becomes of bookings when their date is called off or moved
company      units say that somebody would like company, and see that others do
groupvisits  visits that a unit plans as a group: asked for, accepted or not
grouplists   group visits to read, by unit and by venue
bookingwords the words by which bookings are picked up
noshows      who was thought not to have come, and came after all
waitinglist  freed places offered to who waits, until the offer runs out
lookup       what is read to judge: occurrence, card, earlier visits
standing     how a card stood on the day of a visit
limits       how often a holder may use the card at a venue, and whether that is reached
limitwords   what is said at the door then
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
lastday      nothing is planned after a pop-up venue's last day
events       the programme: add an event, change it, call off a date, list what is on
series       further dates of an event, one or by a rule; the rest called off
dates        one date: moved, its doors, its places, what was registered
programmeexport  the programme as a table and as a calendar
programmeimport  a programme that is sent as a file: what would become of each row, and the run
programmereport  what becomes of a file, row by row
programmecells   the columns of a programme, what each says
programmecsv     a programme as a table
programmeical    a programme as a calendar
celltexts    what people write into cells, as values
datefacts    what a file says of one date, put before the rules
wording      the sentences of the door in three languages
doortexts    the words of the tablet's screens
bookingtexts the words of the tablet about bookings
keepingtexts the words about what waits, rescue files and the home screen
selftesttexts  the words of "Ready for tonight"
rescue       opens a sealed rescue file that another tablet brings
"""
