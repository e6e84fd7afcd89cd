"""What partners write to their coordinator: whose people see it, who answers, what is refused."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.messaging import feedback, freetext
from kaikukortti.models.messages import FeedbackKind
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW


@pytest.fixture
def coordinator(app):
    return factories.make_actor(Role.COORDINATOR)


@pytest.fixture
def manager(app):
    return factories.make_actor(Role.VENUE_MANAGER)


def send(actor, text="Lukija ei lue.", kind=FeedbackKind.PROBLEM) -> int:
    return feedback.send(text, kind=kind, actor=actor, now=NOW)


def test_a_question_and_its_answer_are_seen_on_both_sides(coordinator, manager):
    found = send(manager, "Ensimmäinen rivi.\r\n\r\n\r\nToinen   kappale.\t")
    assert feedback.look_own(found, actor=manager).text == "Ensimmäinen rivi.\n\nToinen kappale."
    message, partner = feedback.look(found, actor=coordinator)
    assert (message.id, partner.id) == (found, manager.venue_id)
    assert feedback.count_waiting(coordinator.area_id) == 1
    feedback.answer(found, "Vaihdamme sen.", actor=coordinator, now=NOW + DAY)
    answered = feedback.look_own(found, actor=manager)
    assert (answered.answer, answered.answered_at) == ("Vaihdamme sen.", NOW + DAY)
    assert feedback.count_waiting(coordinator.area_id) == 0
    with pytest.raises(feedback.IsAnswered):
        feedback.answer(found, "Toinen vastaus", actor=coordinator, now=NOW)
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["feedback.sent", "feedback.answered"]


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_STAFF, Role.VENUE_MANAGER])
def test_colleagues_see_it_and_others_do_not(coordinator, role):
    writer, other = factories.make_actor(role), factories.make_actor(role)
    found = send(writer)
    assert [message.id for message in feedback.list_own(actor=writer)] == [found]
    assert list(feedback.list_own(actor=other)) == []
    with pytest.raises(NotFound):
        feedback.look_own(found, actor=other)


def test_a_venue_s_message_is_not_its_namesake_unit_s():
    worker = factories.make_actor(Role.WORKER)
    manager = factories.make_actor(Role.VENUE_MANAGER, factories.make_venue(id=worker.unit_id))
    found = send(manager)
    assert list(feedback.list_own(actor=worker)) == []
    with pytest.raises(NotFound):
        feedback.look_own(found, actor=worker)


def test_what_waits_comes_first_the_oldest_on_top(coordinator, manager):
    first, second, third = send(manager), send(manager), send(manager)
    feedback.answer(second, "Kiitos.", actor=coordinator, now=NOW)
    assert [message.id for message, _ in feedback.list_of_area(actor=coordinator)] == [first, third, second]


def test_another_area_s_coordinator_finds_nothing(coordinator, manager):
    stranger = factories.make_actor(Role.COORDINATOR, factories.make_area("HX"))
    found = send(manager)
    assert feedback.list_of_area(actor=stranger) == []
    assert feedback.count_waiting(stranger.area_id or 0) == 0
    for act in (
        lambda: feedback.look(found, actor=stranger),
        lambda: feedback.answer(found, "Hei", actor=stranger, now=NOW),
        lambda: feedback.answer(found, "Hei", actor=manager, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    assert feedback.look_own(found, actor=manager).answer == ""


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VIEWER, Role.ADMINISTRATOR])
def test_only_partners_write(role):
    with pytest.raises(NotAllowed):
        send(factories.make_actor(role))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("  \n ", freetext.TextMissing),
        ("x" * 2001, freetext.TextTooLong),
        ("Asiakas 131052-308T kysyi", freetext.TextNamesPerson),
        ("Asiakas 131052\n-308T kysyi", freetext.TextNamesPerson),
    ],
)
def test_what_is_refused_in_question_and_answer(coordinator, manager, text, error):
    found = send(manager)
    with pytest.raises(error):
        send(manager, text)
    with pytest.raises(error):
        feedback.answer(found, text, actor=coordinator, now=NOW)
    assert len(feedback.list_own(actor=manager)) == 1
    assert feedback.count_waiting(coordinator.area_id) == 1


@pytest.mark.parametrize("written", ["{0}", "{1}", "kortti {2}!"])
def test_a_card_number_is_refused_however_written(manager, written):
    number = factories.make_issued_card().number
    spaced = " ".join((number[:2], number[2:6], number[6:]))
    with pytest.raises(freetext.TextNamesCard):
        send(manager, written.format(number, spaced, number.lower()))
