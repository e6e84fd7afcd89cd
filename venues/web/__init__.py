"""The venue side's HTTP: pages for staff, the tablet's page, and its API under /door/.

api          the tablet's calls: enrol, checks, scans, key, status
credential   the tablet's cookie, and how the door's calls read a body
offline      the service worker, the page that it keeps, the web manifest
apicalls     how a call with an API key is read: key, rate, scope, body, Idempotency-Key
sellerapi    the calls of ticket sellers' systems
sellerschemas  shapes of their bodies and answers
describing   how one call is described in OpenAPI: parameters, body, answers, errors
sellerpaths  these calls as OpenAPI describes them
doorpaths    the tablet's calls as OpenAPI describes them
apikeypages  the manager's keys for ticket sellers' systems
openapi      the description of the API, made from the schemas that validate it
bookings     bookings at the venue's desk: by telephone, the list of a day, one booking
bookingforms the forms about bookings
bookingstates where a booking stands, in words
unitbookings a unit books for its clients: dates, one booking, its slip, the list
paperforms   the forms about paper lists
paperlist    a paper list: printed, and entered afterwards
paperwords   what becomes of a line of a paper list, in words
practicedeck the practice deck as a PDF, for the venue's people
precache     which files the tablet keeps, with their hashes
programme    the venue's evening and its programme
programmeforms  the forms about events, further dates and series
dateforms    the forms about one date: doors, places
groupforms   the forms about group visits and company
unitgroups   a unit plans a group's visit, and says where its clients would like company
venuegroups  a venue answers the groups that ask to come
freeplaces   for the units: places that nobody has taken yet
eventpages   an event: what is known of it, its dates
datepages    one date of an event: moved, doors, places
placepages   the places that a venue gives when nothing is said of a date
limitpages   how often one holder may use the card at the place
programmefiles  the programme as files: taken along, taken in
programmefilewords  their columns, what becomes of each row
rescue       a tablet sends another one's rescue file
snapshot     all that a tablet keeps for judging alone
schemas      shapes of the API's bodies and answers
tablet       the tablet's own pages and its decoder worker
tablets      the manager's tablets: list, one tablet, name, new keys, out of use
registrations  a manager takes one registration back
questions    the inbox of questions about visits, for a venue and for the coordinator
questionwords  these questions and their answers in words
visitwords   a visit's tickets in words
pagination   which part of a long list a page shows
"""
