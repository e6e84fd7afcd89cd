"""The shared tables, one file per owner. The packages divide behaviour; the tables are their common language.

network     areas, units, venues, users, memberships, invitations
cards       batches, cards, card periods, card events
programme   events, occurrences, holds, limits of visits
bookings    places kept in advance, units that look for company
sellers     keys of ticket sellers' systems and what they were answered
figures     trait-free counts that are kept ready for their owners, frozen reports
ledger      devices, enrolments, scans, scan cards, scan decisions
counted     which scans count, as SQL
firstdays   the same of courses and passes, for very many scans at once
passes      a day some days later, as SQL on both engines
lateness    visits that arrived long after their day, as SQL
signins     sessions of staff, second factors, links to a new password, what slows down guessing
partnership commitments, yearly instruction, reminders sent
messages    announcements, feedback, who was turned away, e-mail that waits
keeping     runs of retention, erasures, first uses, unit quarters, closed months of the trail
asked       counts of a minute: how often somebody asks
trail       audit entries and their heads, yearly keys
"""
