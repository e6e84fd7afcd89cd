"""Places kept in advance, limits of visits, keys of ticket sellers.

Expand only: every new column is empty or has a default of the database's own, so that the version before runs on it.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ENTRIES = "camera scanner typed backlog seller imported".split()
FLAGS = (
    "elsewhere unregistered ended blocked_unknown double again children cancelled time undo_without_scan"
    " two_places over device undo_late withdrawn limit booking"
).split()
SOURCE = "device_id is not null or user_id is not null"
WIDER_SOURCE = f"{SOURCE} or api_key_id is not null or entry = 'imported'"


def upgrade() -> None:
    add("events", "pass_days INTEGER", check="pass_days", rule="pass_days is null or pass_days between 1 and 400")
    add("events", "imported_uid VARCHAR(255)")
    op.create_index("ix_events_venue_id_imported_uid", "events", ["venue_id", "imported_uid"])
    add_tables()
    add_bookings()
    add("scans", "api_key_id INTEGER CONSTRAINT fk_scans_api_key_id_api_keys REFERENCES api_keys (id)")
    widen_checks()


def add(table: str, column: str, *, check: str = "", rule: str = "") -> None:
    """Add a column with its rule. SQLite takes a rule with the column only, and Alembic would write it apart."""
    checked = f" CONSTRAINT ck_{table}_{check} CHECK ({rule})" if check else ""
    op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {column}{checked}"))


def among(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def widen_checks() -> None:
    wider = (
        ("scans", "entry", r"entry IN \([^)]*\)", among("entry", ENTRIES)),
        ("scans", "source", re.escape(SOURCE), WIDER_SOURCE),
        ("scan_decisions", "flag", r"flag IN \([^)]*\)", among("flag", FLAGS)),
    )
    for table, name, former, rule in wider:
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(f"ck_{table}_{name}", table)
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
        else:
            amend(table, rf"(?<=CONSTRAINT ck_{table}_{name} CHECK \(){former}", rule)


def amend(table: str, pattern: str, replacement: str) -> None:
    """Amend the text of a table's schema: SQLite knows no ALTER of a check, which changes nothing about how rows are
    stored (https://www.sqlite.org/lang_altertable.html, section 7).
    """
    bind = op.get_bind()
    master = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    this = sa.and_(master.c.type == "table", master.c.name == table)
    amended, count = re.subn(pattern, replacement, bind.scalar(sa.select(master.c.sql).where(this)))
    if count != 1:
        raise RuntimeError(f"the schema of {table} is not the one that the steps before made")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(sa.update(master).where(this).values(sql=amended))
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def add_tables() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_api_keys_created_by_users")),
        sa.ForeignKeyConstraint(["replaces_id"], ["api_keys.id"], name=op.f("fk_api_keys_replaces_id_api_keys")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_api_keys_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_index(op.f("ix_api_keys_venue_id"), "api_keys", ["venue_id"])
    op.create_table(
        "api_answers",
        sa.Column("api_key_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_api_answers_api_key_id_api_keys")),
        sa.PrimaryKeyConstraint("api_key_id", "idempotency_key", name=op.f("pk_api_answers")),
    )
    op.create_index(op.f("ix_api_answers_created_at"), "api_answers", ["created_at"])
    op.create_table(
        "visit_limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "performance",
                "exhibition",
                "course",
                "period_pass",
                "match",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "per",
            sa.Enum("day", "month", "term", "year", name="per", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.CheckConstraint("event_id is null or kind is null", name=op.f("ck_visit_limits_one_reach")),
        sa.CheckConstraint("most between 1 and 1000", name=op.f("ck_visit_limits_most")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_visit_limits_event_id_events")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_visit_limits_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_limits")),
    )
    op.create_index(op.f("ix_visit_limits_event_id"), "visit_limits", ["event_id"])
    op.create_index(op.f("ix_visit_limits_venue_id"), "visit_limits", ["venue_id"])
    op.create_table(
        "company_wishes",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("people between 1 and 50", name=op.f("ck_company_wishes_people")),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_company_wishes_changed_by_users")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_company_wishes_occurrence_id_occurrences")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_company_wishes_unit_id_units")),
        sa.PrimaryKeyConstraint("occurrence_id", "unit_id", name=op.f("pk_company_wishes")),
    )
    op.create_index(op.f("ix_company_wishes_unit_id"), "company_wishes", ["unit_id"])


def add_bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("word", sa.String(24), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("single", "group", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "booked_by",
            sa.Enum("venue", "unit", "seller", name="booked_by", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "booked",
                "waiting",
                "offered",
                "redeemed",
                "cancelled",
                "declined",
                "expired",
                "no_show",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("raw_code", sa.String(64), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("adult", sa.Integer(), nullable=False),
        sa.Column("child", sa.Integer(), nullable=False),
        sa.Column("assistant", sa.Integer(), nullable=False),
        sa.Column("interpreter", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Integer(), nullable=False),
        sa.Column("under16", sa.Integer(), nullable=False),
        sa.Column("own_cards", sa.Integer(), nullable=False),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("access_needs", sa.JSON(), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("api_key_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan_id", sa.String(36), nullable=True),
        sa.Column(
            "news",
            sa.Enum(
                *("called_off", "moved", "accepted", "declined"),
                name="news",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("scan_id is null or state = 'redeemed'", name=op.f("ck_bookings_redeemed")),
        sa.CheckConstraint("state <> 'offered' or offered_until is not null", name=op.f("ck_bookings_offered_until")),
        sa.CheckConstraint(
            "adult >= 0 and child >= 0 and assistant >= 0 and interpreter >= 0 and worker >= 0 and under16 >= 0 and own_cards >= 0",
            name=op.f("ck_bookings_counts"),
        ),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_bookings_api_key_id_api_keys")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_bookings_card_id_cards")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_bookings_created_by_users")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_bookings_occurrence_id_occurrences")
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"], name=op.f("fk_bookings_scan_id_scans")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_bookings_unit_id_units")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_bookings_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("ref", name=op.f("uq_bookings_ref")),
        sa.UniqueConstraint("venue_id", "on_day", "word", name=op.f("uq_bookings_venue_id_on_day_word")),
    )
    op.create_index(op.f("ix_bookings_card_id"), "bookings", ["card_id"])
    op.create_index(op.f("ix_bookings_holder"), "bookings", ["holder"])
    op.create_index(op.f("ix_bookings_occurrence_id"), "bookings", ["occurrence_id"])
    op.create_index(op.f("ix_bookings_scan_id"), "bookings", ["scan_id"])
    op.create_index("ix_bookings_unit_id_on_day", "bookings", ["unit_id", "on_day"])
