"""Feedback on accessibility: due in 14 days, answered by the area's coordinator, its address forgotten."""

import dataclasses

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.messaging import accessibility, feedback, freetext
from kaikukortti.messaging.accessibility import Sent, Waiting
from kaikukortti.models.messages import AccessibilityFeedback, Mail
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW, SECRET_KEY, TODAY

ADDRESS = "lukija@posti.example"


@pytest.fixture
def coordinator(app):
    return factories.make_actor(Role.COORDINATOR)


def send(area_id: int, *, now=NOW, **changes) -> AccessibilityFeedback:
    usual = Sent(area_id, "Painike ei puhu.", "/offer/", "", "fi")
    accessibility.send(dataclasses.replace(usual, **changes), now=now)
    return db.session.scalars(sa.select(AccessibilityFeedback).order_by(AccessibilityFeedback.id)).all()[-1]


def answer(message, actor, text="Korjasimme sen.", now=NOW) -> bool:
    return accessibility.answer(message.id, text, actor=actor, now=now, secret=SECRET_KEY)


def test_an_answer_is_due_in_fourteen_days(coordinator):
    sent = Sent(coordinator.area_id, "Ei puhu.", "", "", "fi")
    assert accessibility.send(sent, now=NOW) == TODAY + 14 * DAY
    area = coordinator.area_id
    assert accessibility.count_waiting(area, today=TODAY + 14 * DAY) == Waiting(1, 0, TODAY + 14 * DAY)
    assert accessibility.count_waiting(area, today=TODAY + 15 * DAY) == Waiting(1, 1, TODAY + 14 * DAY)
    [message] = accessibility.list_of_area(actor=coordinator)
    answer(message, coordinator)
    assert accessibility.count_waiting(area, today=TODAY + 15 * DAY) == Waiting(0, 0, None)


def test_what_is_overdue_comes_first_and_what_is_answered_last(coordinator):
    late, done, new = (send(coordinator.area_id, now=NOW - days * DAY) for days in (20, 30, 1))
    answer(done, coordinator)
    assert [row.id for row in accessibility.list_of_area(actor=coordinator)] == [late.id, new.id, done.id]


def test_the_answer_goes_by_mail_where_there_is_an_address(coordinator):
    with_address = send(coordinator.area_id, email=f" {ADDRESS} ", language="sv")
    without = send(coordinator.area_id)
    assert answer(with_address, coordinator) is True
    assert answer(without, coordinator) is False
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.address, mail.kind, mail.language) == (ADDRESS, "accessibility_answer", "sv")
    assert mail.facts == {"answer": "Korjasimme sen.", "sent_on": TODAY.isoformat()}
    with pytest.raises(feedback.IsAnswered):
        answer(with_address, coordinator)


def test_an_address_is_forgotten_thirty_days_after_the_answer(coordinator):
    answered, waiting = (send(coordinator.area_id, email=ADDRESS) for _ in range(2))
    answer(answered, coordinator)
    assert accessibility.forget_addresses(now=NOW + 29 * DAY) == 0
    assert accessibility.forget_addresses(now=NOW + 30 * DAY) == 1
    assert accessibility.forget_addresses(now=NOW + 30 * DAY) == 0
    db.session.expire_all()
    assert (answered.email, waiting.email) == ("", ADDRESS)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_but_the_area_s_coordinator_sees_it(coordinator, role):
    message = send(coordinator.area_id)
    for actor in (factories.make_actor(role), factories.make_actor(Role.COORDINATOR, factories.make_area("HX"))):
        with pytest.raises(NotFound):
            accessibility.look(message.id, actor=actor)
        with pytest.raises(NotFound):
            answer(message, actor)
    assert accessibility.look(message.id, actor=coordinator).answered_at is None


@pytest.mark.parametrize(
    "email", ["lukija", "lukija@posti", "a@b@c.fi", "a b@c.fi", "a@c.fi\nBcc: x@y.fi", "x" * 260 + "@c.fi"]
)
def test_what_is_no_address_is_refused(coordinator, email):
    with pytest.raises(accessibility.AddressImpossible):
        send(coordinator.area_id, email=email)


def test_identity_codes_and_cards_are_refused(coordinator):
    number = factories.make_issued_card().number
    for changes, error in (
        ({"text": "Olen 131052-308T"}, freetext.TextNamesPerson),
        ({"text": f"Kortti {number}"}, freetext.TextNamesCard),
        ({"page": f"/x/{number}"}, freetext.TextNamesCard),
        ({"text": ""}, freetext.TextMissing),
    ):
        with pytest.raises(error):
            send(coordinator.area_id, **changes)
    with pytest.raises(NotFound):
        send(999_999)
    assert accessibility.list_of_area(actor=coordinator) == []
