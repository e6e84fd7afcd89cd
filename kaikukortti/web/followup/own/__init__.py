"""The holder's own pages, by key and without an account: the card, its goals, what is shared; and the key at the desk.

ownkey       the worker makes an own key for a holder, on a paper that is shown once
ownentry     the holder types number and own key
owncard      the own card: visits by month, days on a tap, five minutes more, the key removed
ownmood      how did the visit feel?
ownleave     out at once, or closed
ownpage      what these pages share: no sign-in, sealed answers, their frame
ownreading   five readings, and how days are written in them
ownwords     the words of these pages: ownshape says which, owneasy and ownrussian are two of the readings
ownshared    what the holder shares, and who has looked; its words are in ownsharedwords
owngoals     the holder's own goals; their words are in owngoalwords, owngoaleasy, owngoalshape
"""
