"""The audit log: months that are over are sealed, entries older than the log is kept go under their seals, the keys of
years without an entry are destroyed.
"""

from kaikukortti.auditing import seals
from kaikukortti.retention.rules import Asked, Line
from kaikukortti.rules import keeping

BROKEN = "audit_chains_that_do_not_hold"


def take(asked: Asked) -> list[Line]:
    """Return how many entries and keys are over; seal and delete unless the run is dry."""
    older_than, rule = keeping.months_ago(asked.today, asked.log_months), f"{asked.log_months} months, by whole months"
    if asked.is_dry:
        gone, keys, sealed, broken = seals.count_sealable(older_than=older_than), 0, 0, list[str]()
        keys = seals.count_keys(older_than=older_than)
    else:
        sealed = seals.seal(now=asked.now)
        gone, broken = seals.delete_sealed(older_than, now=asked.now)
        keys = seals.destroy_keys(older_than=older_than)
    return [
        Line("audit_months_sealed", sealed, "each month that is over", is_held=True),
        Line("audit_entries", gone, rule),
        Line("audit_keys", keys, "when no entry of the year is left"),
        *([Line(BROKEN, len(broken), "kept until somebody has looked", is_held=True)] if broken else []),
    ]
