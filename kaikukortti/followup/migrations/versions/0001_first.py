"""The first tables of follow-up."""

import sqlalchemy as sa
from alembic import op

from kaikukortti.db import UTCDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "area_switches",
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("own_card_is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_area_switches")),
    )
    op.create_table(
        "barrier_notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column(
            "barrier",
            sa.Enum(
                "transport",
                "company",
                "not_knowing",
                "new_place",
                "health",
                "childcare",
                "times",
                "sold_out",
                "offer",
                "treatment",
                "card_lost",
                "other",
                name="barrier",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier_notes")),
    )
    op.create_index(op.f("ix_barrier_notes_area_id"), "barrier_notes", ["area_id"], unique=False)
    op.create_table(
        "barriers_asked",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "quarter", name=op.f("pk_barriers_asked")),
    )
    op.create_index(op.f("ix_barriers_asked_area_id"), "barriers_asked", ["area_id"], unique=False)
    op.create_table(
        "client_structures",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "trait",
            sa.Enum("age", "situation", name="trait", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("trait_class", sa.String(length=24), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.CheckConstraint("clients >= 0", name=op.f("ck_client_structures_clients")),
        sa.PrimaryKeyConstraint("unit_id", "year", "trait", "trait_class", name=op.f("pk_client_structures")),
    )
    op.create_index(op.f("ix_client_structures_area_id"), "client_structures", ["area_id"], unique=False)
    op.create_table(
        "episodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("case_code", sa.String(length=12), nullable=False),
        sa.Column(
            "service",
            sa.Enum(
                "social_rehabilitation",
                "adult_social_work",
                "joint_employment",
                "other",
                name="service",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("planned_end_on", sa.Date(), nullable=True),
        sa.Column("review_dates", sa.JSON(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_episodes_ended")),
        sa.CheckConstraint("planned_end_on >= started_on", name=op.f("ck_episodes_planned")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episodes")),
        sa.UniqueConstraint("case_code", name=op.f("uq_episodes_case_code")),
    )
    op.create_index(op.f("ix_episodes_area_id"), "episodes", ["area_id"], unique=False)
    op.create_index(op.f("ix_episodes_unit_id"), "episodes", ["unit_id"], unique=False)
    op.create_table(
        "frozen_periods",
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "grain",
            sa.Enum("quarter", "year", name="grain", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("frozen_at", UTCDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("definitions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "grain", "first_on", name=op.f("pk_frozen_periods")),
    )
    op.create_table(
        "group_responses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "start",
                "middle",
                "end",
                "follow_up",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "self", "assisted", "transferred", name="mode", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("pair_hash", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column(
            "used_card",
            sa.Enum("yes", "no", "unsaid", name="used_card", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.CheckConstraint("phase in ('start', 'end')", name=op.f("ck_group_responses_two_phases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_responses")),
        sa.UniqueConstraint(
            "unit_id", "code", "pair_hash", "phase", name=op.f("uq_group_responses_unit_id_code_pair_hash_phase")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_group_responses_area_id"), "group_responses", ["area_id"], unique=False)
    op.create_table(
        "indicator_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "grain",
            sa.Enum("quarter", "year", name="grain", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("dims", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("is_suppressed", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "is_suppressed = false or (number is null and n is null and share is null and low is null and high is null)",
            name=op.f("ck_indicator_snapshots_suppressed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_snapshots")),
        sa.UniqueConstraint(
            "area_id",
            "unit_id",
            "grain",
            "first_on",
            "code",
            "dims",
            name=op.f("uq_indicator_snapshots_area_id_unit_id_grain_first_on_code_dims"),
        ),
    )
    op.create_table(
        "key_tries",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.Column("wait_until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_key_tries")),
    )
    op.create_index(op.f("ix_key_tries_last_at"), "key_tries", ["last_at"], unique=False)
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("count", "kinds", "timeline", name="scope", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_line_ref"), "looks", ["line_ref"], unique=False)
    op.create_table(
        "measure_permissions",
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("text_version", sa.String(length=60), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("is_form_on", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("area_id", "code", name=op.f("pk_measure_permissions")),
    )
    op.create_table(
        "measure_scales",
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("domain", sa.String(length=24), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.CheckConstraint("low < high", name=op.f("ck_measure_scales_range")),
        sa.PrimaryKeyConstraint("area_id", "code", "domain", name=op.f("pk_measure_scales")),
    )
    op.create_table(
        "meeting_feedback",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column(
            "heard",
            sa.Enum(
                "yes", "partly", "no", "unsaid", name="heard", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "useful",
            sa.Enum(
                "yes", "partly", "no", "unsaid", name="useful", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("wish", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_feedback")),
    )
    op.create_index(op.f("ix_meeting_feedback_area_id"), "meeting_feedback", ["area_id"], unique=False)
    op.create_table(
        "mood_answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("mood", sa.Integer(), nullable=False),
        sa.Column("holder_mac", sa.String(length=64), nullable=True),
        sa.CheckConstraint("mood between 1 and 5", name=op.f("ck_mood_answers_mood")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mood_answers")),
    )
    op.create_index(op.f("ix_mood_answers_area_id"), "mood_answers", ["area_id"], unique=False)
    op.create_index(op.f("ix_mood_answers_holder_mac"), "mood_answers", ["holder_mac"], unique=False)
    op.create_index(op.f("ix_mood_answers_venue_id"), "mood_answers", ["venue_id"], unique=False)
    op.create_table(
        "own_keys",
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.String(length=200), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line_ref", name=op.f("pk_own_keys")),
    )
    op.create_table(
        "own_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("sealed_line", sa.LargeBinary(length=240), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_own_sessions")),
    )
    op.create_index(op.f("ix_own_sessions_ends_at"), "own_sessions", ["ends_at"], unique=False)
    op.create_index(op.f("ix_own_sessions_line_ref"), "own_sessions", ["line_ref"], unique=False)
    op.create_table(
        "social_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("observation", sa.String(length=1000), nullable=False),
        sa.Column(
            "phenomenon",
            sa.Enum(
                "reach",
                "transport",
                "offer",
                "company",
                "information",
                "accessibility",
                "treatment",
                "children",
                "health",
                "service",
                "other",
                name="phenomenon",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("recipient", sa.String(length=120), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "in_hand",
                "changed",
                "unchanged",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=600), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("status <> 'unchanged' or reason <> ''", name=op.f("ck_social_reports_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_reports")),
    )
    op.create_index(op.f("ix_social_reports_area_id"), "social_reports", ["area_id"], unique=False)
    op.create_table(
        "staff_answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("is_of_venue", sa.Boolean(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.Column("third", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(length=200), nullable=False),
        sa.Column("person_mac", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "first between 1 and 5 and second between 1 and 5 and third between 1 and 5",
            name=op.f("ck_staff_answers_answers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_answers")),
        sa.UniqueConstraint("person_mac", name=op.f("uq_staff_answers_person_mac")),
    )
    op.create_index(op.f("ix_staff_answers_area_id"), "staff_answers", ["area_id"], unique=False)
    op.create_table(
        "unit_switches",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("episodes_are_on", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("review_months", sa.JSON(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("episodes_are_on = false or decision <> ''", name=op.f("ck_unit_switches_decision")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_switches")),
    )
    op.create_index(op.f("ix_unit_switches_area_id"), "unit_switches", ["area_id"], unique=False)
    op.create_table(
        "goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=True),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=False),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("given_up_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(line_ref is null) <> (episode_id is null)", name=op.f("ck_goals_one_owner")),
        sa.CheckConstraint("baseline between -2 and 2", name=op.f("ck_goals_baseline")),
        sa.CheckConstraint("weight between 1 and 3", name=op.f("ck_goals_weight")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_goals_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    op.create_index(op.f("ix_goals_episode_id"), "goals", ["episode_id"], unique=False)
    op.create_index(op.f("ix_goals_line_ref"), "goals", ["line_ref"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("sealed_line", sa.LargeBinary(length=240), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("count", "kinds", "timeline", name="scope", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("expires_on >= from_on", name=op.f("ck_grants_days")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_grants_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("episode_id", name=op.f("uq_grants_episode_id")),
    )
    op.create_index(op.f("ix_grants_line_ref"), "grants", ["line_ref"], unique=False)
    op.create_table(
        "measurements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "start",
                "middle",
                "end",
                "follow_up",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "self", "assisted", "transferred", name="mode", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("lower(code) not in ('esis', 'swemwbs')", name=op.f("ck_measurements_never_of_a_person")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_measurements_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
    )
    op.create_index(op.f("ix_measurements_episode_id"), "measurements", ["episode_id"], unique=False)
    op.create_table(
        "social_report_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_user", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "in_hand",
                "changed",
                "unchanged",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["social_reports.id"], name=op.f("fk_social_report_steps_report_id_social_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_report_steps")),
    )
    op.create_index(op.f("ix_social_report_steps_report_id"), "social_report_steps", ["report_id"], unique=False)
    op.create_table(
        "goal_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("client_level", sa.Integer(), nullable=False),
        sa.Column("worker_level", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("client_level between -2 and 2", name=op.f("ck_goal_reviews_client_level")),
        sa.CheckConstraint("worker_level between -2 and 2", name=op.f("ck_goal_reviews_worker_level")),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals.id"], name=op.f("fk_goal_reviews_goal_id_goals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_reviews")),
    )
    op.create_index(op.f("ix_goal_reviews_goal_id"), "goal_reviews", ["goal_id"], unique=False)
    op.create_table(
        "grant_days",
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_grant_days_grant_id_grants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "on_day", name=op.f("pk_grant_days")),
    )
    op.create_table(
        "grant_workers",
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_grant_workers_grant_id_grants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "user_id", name=op.f("pk_grant_workers")),
    )
    op.create_table(
        "measurement_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=24), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.CheckConstraint("score between low and high", name=op.f("ck_measurement_scores_range")),
        sa.ForeignKeyConstraint(
            ["measurement_id"],
            ["measurements.id"],
            name=op.f("fk_measurement_scores_measurement_id_measurements"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement_scores")),
        sa.UniqueConstraint("measurement_id", "domain", name=op.f("uq_measurement_scores_measurement_id_domain")),
    )
    op.create_index(
        op.f("ix_measurement_scores_measurement_id"), "measurement_scores", ["measurement_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("measurement_scores")
    op.drop_table("grant_workers")
    op.drop_table("grant_days")
    op.drop_table("goal_reviews")
    op.drop_table("social_report_steps")
    op.drop_table("measurements")
    op.drop_table("grants")
    op.drop_table("goals")
    op.drop_table("unit_switches")
    op.drop_table("staff_answers")
    op.drop_table("social_reports")
    op.drop_table("own_sessions")
    op.drop_table("own_keys")
    op.drop_table("mood_answers")
    op.drop_table("meeting_feedback")
    op.drop_table("measure_scales")
    op.drop_table("measure_permissions")
    op.drop_table("looks")
    op.drop_table("key_tries")
    op.drop_table("indicator_snapshots")
    op.drop_table("group_responses")
    op.drop_table("frozen_periods")
    op.drop_table("episodes")
    op.drop_table("client_structures")
    op.drop_table("barriers_asked")
    op.drop_table("barrier_notes")
    op.drop_table("area_switches")
