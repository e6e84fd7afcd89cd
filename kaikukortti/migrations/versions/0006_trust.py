"""Trust: sign-in with a second factor, the partners' duties, messages and e-mail, how long things are kept.

Expand only: the version before neither reads nor misses these tables and columns.
"""

import sqlalchemy as sa
from alembic import op

from kaikukortti.migrations import whileused

revision = "0006"
down_revision = "0005"

ALLOWED = {
    "op.execute DROP TRIGGER audit_entries_no_delete": "v0.1.0: it deletes no entry; a new trigger stands in its place",
    "op.execute CREATE TRIGGER audit_entries_no_delete": "v0.1.0: it deletes no entry",
    "op.execute CREATE FUNCTION audit_entries_sealed()": "v0.1.0: nobody waits for a function that is new",
}


def upgrade() -> None:
    change_old_tables()
    op.create_table(
        "audit_seals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=24), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries_gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("organisation", "month", name=op.f("uq_audit_seals_organisation_month")),
    )
    op.create_table(
        "first_uses",
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_first_uses")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("kind", "about", "due", name=op.f("uq_reminders_kind_about_due")),
    )
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
    )
    op.create_table(
        "throttles",
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", "who", name=op.f("pk_throttles")),
    )
    op.create_index(op.f("ix_throttles_changed_at"), "throttles", ["changed_at"], unique=False)
    op.create_table(
        "accessibility_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["users.id"], name=op.f("fk_accessibility_feedback_answered_by_users")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_accessibility_feedback_area_id_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility_feedback")),
    )
    op.create_index(op.f("ix_accessibility_feedback_area_id"), "accessibility_feedback", ["area_id"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("all", "units", "venues", name="audience", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("title_fi", sa.String(length=120), nullable=False),
        sa.Column("title_sv", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("text_fi", sa.String(length=4000), nullable=False),
        sa.Column("text_sv", sa.String(length=4000), nullable=False),
        sa.Column("text_en", sa.String(length=4000), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_announcements_area_id_areas")),
        sa.ForeignKeyConstraint(["published_by"], ["users.id"], name=op.f("fk_announcements_published_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index(op.f("ix_announcements_area_id"), "announcements", ["area_id"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose in ('sign_in', 'confirm', 'add')", name=op.f("ck_challenges_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_challenges_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_challenges_token_hash")),
    )
    op.create_index(op.f("ix_challenges_user_id"), "challenges", ["user_id"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column(
            "cause",
            sa.Enum("asked", "time", name="cause", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_erasures_asked_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("line_ref", name=op.f("uq_erasures_line_ref")),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=1000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "user_id is not null or address <> '' or sent_at is not null or given_up_at is not null",
            name=op.f("ck_mails_somebody"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mails_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
    )
    op.create_index(op.f("ix_mails_not_before"), "mails", ["not_before"], unique=False)
    op.create_index(op.f("ix_mails_user_id"), "mails", ["user_id"], unique=False)
    op.create_table(
        "password_resets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_resets_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_resets_token_hash")),
    )
    op.create_index(op.f("ix_password_resets_user_id"), "password_resets", ["user_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "second_factors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("totp", "passkey", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_secret", sa.LargeBinary(length=200), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=True),
        sa.Column("public_key", sa.LargeBinary(length=2000), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'totp' and sealed_secret is not null and credential_id is null) or (kind = 'passkey' and sealed_secret is null and credential_id is not null and public_key is not null and sign_count is not null)",
            name=op.f("ck_second_factors_one_kind"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_second_factors_credential_id")),
    )
    op.create_index(op.f("ix_second_factors_user_id"), "second_factors", ["user_id"], unique=False)
    op.create_table(
        "announcement_reads",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_announcement_reads_announcement_id_announcements")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_announcement_reads_user_id_users")),
        sa.PrimaryKeyConstraint("announcement_id", "user_id", name=op.f("pk_announcement_reads")),
    )
    op.create_index(op.f("ix_announcement_reads_user_id"), "announcement_reads", ["user_id"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(unit_id is null) <> (venue_id is null)", name=op.f("ck_commitments_one_partner")),
        sa.ForeignKeyConstraint(["agreed_by"], ["users.id"], name=op.f("fk_commitments_agreed_by_users")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_commitments_unit_id_units")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_commitments_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_unit_id"), "commitments", ["unit_id"], unique=False)
    op.create_index(op.f("ix_commitments_venue_id"), "commitments", ["venue_id"], unique=False)
    op.create_table(
        "instructions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("read", "practised", "event", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(unit_id is null) <> (venue_id is null)", name=op.f("ck_instructions_one_partner")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_instructions_recorded_by_users")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_instructions_unit_id_units")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_instructions_user_id_users")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_instructions_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
    )
    op.create_index(op.f("ix_instructions_unit_id"), "instructions", ["unit_id"], unique=False)
    op.create_index(op.f("ix_instructions_venue_id"), "instructions", ["venue_id"], unique=False)
    op.create_table(
        "partner_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "idea",
                "problem",
                "question",
                "thanks",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(unit_id is null) <> (venue_id is null)", name=op.f("ck_partner_feedback_one_partner")),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_partner_feedback_answered_by_users")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_partner_feedback_area_id_areas")),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name=op.f("fk_partner_feedback_sent_by_users")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_partner_feedback_unit_id_units")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_partner_feedback_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_feedback")),
    )
    op.create_index(op.f("ix_partner_feedback_area_id"), "partner_feedback", ["area_id"], unique=False)
    op.create_index(op.f("ix_partner_feedback_unit_id"), "partner_feedback", ["unit_id"], unique=False)
    op.create_index(op.f("ix_partner_feedback_venue_id"), "partner_feedback", ["venue_id"], unique=False)
    op.create_table(
        "partner_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["from_unit_id"], ["units.id"], name=op.f("fk_partner_moves_from_unit_id_units")),
        sa.ForeignKeyConstraint(["moved_by"], ["users.id"], name=op.f("fk_partner_moves_moved_by_users")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["units.id"], name=op.f("fk_partner_moves_to_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_moves")),
    )
    op.create_index(op.f("ix_partner_moves_from_unit_id"), "partner_moves", ["from_unit_id"], unique=False)
    op.create_index(op.f("ix_partner_moves_to_unit_id"), "partner_moves", ["to_unit_id"], unique=False)
    op.create_table(
        "turned_away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word_hash", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column(
            "cause",
            sa.Enum(
                "not_known",
                "no_tickets",
                "not_accepted",
                "unkind",
                "device",
                "other",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "card_then",
            sa.Enum(
                "not_given",
                "valid",
                "not_valid",
                "unknown",
                name="card_then",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_turned_away_answered_by_users")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_turned_away_area_id_areas")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_turned_away_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turned_away")),
        sa.UniqueConstraint("word_hash", name=op.f("uq_turned_away_word_hash")),
    )
    op.create_index(op.f("ix_turned_away_area_id"), "turned_away", ["area_id"], unique=False)
    op.create_index(op.f("ix_turned_away_venue_id"), "turned_away", ["venue_id"], unique=False)
    op.create_table(
        "unit_quarters",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=True),
        sa.Column("cards", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_quarters_unit_id_units")),
        sa.PrimaryKeyConstraint("unit_id", "quarter", name=op.f("pk_unit_quarters")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_staff_sessions_membership_id_memberships"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staff_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_index(op.f("ix_staff_sessions_ends_at"), "staff_sessions", ["ends_at"], unique=False)
    op.create_index(op.f("ix_staff_sessions_membership_id"), "staff_sessions", ["membership_id"], unique=False)
    op.create_index(op.f("ix_staff_sessions_user_id"), "staff_sessions", ["user_id"], unique=False)
    let_sealed_entries_go()


def change_old_tables() -> None:
    a_text = {"type_": sa.String(length=200), "server_default": sa.text("''"), "nullable": False}
    a_moment = {"type_": sa.DateTime(timezone=True), "nullable": True}
    a_day = {"type_": sa.Date(), "nullable": True}
    whileused.add_columns(
        {
            "areas": [sa.Column("controller", **a_text), sa.Column("privacy_contact", **a_text)],
            "audit_entries": [
                sa.Column("purpose", sa.String(length=24), nullable=True),
                sa.Column("request_id", sa.String(length=16), nullable=True),
            ],
            "memberships": [sa.Column("reviewed_at", **a_moment)],
            "profiles": [sa.Column("coarse_on", **a_day)],
            "scans": [sa.Column("cut_as", sa.String(length=16), nullable=True)],
            "units": [sa.Column("state_since", **a_day)],
            "users": [sa.Column(name, **a_moment) for name in ("last_signed_in_at", "disabled_at", "warned_at")],
            "venues": [sa.Column("last_on", **a_day), sa.Column("state_since", **a_day)],
        }
    )
    whileused.add_index("ix_scans_uncut", "scans", ["on_day"], where="cut_as IS NULL")


def let_sealed_entries_go() -> None:
    """Entries of the trail may be deleted once a seal stands over them; never changed."""
    words = "entries of the trail go only under a seal"
    sealed = "SELECT 1 FROM audit_seals s WHERE s.organisation = OLD.organisation AND s.last_seq >= OLD.seq"
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entries_no_delete")
        op.execute(
            "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries"
            f" WHEN NOT EXISTS ({sealed}) BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    op.execute("DROP TRIGGER audit_entries_no_delete ON audit_entries")
    op.execute(
        "CREATE FUNCTION audit_entries_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NOT EXISTS ({sealed}) THEN RAISE EXCEPTION '{words}'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries"
        " FOR EACH ROW EXECUTE FUNCTION audit_entries_sealed()"
    )
