"""Episodes of a unit, leave to look at the use of a card, change over time (option b, off by default).

episodes     the unit's episodes, one of them, a new one, its end
grants       the client gives leave to look, with the own card open; one press ends it
change       goals and results over time, with the use of the card where the client shows it
changecharts where the points, lines and days of that lie
episodeforms, episodewords  the forms and words of these three
"""
