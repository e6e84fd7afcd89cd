"""Backups: all that must not be lost as one file that only its owner can open, and back again, checked.

making       take a backup: the order of things, the file and what lies beside it
stores       the databases of an instance, each with its engine
sqlitefiles  SQLite: the online copy of a file, put back as a file
postgresql   PostgreSQL: pg_dump and pg_restore over one snapshot
archive      members of any length as one compressed stream, and out of it again
sealing      age: sealed to a public key, opened with the key that is kept elsewhere
manifest     what a backup says of itself
facts        a database in figures: counts, schema, hash of the ledger, heads of the trail
soundness    a database that is whole: pages, indexes, references
keeping      the folder of backups: names, notes beside them, what is kept how long
locking      one backup at a time, a place for what must not be read
journals     journals of erasures, put together
restarting   what a service that was put back must not go on with
restoring    a backup put back elsewhere and compared with what it says of itself
standing     how old the newest backups are, and the newest that was proven to be good
problem      what goes wrong, in one line that says what to do
"""
