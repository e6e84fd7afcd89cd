"""Pages of announcements, feedback, "I was turned away" and the accessibility statement.

partnermessages  what a unit or venue was told, has asked, was answered
areamessages     the coordinator's messages: what waits, announcements and who has read them
areaanswers      the coordinator's answers to partners, to who was turned away, to who could not use a page
turnedaway       "I was turned away": told by anybody, the answer read with a word
turnedawaywords  its words; turnedawayshape says which, turnedawayrussian has the Russian ones
statement        the accessibility statement and its form; testresults reads what the tests have found
firstpage        the link in the menu, and the calm line on a partner's first page
messageforms     the forms; messagewords has their words
paragraphs       a text cut into paragraphs, lines and links
"""
