"""The visits of a code that is not ours are found by it: whether a read of a course was its first takes them.

Expand only: an index, which the version before keeps up without knowing of it.
"""

from kaikukortti.migrations import whileused

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    whileused.add_index("ix_scans_raw_code", "scans", ["raw_code"], where="raw_code IS NOT NULL")
