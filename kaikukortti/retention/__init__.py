"""How long things are kept, and how they go: one rule a kind of data, a run over all of them, a journal of erasures.

running      a run over all rules, in earnest or dry, and its report
rules        what the rules share: what a run is asked, lines of a report, small transactions
needs        what is still counted, and so stays linked and exact
traits       what holders told: exact, coarse, gone
links        which card a visit was of
places       bookings after their day
followups    follow-up's share, by time and by line
leftovers    answers, sign-ins, links and e-mails that have done their work
logs         the audit log: sealed months, old entries, keys of years
erasures     a holder's data erased on request, and again after a restore
journal      the file that remembers erasures
"""
