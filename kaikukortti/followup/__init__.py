"""Follow-up: what the visits give back to social rehabilitation. A package apart, with a database of its own.

Without it the service issues, scans and counts as before: nothing below imports it, and with its switch off none of its
pages exists. No table here has a foreign key into the main database, and none holds a card's number or its line in
the clear.

store        the engine, reading and writing
schema       its numbered steps, run
models/      the tables
references   keyed names of lines of cards, and lines under seal
switches     on or off by area and by unit
visits       the recorded visits of a line of cards
ownkeys      the holder's own key: made at the desk, shown once, forgotten when its holder asks
ownsessions  the holder's own page, open for five minutes with number and key
owncards     what that page shows: the card, its visits by month and kind, what is on soon
mood         how a visit felt, at most three answers a card, venue and quarter
goals        goals in the client's own words, and where they stand on a ladder
meetings     what meetings leave behind: barriers and answers of nobody, by unit and quarter
texts        free text, refused where it names a person or a card
trail        audit entries of the main database, written before a change or a look here
episodes     a time of work with a client under a random code, its reviews, its end
grants       a client's leave that named workers look at the card's use; taken back, it is gone
grantcards   the card that leave is about: open here, personal, still good
looking      a look through leave, logged before anything is shown
ownshared    what the holder shares, who has looked, and how to take it back
changes      goals and totals over time, and what can be said of each change
socialreports  what units see in their work, with frozen figures, and what came of it
staffanswers what people at the desks and doors think, by quarter
indicators/  counted from the register, the ledger and the answers, frozen by quarter and year
freezing     counts the indicators of what has closed; indicatorcounts puts those of one period together
structures   a unit's own clients by class, for comparing
permissions  a measure's permission: whose, until when, whether its form is on
measurements results of measures in an episode
groupanswers anonymous, paired answers of groups
groupchange  what changed in groups: I-15, I-16
demo/        made-up follow-up for the demo
"""
