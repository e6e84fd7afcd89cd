"""The visits of a code that is not ours are found by it, and questions by when they were raised.

Expand only: two indexes, which the version before keeps up without knowing of them.
"""

from kaikukortti.migrations import whileused

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    whileused.add_index("ix_scans_raw_code", "scans", ["raw_code"], where="raw_code IS NOT NULL")
    whileused.add_index("ix_scan_decisions_decided_at", "scan_decisions", ["decided_at"])
