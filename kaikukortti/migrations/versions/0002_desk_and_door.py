"""A card's whole life at the desk; quotas, the tablets' list and the questions of the door.

Expand only: every new column is empty or has a default of the database's own, so that the version before runs on it.
"""

import re
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ACTIONS = ("print register renew replace suspend resume block unblock return correct undo destroy").split()
CARD_REASONS = "lost stolen misuse found spoiled lost_in_post mistake".split()
FLAGS = (
    "elsewhere unregistered ended blocked_unknown double again children cancelled time undo_without_scan"
    " two_places over device undo_late withdrawn"
).split()
REASONS = "wrong_time full limit ended not_yet not_in_use elsewhere unregistered malformed no_answer".split()
REASONS += ["old_list", "practice_card", "live_card"]
BARRIERS = (
    "transport company not_knowing new_place health childcare times sold_out offer treatment card_lost other"
).split()


def upgrade() -> None:
    widen_checks()
    add_columns()
    add_desk_tables()
    add_door_tables()
    # Cards that were handed out before take their places in the list in the order of their rows.
    op.execute("UPDATE cards SET n = id WHERE line IS NOT NULL")
    counters = sa.table("list_counters", sa.column("id"), sa.column("epoch"), sa.column("n"))
    newest = op.get_bind().scalar(sa.text("SELECT coalesce(max(n), 0) FROM cards"))
    op.execute(counters.insert().values(id=1, epoch=secrets.token_hex(4), n=newest))


def among(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def widen_checks() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column, values in (
            ("card_events", "action", ACTIONS),
            ("card_events", "reason", CARD_REASONS),
            ("scan_decisions", "flag", FLAGS),
            ("scans", "reason", REASONS),
        ):
            op.drop_constraint(f"ck_{table}_{column}", table)
            op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, among(column, values))
        op.alter_column("cards", "number", type_=sa.String(24), existing_type=sa.String(11))
        return
    # SQLite knows no ALTER of a check or a length. Neither changes how rows are stored, so the text of the schema is
    # amended, as https://www.sqlite.org/lang_altertable.html (section 7) describes.
    amend("card_events", check("card_events", "action"), among("action", ACTIONS))
    amend("card_events", check("card_events", "reason"), among("reason", CARD_REASONS))
    amend("scan_decisions", check("scan_decisions", "flag"), among("flag", FLAGS))
    amend("scans", check("scans", "reason"), among("reason", REASONS))
    amend("cards", r"(?<=number )VARCHAR\(11\)", "VARCHAR(24)")


def check(table: str, column: str) -> str:
    return rf"(?<=CONSTRAINT ck_{table}_{column} CHECK \(){column} IN \([^)]*\)"


def amend(table: str, pattern: str, replacement: str) -> None:
    bind = op.get_bind()
    master = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    this = sa.and_(master.c.type == "table", master.c.name == table)
    amended, count = re.subn(pattern, replacement, bind.scalar(sa.select(master.c.sql).where(this)))
    if count != 1:
        raise RuntimeError(f"the schema of {table} is not the one that step 0001 made")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(sa.update(master).where(this).values(sql=amended))
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def add(table: str, column: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def add_columns() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    add("areas", "legacy_masks VARCHAR(200) DEFAULT '' NOT NULL")
    add(
        "units",
        "low_stock INTEGER DEFAULT '10' NOT NULL CONSTRAINT ck_units_low_stock CHECK (low_stock between 0 and 1000)",
    )
    add("units", "instructed_on DATE")
    for name, length in (("street", 120), ("postcode", 5), ("bus_stop", 120), ("ticket_phone", 40), ("website", 200)):
        add("venues", f"{name} VARCHAR({length}) DEFAULT '' NOT NULL")
    add("venues", "step_free BOOLEAN")
    add("venues", "hearing_loop BOOLEAN")
    op.add_column("venues", sa.Column("children_take_places", sa.Boolean(), nullable=False, server_default=sa.true()))
    add("venues", "instructed_on DATE")
    add(
        "batches",
        "source VARCHAR(24) DEFAULT 'printed' NOT NULL CONSTRAINT ck_batches_source"
        f" CHECK ({among('source', ['printed', 'imported'])})",
    )
    add("batches", f"stolen_at {moment}")
    add(
        "cards",
        "suspended_until DATE CONSTRAINT ck_cards_suspended_until"
        " CHECK (suspended_until is null or state = 'suspended')",
    )
    add("cards", "replaced_by_id INTEGER CONSTRAINT fk_cards_replaced_by_id_cards REFERENCES cards (id)")
    add(
        "cards",
        "ticket_budget INTEGER CONSTRAINT ck_cards_ticket_budget"
        " CHECK (ticket_budget is null or (ticket_budget >= 0 and kind = 'community'))",
    )
    add("cards", "n INTEGER")
    op.create_index(op.f("ix_cards_n"), "cards", ["n"])
    add("card_periods", f"withdrawn_at {moment}")
    add("card_events", "fields VARCHAR(60) DEFAULT '' NOT NULL")
    for name in ("opens_at", "closes_at"):
        add("occurrences", f"{name} {moment}")
    add("occurrences", "quota INTEGER CONSTRAINT ck_occurrences_quota CHECK (quota is null or quota >= 0)")
    op.add_column("occurrences", sa.Column("sold_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    add_door_check()
    add("devices", "key_number INTEGER DEFAULT '1' NOT NULL")
    add("devices", "waiting INTEGER")
    add("devices", f"tested_at {moment}")
    add("devices", f"cookie_given_at {moment}")
    add("enrolments", "renews_id INTEGER CONSTRAINT fk_enrolments_renews_id_devices REFERENCES devices (id)")
    op.drop_index("ix_scans_device_id_seq", "scans")
    add("scans", "series VARCHAR(16)")
    add("scans", "run INTEGER")
    add("scans", "carried_by INTEGER CONSTRAINT fk_scans_carried_by_devices REFERENCES devices (id)")
    op.create_index(op.f("ix_scans_device_id_series_run"), "scans", ["device_id", "series", "run"])
    unknown = sa.text("raw_code IS NOT NULL")
    op.create_index("ix_scans_unknown", "scans", ["occurred_at"], postgresql_where=unknown, sqlite_where=unknown)
    for name, values in (
        ("answer", ["count", "merge", "leave"]),
        ("reason", ["mistake", "not_used", "wrong_event", "wrong_count", "double"]),
    ):
        add("scan_decisions", f"{name} VARCHAR(24) CONSTRAINT ck_scan_decisions_{name} CHECK ({among(name, values)})")
    op.add_column("scan_decisions", sa.Column("is_suggested", sa.Boolean(), nullable=False, server_default=sa.false()))


def add_door_check() -> None:
    rule = "closes_at is null or opens_at is null or closes_at > opens_at"
    if op.get_bind().dialect.name == "postgresql":
        op.create_check_constraint(op.f("ck_occurrences_door"), "occurrences", rule)
        return
    # A check may come with a column only; the column of no meaning goes again, the rule stays with closes_at.
    op.drop_column("occurrences", "closes_at")
    add("occurrences", f"closes_at DATETIME CONSTRAINT ck_occurrences_door CHECK ({rule})")


def add_desk_tables() -> None:
    op.create_table(
        "list_counters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_list_counters_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_counters")),
    )
    op.create_table(
        "mobile_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_mobile_cards_card_id_cards")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_mobile_cards_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mobile_cards")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mobile_cards_token_hash")),
    )
    op.create_index(op.f("ix_mobile_cards_card_id"), "mobile_cards", ["card_id"])
    op.create_table(
        "card_talks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("talked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_talks_card_id_cards")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_card_talks_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_talks")),
    )
    op.create_index(op.f("ix_card_talks_card_id"), "card_talks", ["card_id"])
    op.create_table(
        "barrier_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "barrier",
            sa.Enum(*BARRIERS, name="barrier", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_barrier_answers_area_id_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier_answers")),
    )
    op.create_index(op.f("ix_barrier_answers_area_id"), "barrier_answers", ["area_id"])
    op.create_table(
        "stock_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("counted >= 0 and expected >= 0", name=op.f("ck_stock_counts_numbers")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_stock_counts_unit_id_units")),
        sa.ForeignKeyConstraint(["counted_by"], ["users.id"], name=op.f("fk_stock_counts_counted_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_counts")),
    )
    op.create_index(op.f("ix_stock_counts_unit_id"), "stock_counts", ["unit_id"])


def add_door_tables() -> None:
    op.create_table(
        "device_keys",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("key_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list_key", sa.LargeBinary(200), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_keys_device_id_devices")),
        sa.PrimaryKeyConstraint("device_id", "key_number", name=op.f("pk_device_keys")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.String(32), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("places > 0", name=op.f("ck_holds_places")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrences.id"], name=op.f("fk_holds_occurrence_id_occurrences")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_holds_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_occurrence_id"), "holds", ["occurrence_id"])
