"""The shared tables, one file per owner. The packages divide behaviour; the tables are their common language.

network     areas, units, venues, users, memberships, invitations
cards       batches, cards, card periods, card events
programme   events, occurrences
ledger      devices, enrolments, scans, scan cards, scan decisions
counted     which scans count, as SQL
trail       audit entries and their heads, yearly keys
"""
