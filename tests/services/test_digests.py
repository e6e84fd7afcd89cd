"""Digests: to whom, how often, with which counts; and nothing in them that is about one holder."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import renewals, sleeping
from kaikukortti.db import db
from kaikukortti.messaging import digests
from kaikukortti.models.ledger import Device
from kaikukortti.models.messages import FeedbackKind, Mail, PartnerFeedback
from kaikukortti.models.network import Membership, PartnerState, Unit, User, Venue
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from tests import factories
from tests.factories import DAY, NOW, SECRET_KEY, TODAY
from venues import questions

MONTH = 32 * DAY


def put(*, now=NOW, waiting: int = 0) -> dict[str, int]:
    found = digests.put_due(now=now, secret=SECRET_KEY, count_questions=lambda _actor: waiting)
    return {kind: count for kind, count in found.items() if count}


def mails(kind: str) -> list[Mail]:
    db.session.commit()
    return list(db.session.scalars(sa.select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


@pytest.fixture
def unit() -> Unit:
    return factories.make_unit(name_sv="Enheten", instructed_on=TODAY)


@pytest.fixture
def venue() -> Venue:
    return factories.make_venue(instructed_on=TODAY)


def test_a_worker_is_told_once_a_month_what_the_unit_is_about(unit):
    worker = factories.make_person(Role.WORKER, unit)
    for _ in range(5):
        factories.make_issued_card(unit, first_on=TODAY - 10 * DAY, last_on=TODAY + 60 * DAY)
    factories.make_issued_card(unit, first_on=TODAY - 400 * DAY, last_on=TODAY - 60 * DAY)
    assert put()["digest_unit"] == 1
    (mail,) = mails("digest_unit")
    assert mail.user_id == worker.actor.user_id
    assert mail.facts == {"organisation": unit.name_fi, "ending": 5, "ended": "some", "unused": 0}
    assert "digest_unit" not in put() and "digest_unit" not in put(now=NOW + 5 * DAY)
    assert put(now=NOW + 11 * DAY)["digest_unit"] == 1  # the first of December


def test_a_run_tells_each_of_a_units_workers_and_a_new_one_later(unit):
    factories.make_issued_card(unit, last_on=TODAY)
    factories.make_person(Role.WORKER, unit)
    factories.make_person(Role.WORKER, unit)
    assert put()["digest_unit"] == 2
    factories.make_person(Role.WORKER, unit)
    assert put(now=NOW + DAY)["digest_unit"] == 1


def test_each_reads_the_own_language(unit):
    worker = factories.make_person(Role.WORKER, unit)
    db.session.execute(sa.update(User).where(User.id == worker.actor.user_id).values(language="sv"))
    factories.make_issued_card(unit, last_on=TODAY)
    put()
    assert [(mail.language, mail.facts["organisation"]) for mail in mails("digest_unit")] == [("sv", "Enheten")]


@pytest.mark.parametrize(
    ("days", "counts"), [(-61, (0, 0)), (-60, (0, 1)), (-1, (0, 1)), (0, (1, 0)), (60, (1, 0)), (61, (0, 0))]
)
def test_edges_of_what_ends(unit, days, counts):
    factories.make_issued_card(unit, first_on=TODAY - 100 * DAY, last_on=TODAY + days * DAY)
    assert renewals.count_due(unit.id, today=TODAY) == counts


def test_a_card_that_was_blocked_ends_nobody(unit):
    card = factories.make_issued_card(unit, last_on=TODAY)
    db.session.execute(sa.update(type(card)).values(state=State.BLOCKED))
    assert renewals.count_due(unit.id, today=TODAY) == (0, 0)


def test_unused_cards_are_those_of_the_list(unit):
    worker = factories.make_actor(Role.WORKER, unit)
    for days in (29, 30, 60, 200):
        factories.make_issued_card(unit, first_on=TODAY - days * DAY)
    factories.make_issued_card(first_on=TODAY - 60 * DAY)
    db.session.commit()
    listed = sum(len(band.cards) for band in sleeping.list_cards(actor=worker, now=NOW))
    assert sleeping.count_cards(unit.id, today=TODAY) == listed == 3


@pytest.mark.parametrize(("count", "said"), [(0, 0), (1, "some"), (4, "some"), (5, 5), (131, 131)])
def test_few_are_some(count, said):
    assert digests.told(count) == said


def test_nobody_is_written_to_who_cannot_sign_in_or_does_something_else(unit, venue):
    factories.make_issued_card(unit, last_on=TODAY)
    factories.make_person(Role.VENUE_STAFF, venue)
    factories.make_person(Role.VIEWER)
    gone = factories.make_person(Role.WORKER, unit)
    db.session.execute(sa.update(User).where(User.id == gone.actor.user_id).values(disabled_at=NOW))
    factories.make_person(Role.WORKER, unit, user=factories.make_user(password=None))
    assert put(waiting=3) == {}


def test_a_unit_that_has_left_is_left_alone(unit):
    factories.make_person(Role.WORKER, unit)
    factories.make_issued_card(unit, last_on=TODAY)
    db.session.execute(sa.update(Unit).values(state=PartnerState.LEFT))
    db.session.commit()
    assert put() == {}


def test_a_venue_is_told_weekly_what_waits(venue):
    manager = factories.make_person(Role.VENUE_MANAGER, venue)
    factories.make_tablet(venue, name="Pääovi")
    factories.make_tablet(venue, name="Naulakko", last_contact_at=NOW - 30 * DAY)
    factories.make_tablet(venue, name="Vanha", last_contact_at=NOW - 30 * DAY)
    db.session.execute(sa.update(Device).where(Device.name == "Vanha").values(state="revoked"))
    assert put(waiting=7)["digest_venue"] == 1
    (mail,) = mails("digest_venue")
    assert mail.user_id == manager.actor.user_id
    assert mail.facts == {"organisation": venue.name_fi, "questions": 7, "tablets": 1, "instruction": "none"}
    assert "digest_venue" not in put(now=NOW + 2 * DAY, waiting=7)  # Sunday
    assert put(now=NOW + 3 * DAY, waiting=7)["digest_venue"] == 1  # Monday


def test_a_venue_where_nothing_waits_hears_nothing(venue):
    factories.make_person(Role.VENUE_MANAGER, venue)
    factories.make_tablet(venue)
    assert put() == {}


def test_a_coordinator_is_told_weekly_what_is_missing_and_what_waits(unit):
    coordinator = factories.make_person(Role.COORDINATOR)
    row = {"area_id": unit.area_id, "unit_id": unit.id, "kind": FeedbackKind.IDEA, "text": "Moi", "sent_at": NOW}
    db.session.execute(sa.insert(PartnerFeedback), [row])
    db.session.commit()
    assert put(waiting=2)["digest_area"] == 1
    (mail,) = mails("digest_area")
    assert mail.user_id == coordinator.actor.user_id
    assert mail.facts["questions"] == "some" and mail.facts["feedback"] == 1 and mail.facts["more"] == 0
    assert {"kind": "few_responsible", "organisation": "Alue EK"} in mail.facts["missing"]
    assert {"kind": "commitment", "organisation": unit.name_fi} in mail.facts["missing"]
    assert "digest_area" not in put(now=NOW + 2 * DAY) and put(now=NOW + 3 * DAY)["digest_area"] == 1


def test_a_long_list_is_cut(unit):
    factories.make_person(Role.COORDINATOR)
    for _ in range(8):
        factories.make_unit()
    put()
    (mail,) = mails("digest_area")
    assert len(mail.facts["missing"]) == digests.MOST_MISSING and mail.facts["more"] > 0


@pytest.mark.parametrize(
    ("days", "duty"), [(334, None), (335, "due"), (364, "due"), (365, "over"), (500, "over"), (None, "never")]
)
def test_edges_of_the_yearly_instruction(days, duty):
    unit = factories.make_unit(instructed_on=None if days is None else TODAY - days * DAY)
    factories.make_person(Role.WORKER, unit)
    put()
    assert [mail.facts["duty"] for mail in mails("instruction_due")] == ([] if duty is None else [duty])


def test_a_year_is_told_of_twice_and_the_next_year_again(venue):
    factories.make_person(Role.VENUE_MANAGER, venue)
    told = [put(now=NOW + days * DAY).get("instruction_due", 0) for days in (334, 335, 340, 364, 365, 366, 400)]
    assert told == [0, 1, 0, 0, 1, 0, 0]
    db.session.execute(sa.update(Venue).values(instructed_on=TODAY + 400 * DAY))
    db.session.commit()
    assert put(now=NOW + 735 * DAY).get("instruction_due") == 1


def test_who_was_never_instructed_is_told_monthly():
    factories.make_person(Role.WORKER, factories.make_unit(instructed_on=None))
    assert [put(now=NOW + days * DAY).get("instruction_due", 0) for days in (0, 1, 11, 12)] == [1, 0, 1, 0]


def test_rights_are_looked_through_every_half_year(unit):
    factories.make_person(Role.COORDINATOR)
    factories.make_person(Role.WORKER, unit)
    assert "rights_review" not in put(now=NOW + 181 * DAY)
    later = NOW + 182 * DAY
    assert put(now=later)["rights_review"] == 1 and "rights_review" not in put(now=later + DAY)
    (mail,) = mails("rights_review")
    assert mail.facts == {"organisation": "Alue EK", "rights": 2}
    db.session.execute(sa.update(Membership).values(reviewed_at=later))
    db.session.commit()
    assert "rights_review" not in put(now=later + MONTH)


def test_a_run_that_breaks_off_goes_on_without_telling_twice(unit, venue):
    factories.make_person(Role.WORKER, unit)
    factories.make_person(Role.VENUE_MANAGER, venue)
    factories.make_issued_card(unit, last_on=TODAY)

    def breaks(_actor):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        digests.put_due(now=NOW, secret=SECRET_KEY, count_questions=breaks)
    assert len(mails("digest_unit")) == 1 and not mails("digest_venue")
    assert put(waiting=1) == {"digest_venue": 1}


def test_two_runs_at_once_tell_once(unit, together):
    factories.make_person(Role.WORKER, unit)
    factories.make_issued_card(unit, last_on=TODAY)
    assert {"digest_unit": 1} in together(put, put)
    assert len(mails("digest_unit")) == 1


def test_the_venues_side_counts_questions_as_its_page_does(venue):
    factories.make_person(Role.VENUE_MANAGER, venue)
    found = digests.put_due(
        now=NOW, secret=SECRET_KEY, count_questions=lambda actor: questions.count_questions(actor=actor, now=NOW)
    )
    assert not sum(found.values())


def test_weeks_and_months_are_helsinkis():
    just_after_midnight = NOW.replace(day=30, hour=22, minute=30)
    run = digests.Run(just_after_midnight, SECRET_KEY, lambda _actor: 0)
    assert (run.today, run.month, run.week) == (date(2026, 12, 1), date(2026, 12, 1), date(2026, 11, 30))
    assert run.week.weekday() == 0 and timedelta(0) <= run.today - run.week < timedelta(days=7)
