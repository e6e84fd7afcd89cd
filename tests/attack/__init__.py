"""The attacker of security.md §4.5: what somebody who wants to find a holder gets out of everything that is shown.

town         a seeded network of about 258 valid cards, frozen, with its people
crawler      every address that somebody reaches over HTTP, and the figures in what answers
solving      intervals of hidden counts by linear programming
membership   was this person among the users? by known traits, and by knowing everybody else
"""
