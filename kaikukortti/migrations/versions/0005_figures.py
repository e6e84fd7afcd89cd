"""Figures that are kept ready for their owners, and reports as they stood on their day.

Expand only: the version before neither reads nor misses these tables; the triggers mark what it writes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

PASS = "coalesce(OLD.pass_days, 0) <> coalesce(NEW.pass_days, 0)"
CHANGES = (
    ("venues", "category", "OLD.category <> NEW.category", "NEW.id, NULL"),
    (
        "events",
        "category, kind, pass_days",
        f"OLD.category <> NEW.category OR OLD.kind <> NEW.kind OR {PASS}",
        "NEW.venue_id, NEW.id",
    ),
)


def upgrade() -> None:
    add_counts()
    mark_changes()
    op.create_index(
        "ix_scans_late",
        "scans",
        ["received_at"],
        postgresql_where=sa.text("CAST(received_at AT TIME ZONE 'UTC' AS date) - on_day > 44"),
        sqlite_where=sa.text("julianday(received_at) - julianday(on_day) > 44"),
    )
    op.execute("INSERT INTO stale_months (venue_id) SELECT id FROM venues")  # nothing has been counted so far
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint("year between 2000 and 2200", name=op.f("ck_reports_year")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_reports_area_id_areas")),
        sa.ForeignKeyConstraint(["frozen_by"], ["users.id"], name=op.f("fk_reports_frozen_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("area_id", "year", "number", name=op.f("uq_reports_area_id_year_number")),
    )
    op.create_index(op.f("ix_reports_area_id"), "reports", ["area_id"])
    keep_reports()


def keep_reports() -> None:
    """Let the database itself refuse to change a report or to take one away."""
    words = "a frozen report is never changed"
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER reports_no_{act} BEFORE {act} ON reports" f" BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION reports_never_changed() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
    )
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER reports_no_{act} BEFORE {act} ON reports"
            " FOR EACH ROW EXECUTE FUNCTION reports_never_changed()"
        )


def add_counts() -> None:
    op.create_table(
        "month_counts",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "culture",
                "education",
                "science",
                "sport",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("helpers", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=False),
        sa.Column("scans", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_month_counts_venue_id_venues")),
        sa.PrimaryKeyConstraint("venue_id", "month", "event_id", "is_verified", name=op.f("pk_month_counts")),
    )
    op.create_table(
        "stale_months",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_stale_months_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_months")),
    )
    op.create_index("ix_stale_months_venue_id_month", "stale_months", ["venue_id", "month"])
    op.create_table(
        "card_counts",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_card_counts_area_id_areas")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_card_counts")),
    )


def mark_changes() -> None:
    """Let the database mark the month of whatever is written about a scan, in the transaction that writes it.

    What retention takes away marks nothing: a month stays as it was counted.
    """
    if op.get_bind().dialect.name == "postgresql":
        mark_on_postgresql()
    else:
        mark_on_sqlite()


def mark_on_postgresql() -> None:
    """Once a statement, however many rows it wrote. Marks are never looked for here: one that another transaction is
    about to take away would hide the change.
    """
    month = "CAST(date_trunc('month', CAST(s.on_day AS timestamp)) AS date)"
    for table, source in (
        ("scans", "added s"),
        ("scan_decisions", "added a JOIN scans s ON s.scan_id = a.scan_id"),
        ("scan_cards", "added a JOIN scans s ON s.scan_id = a.scan_id"),
    ):
        op.execute(
            f"CREATE FUNCTION {table}_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" INSERT INTO stale_months (venue_id, month, undoes) SELECT DISTINCT s.venue_id, {month}, s.undoes"
            f" FROM {source}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_mark AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_mark()"
        )
    for table, columns, changed, values in CHANGES:
        op.execute(
            f"CREATE FUNCTION {table}_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" INSERT INTO stale_months (venue_id, event_id) VALUES ({values}); RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_mark AFTER UPDATE OF {columns} ON {table} FOR EACH ROW"
            f" WHEN ({changed}) EXECUTE FUNCTION {table}_mark()"
        )


def mark_on_sqlite() -> None:
    """Once a row. Nobody else writes meanwhile, so that a month which has its mark needs no second one."""
    month = "date(s.on_day, 'start of month')"
    for table in ("scans", "scan_decisions", "scan_cards"):
        op.execute(
            f"CREATE TRIGGER {table}_mark AFTER INSERT ON {table} BEGIN"
            f" INSERT INTO stale_months (venue_id, month, undoes) SELECT s.venue_id, {month}, s.undoes"
            " FROM scans s WHERE s.scan_id = NEW.scan_id AND (s.undoes IS NOT NULL OR NOT EXISTS"
            f" (SELECT 1 FROM stale_months m WHERE m.venue_id = s.venue_id AND m.month = {month})); END"
        )
    for table, columns, changed, values in CHANGES:
        op.execute(
            f"CREATE TRIGGER {table}_mark AFTER UPDATE OF {columns} ON {table} WHEN {changed} BEGIN"
            f" INSERT INTO stale_months (venue_id, event_id) VALUES ({values}); END"
        )
