"""The programme in full: what is known of an event, series, quotas by share, what a venue gives when nothing is said.

Expand only: every new column is empty or has a default of the database's own, so that the version before runs on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("place", "bus_stop"):
        add("events", f"{name} VARCHAR(120) DEFAULT '' NOT NULL")
    for name in ("step_free", "hearing_loop"):
        add("events", f"{name} BOOLEAN")
    add("events", "calm_from TIME")
    add("events", "calm_until TIME", check="calm_order", rule="calm_until is null or calm_until > calm_from")
    add("events", "first_on DATE")
    add("events", "last_on DATE", check="last_on", rule="last_on is null or last_on >= first_on")
    add("events", "places INTEGER", check="places", rule="places is null or places > 0")
    add(
        "events",
        "own_share_cents INTEGER",
        check="own_share_cents",
        rule="own_share_cents is null or own_share_cents >= 0",
    )
    for table in ("occurrences", "venues"):
        add(table, "capacity INTEGER", check="capacity", rule="capacity is null or capacity > 0")
        add(
            table,
            "quota_percent INTEGER",
            check="quota_percent",
            rule="quota_percent is null or (quota_percent between 1 and 100 and capacity is not null)",
        )
    add("venues", "quota INTEGER", check="quota", rule="quota is null or (quota > 0 and quota_percent is null)")
    add("occurrences", "moved_from_on DATE")
    op.create_index("ix_occurrences_starts_at_id", "occurrences", ["starts_at", "id"])


def add(table: str, column: str, *, check: str = "", rule: str = "") -> None:
    """Add a column with its rule. SQLite takes a rule with the column only, and Alembic would write it apart."""
    checked = f" CONSTRAINT ck_{table}_{check} CHECK ({rule})" if check else ""
    op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {column}{checked}"))
