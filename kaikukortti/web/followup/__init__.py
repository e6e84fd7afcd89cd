"""Pages of follow-up. With follow-up off in an area or a unit none of them exists for its people: 404.

ownsession   the cookie of the own page
socialreports  what people see in their work, and what came of it
experience   three questions a quarter to staff, and earlier answers
venuemood    how visits to the own venue felt
loopwords    the words of these three
menu         what follow-up adds to the main menu
switchpages  the coordinator switches it on or off, by area and unit
gate         blueprints that are there only where follow-up is on
own/         the holder's own pages, without an account; the key at the desk
meetings/    the meeting of ten minutes with the screen turned to the client, and what clients answered at its end
cases/       episodes of a unit, leave to look at the use of a card, change over time (option b, off by default)
measuring/   measures of others: permissions, results in an episode, anonymous answers of groups, change in groups
figures/     what a unit and the area read of their cards: frozen indicators in words, tables and charts
"""
