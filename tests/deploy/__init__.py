"""The files of deploy/, put to work: units, nginx before two hosts, PostgreSQL's settings; and what processes keep."""
