"""Rules: plain Python, value in, value out. No Flask, no SQL, no clock, no pictures.

access      roles, and who may do what
barrier     what kept a holder from going
card        the states of a card, its validity, what may be entered about a client
flag        what a scan raises for a person to look at
counting    what a use is, and the tickets of one visit
identitycode  a personal identity code in a text, so that none is taken in
legacy      shapes of card numbers from before this service
localverdict  what a tablet says alone: the age of its list, practice
number      the card number: making, reading and repairing it
period      days and months in Helsinki time
place       what may be entered about a place
programme   categories and kinds of events
quota       how many places of an event are for card holders
recurrence  series of dates by RFC 5545 rules
suggestion  what to talk about with the holder of an unused card
verdict     what the door is told about one reading of a card
"""
