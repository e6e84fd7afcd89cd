"""Rules: plain Python, value in, value out. No Flask, no SQL, no clock, no pictures.

access      roles, and who may do what
card        the states of a card, its validity, what may be entered about a client
flag        what a scan raises for a person to look at
counting    what a use is, and the tickets of one visit
number      the card number: making, reading and repairing it
period      days and months in Helsinki time
programme   categories and kinds of events
verdict     what the door is told about one reading of a card
"""
