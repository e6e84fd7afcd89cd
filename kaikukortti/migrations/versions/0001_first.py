"""The first schema: network, cards, programme, ledger, trail, profiles."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = "audit entries are append-only"


def upgrade() -> None:
    op.create_table(
        "areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_fi", sa.String(length=120), nullable=False),
        sa.Column("name_sv", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("prefix", sa.String(length=2), nullable=False),
        sa.Column("municipalities", sa.JSON(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=False),
        sa.Column("fixed_end_on", sa.Date(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("local_only", sa.Boolean(), nullable=False),
        sa.Column("help_address", sa.String(length=120), nullable=False),
        sa.Column("help_phone", sa.String(length=40), nullable=False),
        sa.CheckConstraint("grace_days between 0 and 366", name=op.f("ck_areas_grace_days")),
        sa.CheckConstraint("validity_months between 1 and 60", name=op.f("ck_areas_validity_months")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("prefix", name=op.f("uq_areas_prefix")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("organisation", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_keys",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_audit_keys")),
    )
    op.create_table(
        "profiles",
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column(
            "gender",
            sa.Enum("woman", "man", "other", name="gender", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column(
            "life_situation",
            sa.Enum(
                "job_seeker",
                "work_activity",
                "student",
                "low_income",
                "entrepreneur",
                "sick_leave",
                "disability_pension",
                "old_age_pension",
                "home_with_children",
                "family_carer",
                "newcomer",
                "service",
                "other",
                name="life_situation",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "language",
            sa.Enum(
                "fi", "sv", "ru", "en", "other", name="language", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.CheckConstraint("birth_year between 1900 and 2200", name=op.f("ck_profiles_birth_year")),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_profiles")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("session_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("session_key", name=op.f("uq_users_session_key")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("card_ref", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_audit_entries_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("organisation", "seq", name=op.f("uq_audit_entries_organisation_seq")),
    )
    op.create_index(op.f("ix_audit_entries_card_ref"), "audit_entries", ["card_ref"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invitations_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_user_id"), "invitations", ["user_id"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("name_fi", sa.String(length=120), nullable=False),
        sa.Column("name_sv", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("municipality", sa.String(length=80), nullable=False),
        sa.Column("contact_person", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "active",
                "paused",
                "left",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_units_area_id_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("area_id", "name_fi", name=op.f("uq_units_area_id_name_fi")),
    )
    op.create_index(op.f("ix_units_area_id"), "units", ["area_id"], unique=False)
    op.create_table(
        "venues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("name_fi", sa.String(length=120), nullable=False),
        sa.Column("name_sv", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("municipality", sa.String(length=80), nullable=False),
        sa.Column("contact_person", sa.String(length=120), nullable=False),
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
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "active",
                "paused",
                "left",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_venues_area_id_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
        sa.UniqueConstraint("area_id", "name_fi", name=op.f("uq_venues_area_id_name_fi")),
    )
    op.create_index(op.f("ix_venues_area_id"), "venues", ["area_id"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("personal", "community", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_batches_area_id_areas")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_batches_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_area_id"), "batches", ["area_id"], unique=False)
    op.create_index(op.f("ix_batches_unit_id"), "batches", ["unit_id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("credential_hash", sa.String(length=64), nullable=False),
        sa.Column("list_key", sa.LargeBinary(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("enrolled", "revoked", name="state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_devices_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_devices_credential_hash")),
    )
    op.create_index(op.f("ix_devices_venue_id"), "devices", ["venue_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("title_fi", sa.String(length=160), nullable=False),
        sa.Column("title_sv", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
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
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_events_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_venue_id"), "events", ["venue_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "worker",
                "venue_staff",
                "venue_manager",
                "coordinator",
                "viewer",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(area_id is not null and unit_id is null and venue_id is null and role in ('coordinator', 'viewer', 'administrator')) or (area_id is null and unit_id is not null and venue_id is null and role = 'worker') or (area_id is null and unit_id is null and venue_id is not null and role in ('venue_staff', 'venue_manager'))",
            name=op.f("ck_memberships_one_home"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_memberships_area_id_areas")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id_units")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_memberships_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "area_id",
            "unit_id",
            "venue_id",
            name=op.f("uq_memberships_user_id_role_area_id_unit_id_venue_id"),
        ),
    )
    op.create_index(op.f("ix_memberships_area_id"), "memberships", ["area_id"], unique=False)
    op.create_index(op.f("ix_memberships_unit_id"), "memberships", ["unit_id"], unique=False)
    op.create_index(op.f("ix_memberships_user_id"), "memberships", ["user_id"], unique=False)
    op.create_index(op.f("ix_memberships_venue_id"), "memberships", ["venue_id"], unique=False)
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=11), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("personal", "community", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.String(length=32), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "stock",
                "active",
                "suspended",
                "blocked",
                "replaced",
                "returned",
                "destroyed",
                "anonymised",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_valid_on", sa.Date(), nullable=True),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state in ('stock', 'destroyed') and line is null) or (line is not null and unit_id is not null and first_on is not null and last_valid_on is not null)",
            name=op.f("ck_cards_registered"),
        ),
        sa.CheckConstraint("children between 0 and 20", name=op.f("ck_cards_children")),
        sa.CheckConstraint("first_on <= last_valid_on", name=op.f("ck_cards_days")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_cards_batch_id_batches")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cards_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("number", name=op.f("uq_cards_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_cards_ref")),
    )
    op.create_index(op.f("ix_cards_batch_id"), "cards", ["batch_id"], unique=False)
    op.create_index(op.f("ix_cards_line"), "cards", ["line"], unique=False)
    op.create_index("ix_cards_unit_id_state", "cards", ["unit_id", "state"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_enrolments_created_by_users")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_enrolments_device_id_devices")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_enrolments_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enrolments_code_hash")),
    )
    op.create_index(op.f("ix_enrolments_venue_id"), "enrolments", ["venue_id"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum("on", "cancelled", name="state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.CheckConstraint("ends_at is null or ends_at > starts_at", name=op.f("ck_occurrences_order")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_occurrences_event_id_events")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_occurrences_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_event_id"), "occurrences", ["event_id"], unique=False)
    op.create_index("ix_occurrences_venue_id_on_day", "occurrences", ["venue_id", "on_day"], unique=False)
    op.create_table(
        "card_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "print",
                "register",
                "block",
                "unblock",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "stock",
                "active",
                "suspended",
                "blocked",
                "replaced",
                "returned",
                "destroyed",
                "anonymised",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "lost", "stolen", "misuse", "found", name="reason", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_events_card_id_cards")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_card_events_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_events")),
    )
    op.create_index(op.f("ix_card_events_card_id"), "card_events", ["card_id"], unique=False)
    op.create_table(
        "card_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "registration",
                "renewal",
                "replacement",
                "correction",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_card_periods_days")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_periods_card_id_cards")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_card_periods_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_periods")),
    )
    op.create_index(op.f("ix_card_periods_card_id"), "card_periods", ["card_id"], unique=False)
    op.create_index(op.f("ix_card_periods_first_on"), "card_periods", ["first_on"], unique=False)
    op.create_table(
        "scans",
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("jumped", sa.Boolean(), nullable=False),
        sa.Column(
            "entry",
            sa.Enum(
                "camera",
                "scanner",
                "typed",
                "backlog",
                name="entry",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("raw_code", sa.String(length=64), nullable=True),
        sa.Column(
            "shown",
            sa.Enum(
                "welcome",
                "counts",
                "already",
                "check",
                "not_now",
                "technical",
                name="shown",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "welcome",
                "counts",
                "already",
                "check",
                "not_now",
                "technical",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "wrong_time",
                "full",
                "limit",
                "ended",
                "not_yet",
                "not_in_use",
                "elsewhere",
                "unregistered",
                "malformed",
                "no_answer",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("adult", sa.Integer(), nullable=False),
        sa.Column("child", sa.Integer(), nullable=False),
        sa.Column("assistant", sa.Integer(), nullable=False),
        sa.Column("interpreter", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Integer(), nullable=False),
        sa.Column("under16", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("rules", sa.Integer(), nullable=True),
        sa.Column("shift", sa.String(length=20), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(
            "adult >= 0 and child >= 0 and assistant >= 0 and interpreter >= 0 and worker >= 0 and under16 >= 0",
            name=op.f("ck_scans_counts"),
        ),
        sa.CheckConstraint("device_id is not null or user_id is not null", name=op.f("ck_scans_source")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_scans_device_id_devices")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrences.id"], name=op.f("fk_scans_occurrence_id_occurrences")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_scans_user_id_users")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_scans_venue_id_venues")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_scans")),
    )
    op.create_index("ix_scans_device_id_seq", "scans", ["device_id", "seq"], unique=False)
    op.create_index(op.f("ix_scans_occurrence_id"), "scans", ["occurrence_id"], unique=False)
    op.create_index(op.f("ix_scans_undoes"), "scans", ["undoes"], unique=False)
    op.create_index("ix_scans_venue_id_on_day", "scans", ["venue_id", "on_day"], unique=False)
    op.create_table(
        "scan_cards",
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_scan_cards_card_id_cards")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"], name=op.f("fk_scan_cards_scan_id_scans")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_scan_cards")),
    )
    op.create_index(op.f("ix_scan_cards_card_id"), "scan_cards", ["card_id"], unique=False)
    op.create_index(op.f("ix_scan_cards_line"), "scan_cards", ["line"], unique=False)
    op.create_table(
        "scan_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column(
            "flag",
            sa.Enum(
                "elsewhere",
                "unregistered",
                "ended",
                "blocked_unknown",
                "double",
                "again",
                "children",
                "cancelled",
                "time",
                "undo_without_scan",
                name="flag",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("counted", sa.Boolean(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_scan_decisions_decided_by_users")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"], name=op.f("fk_scan_decisions_scan_id_scans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_decisions")),
    )
    op.create_index(op.f("ix_scan_decisions_scan_id"), "scan_decisions", ["scan_id"], unique=False)
    forbid_changes("audit_entries")


def forbid_changes(table: str) -> None:
    """Let the database itself refuse to change or delete rows of an append-only table."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$"
    )
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )
