"""Runs: what has done its work goes in its time, a dry run changes nothing, a second run finds nothing, the report."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner

from kaikukortti import cli, simulate
from kaikukortti.db import db
from kaikukortti.followup import store
from kaikukortti.followup.models.episodes import Grant, Look, Scope
from kaikukortti.followup.models.holders import KeyTry, OwnSession
from kaikukortti.models.keeping import RetentionRun
from kaikukortti.models.ledger import DeviceKey, DeviceState, Enrolment
from kaikukortti.models.messages import AccessibilityFeedback, Mail
from kaikukortti.models.network import Invitation, PartnerState, Venue
from kaikukortti.models.programme import Hold
from kaikukortti.models.sellers import ApiAnswer, ApiKey
from kaikukortti.models.signins import Challenge, PasswordReset, StaffSession, Throttle
from kaikukortti.models.trail import AuditEntry
from kaikukortti.retention import running
from kaikukortti.simulate.size import Size
from tests import factories, followups, leaves, letgo
from tests.cubeledger import Ledger
from tests.factories import DAY, NOW, ROUNDING_KEY, SECRET_KEY
from tests.followupown import rows

HASH = "0123456789abcdef" * 4


@pytest.fixture
def user():
    return factories.make_user()


def save(*made) -> None:
    db.session.add_all(made)
    db.session.commit()


def mail(user, place: int, **facts) -> Mail:
    words = {"kind": "digest_unit", "language": "fi", "facts": {}, "created_at": NOW, "not_before": NOW}
    return Mail(user_id=user.id, key=f"key {place}", **words, **facts)


def twice(make, *ages: timedelta) -> list[Any]:
    """Return a row that is just old enough and one that is not."""
    return [make(place, age) for place, age in enumerate(ages)]


def leftover_rows(user, kind: str) -> list[Any]:
    """Return two rows of a kind: one that is over, one that is kept a second longer."""
    venue = factories.make_venue()
    device = factories.make_tablet(venue).known.device_id
    there = factories.make_occurrence(venue=venue).id
    second, month = timedelta(seconds=1), 30 * DAY
    key = ApiKey(venue_id=venue.id, name="Lippu", prefix=f"k{venue.id}", secret_hash=HASH, created_at=NOW)
    save(key)
    about = {"user_id": user.id, "created_at": NOW - 900 * DAY}
    challenge = {**about, "purpose": "sign_in", "nonce": b"1"}
    seen = {**about, "seen_at": NOW, "confirmed_at": NOW}
    hold = {"occurrence_id": there, "line": HASH[:32], "places": 1}
    answer = {"api_key_id": key.id, "body_hash": b"1" * 32}
    makers = {
        "api_answers": lambda at, age: ApiAnswer(**answer, idempotency_key=f"{at:064}", created_at=NOW - month - age),
        "holds": lambda at, age: Hold(id=f"{at:032}", **hold, expires_at=NOW - DAY - age),
        "staff_sessions": lambda at, age: StaffSession(**seen, token_hash=f"{at:064}", ends_at=NOW - age),
        "challenges": lambda at, age: Challenge(**challenge, token_hash=f"{at:064}", expires_at=NOW - age),
        "password_resets": lambda at, age: PasswordReset(**about, token_hash=f"{at:064}", expires_at=NOW - age),
        "throttles": lambda at, age: Throttle(
            what="account", who=f"{at:064}", failures=1, since=NOW - DAY, changed_at=NOW - DAY - age
        ),
        "invitations": lambda at, age: Invitation(**about, token_hash=f"{at:064}", expires_at=NOW - month - age),
        "enrolments": lambda at, age: Enrolment(
            venue_id=venue.id, code_hash=f"{at:064}", created_at=NOW - 900 * DAY, expires_at=NOW - month - age
        ),
        "mails": lambda at, age: mail(user, at, sent_at=NOW - month - age),
    }
    assert device
    return twice(makers[kind], second, -second)


KINDS = (
    *("api_answers", "holds", "staff_sessions", "challenges", "password_resets"),
    *("throttles", "invitations", "enrolments", "mails"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_goes_in_its_time_and_not_a_second_before(user, kind):
    made = leftover_rows(user, kind)
    save(*made)
    before = letgo.run(NOW, dry=True)
    assert before[kind] == 1, before
    assert letgo.run(NOW)[kind] == 1
    table = type(made[0])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1
    assert kind not in letgo.run(NOW)
    assert letgo.run(NOW + timedelta(seconds=2))[kind] == 1


def test_an_invitation_goes_30_days_after_it_was_used_and_an_email_30_days_after_it_was_given_up(user):
    used = {"user_id": user.id, "created_at": NOW - 60 * DAY, "expires_at": NOW, "used_at": NOW - 31 * DAY}
    save(Invitation(token_hash=HASH, **used), mail(user, 1, given_up_at=NOW - 31 * DAY), mail(user, 2))
    found = letgo.run(NOW)
    assert (found["invitations"], found["mails"]) == (1, 1)


def test_keys_of_before_go_with_a_revoked_tablet(app):
    tablet, other = factories.make_tablet(), factories.make_tablet()
    for one in (tablet, other):
        save(DeviceKey(device_id=one.known.device_id, key_number=1, list_key=b"1", renewed_at=NOW - 300 * DAY))
    gone = {"state": DeviceState.REVOKED, "revoked_at": NOW - 31 * DAY}
    from_device = sa.update(DeviceKey.metadata.tables["devices"]).where(
        DeviceKey.metadata.tables["devices"].c.id == tablet.known.device_id
    )
    db.session.execute(from_device.values(**gone))
    db.session.commit()
    assert letgo.run(NOW)["device_keys"] == 1
    assert [row.device_id for row in db.session.scalars(sa.select(DeviceKey))] == [other.known.device_id]


def test_those_with_rules_of_their_own_keep_them(app):
    area = factories.the_area()
    words = {"area_id": area.id, "text": "En näe kuvaa", "language": "fi", "sent_at": NOW, "due_on": NOW.date()}
    save(AccessibilityFeedback(**words, email="a@kaikukortti.example", answered_at=NOW - 31 * DAY))
    over = factories.make_venue(area, last_on=NOW.date() - DAY)
    planned = letgo.run(NOW, dry=True)
    found = letgo.run(NOW)
    assert found["accessibility_addresses"] == planned["accessibility_addresses"] == 1
    assert found["venues_closed"] == planned["venues_closed"] == 1
    assert db.session.get_one(Venue, over.id, populate_existing=True).state is PartnerState.LEFT
    assert db.session.scalars(sa.select(AccessibilityFeedback.email)).all() == [""]


def test_follow_up_keeps_leave_pages_tries_and_looks_no_longer_than_they_say(app):
    worker = factories.make_actor()
    unit = factories.unit_of(worker)
    followups.switch_on(factories.the_area(), unit)
    card = factories.make_issued_card(unit)
    episode = leaves.start(worker, unit.area_id)
    leaves.give(episode, leaves.opened(card), actor=worker, expires_on=NOW.date() + 30 * DAY)
    with store.writing() as session:
        session.add(KeyTry(subject=HASH, failures=1, last_at=NOW))
        look = {"line_ref": HASH, "user_id": 1, "name": "Maija", "unit_id": unit.id, "scope": Scope.COUNT}
        session.add_all([Look(**look, at=NOW - 600 * DAY), Look(**look, at=NOW)])
    assert letgo.run(NOW) == {}
    last_day = NOW + 30 * DAY
    assert {"own_sessions": 1, "own_key_tries": 2}.items() <= letgo.run(last_day).items() and rows(Grant)
    assert letgo.run(last_day + DAY)["grants"] == 1 and not rows(Grant) and not rows(OwnSession)
    assert letgo.run(NOW + 140 * DAY)["looks"] == 1 and len(rows(Look)) == 1


def test_a_dry_run_changes_nothing_and_says_what_a_run_would_do(app, user):
    simulate.network(Size(areas=1, units=3, venues=6, cards=200, years=2, visits=1_000), seed=5, now=NOW)
    letgo.freeze(NOW)
    for kind in KINDS:
        save(*leftover_rows(factories.make_user(), kind)[:1])
    before = letgo.all_rows()
    planned = letgo.run(NOW, dry=True)
    assert letgo.all_rows() == before
    assert planned["links_of_visits"] > 100 and planned["profiles_made_coarse"] > 10
    done = letgo.run(NOW)
    sealed = done.pop("held audit_months_sealed", None)
    assert done == planned and sealed is None
    again = letgo.run(NOW)
    assert {kind: rows for kind, rows in again.items() if not kind.startswith("held")} == {}


def test_the_report_is_kept_and_the_log_of_each_area_says_that_something_went(app):
    ledger = Ledger()
    (holder,) = ledger.cards(1, first_on=date(2025, 2, 1))
    ledger.visit(holder, factories.make_venue(ledger.area), date(2025, 3, 4))
    ledger.save()
    letgo.freeze(NOW)
    letgo.full_run(NOW)
    kept = running.newest()
    assert kept is not None and kept.began_at == NOW
    lines = {line["kind"]: (line["rows"], line["rule"]) for line in kept.report["lines"]}
    assert lines["links_of_visits"] == (1, "13 months after the visit")
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "retention.run")).all()
    assert [(entry.role, entry.organisation) for entry in entries] == [("administrator", f"area:{ledger.area.id}")]
    letgo.full_run(NOW + DAY)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RetentionRun)) == 2


@pytest.fixture
def command(engine_url, tmp_path, monkeypatch):
    """Return a function that runs a command of retention in November 2026 on the test's databases."""
    monkeypatch.setenv("KAIKU_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", ROUNDING_KEY)
    monkeypatch.setenv("KAIKU_DATABASE_URL", engine_url)

    def run(*words):
        db.session.remove()
        with time_machine.travel(datetime(2026, 11, 20, 16, 30, tzinfo=UTC)):
            return CliRunner().invoke(cli.kaikukortti, ["retention", *words, "--instance", str(tmp_path)])

    return run


def test_the_command_in_plain_lines(app, command, monkeypatch):
    ledger = Ledger()
    (holder,) = ledger.cards(1, first_on=date(2025, 2, 1))
    ledger.visit(holder, factories.make_venue(ledger.area), date(2025, 3, 4))
    ledger.save()
    letgo.freeze(NOW)
    assert "no run yet" in command("report").output
    planned = command("run", "--dry-run")
    assert planned.exit_code == 0 and "Nothing was changed." in planned.output, planned.output
    assert "no run yet" in command("report").output
    done = command("run")
    assert done.exit_code == 0 and "links_of_visits                      1  13 months" in done.output, done.output
    assert "rows let go, in" in done.output
    assert "links_of_visits                      1  13 months" in command("report").output
    assert command("replay").output == "The journal names 0; 0 were there again and have been erased.\n"
    monkeypatch.setenv("KAIKU_LOG_MONTHS", "12")
    refused = command("run")
    assert refused.exit_code == 1 and "KAIKU_LOG_MONTHS" in str(refused.exception)
