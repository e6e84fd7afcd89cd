"""Rules: plain Python, value in, value out. No Flask, no SQL, no clock, no pictures.

access      roles, and who may do what
barrier     what kept a holder from going
booking     words of bookings, and where one stands at a moment
card        the states of a card, its validity, what may be entered about a client
cardmention  the number of a card in a text, so that none is kept where it does not belong
disclosure  which figures may leave their owner's hands
change      what can be said of a change between two results
foreignseries  series of dates as other calendars write them
limit       how often a holder may use the card at a venue, how passes run
flag        what a scan raises for a person to look at
counting    what a use is, and the tickets of one visit
identitycode  a personal identity code in a text, so that none is taken in
intervals   how sure a share or a rate is: Wilson, Newcombe, Byar
keeping     how long each kind of data is kept, what a coarse profile says
legacy      shapes of card numbers from before this service
localverdict  what a tablet says alone: the age of its list, practice
measure     the registry of measures with its guard rails
means       means and their change: paired t, Welch
number      the card number: making, reading and repairing it
period      days and months in Helsinki time
place       what may be entered about a place
programme   categories and kinds of events
purpose     what cards are looked at for
quota       how many places of an event are for card holders
recurrence  series of dates by RFC 5545 rules
rounding    keyed random rounding of figures to base 5
scores      totals of measures, and when a change is more than chance
span        years, quarters and months that figures are asked for
suppression which cells of a line are hidden, and from how many cases on a figure is told
suggestion  what to talk about with the holder of an unused card
survival    how soon something happens, when some are not followed to the end
verdict     what the door is told about one reading of a card
"""
