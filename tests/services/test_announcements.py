"""Announcements: to whom they go, who has read them, what their end and a withdrawal do, what is refused."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.messaging import announcements, freetext
from kaikukortti.messaging.announcements import Draft
from kaikukortti.models.messages import AnnouncementRead, Audience
from kaikukortti.models.network import PartnerState
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW, TODAY


def draft(**changes) -> Draft:
    words = {"titles": {"fi": "Uusi kausi"}, "texts": {"fi": "Ohjelma on julki."}}
    return Draft(**{"audience": Audience.ALL, "last_on": TODAY + 7 * DAY, **words, **changes})


@pytest.fixture
def coordinator(app):
    return factories.make_actor(Role.COORDINATOR)


@pytest.fixture
def worker(app):
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def manager(app):
    return factories.make_actor(Role.VENUE_MANAGER)


def publish(coordinator, **changes) -> int:
    return announcements.publish(draft(**changes), actor=coordinator, now=NOW)


def unread(actor, today=TODAY) -> int:
    return announcements.count_unread(actor=actor, today=today)


@pytest.mark.parametrize(
    ("audience", "of_worker", "of_manager"), [(Audience.ALL, 1, 1), (Audience.UNITS, 1, 0), (Audience.VENUES, 0, 1)]
)
def test_an_audience_is_who_finds_it(coordinator, worker, manager, audience, of_worker, of_manager):
    found = publish(coordinator, audience=audience)
    assert (unread(worker), unread(manager)) == (of_worker, of_manager)
    for actor, count in ((worker, of_worker), (manager, of_manager)):
        listed = announcements.list_received(actor=actor, today=TODAY)
        assert [row.announcement.id for row in listed] == [found] * count
        if not count:
            with pytest.raises(NotFound):
                announcements.read(found, actor=actor, now=NOW)


def test_reading_marks_it_for_one_person_once(coordinator, worker):
    colleague = factories.make_actor(Role.WORKER, factories.unit_of(worker))
    found = publish(coordinator)
    for _ in range(2):
        assert announcements.read(found, actor=worker, now=NOW).title_fi == "Uusi kausi"
    assert (unread(worker), unread(colleague)) == (0, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AnnouncementRead)) == 1
    assert [row.is_read for row in announcements.list_received(actor=worker, today=TODAY)] == [True]


def test_two_readings_at_once_are_one(coordinator, worker, together):
    found = publish(coordinator)
    read = [lambda: announcements.read(found, actor=worker, now=NOW)] * 4
    assert {type(answer).__name__ for answer in together(*read)} == {"Announcement"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AnnouncementRead)) == 1


def test_the_coordinator_sees_which_partners_have_not_read(coordinator, worker, manager):
    factories.make_actor(Role.VENUE_STAFF, factories.make_venue(name_fi="Museo"))
    factories.make_unit(name_fi="Tyhjä")
    factories.make_unit(name_fi="Lähtenyt", state=PartnerState.LEFT)
    far = factories.make_unit(factories.make_area("HX"))
    found = publish(coordinator)
    announcements.read(found, actor=worker, now=NOW)
    reach = announcements.look(found, actor=coordinator, today=TODAY)
    rows = {row.partner.name_fi: (row.people, row.read) for row in reach.partners}
    unit = factories.unit_of(worker).name_fi
    assert rows.pop(unit) == (1, 1)
    assert rows.pop("Tyhjä") == (0, 0)
    assert sorted(rows.values()) == [(1, 0), (1, 0)] and "Museo" in rows
    assert far.name_fi not in rows and "Lähtenyt" not in rows
    assert reach.partners[-1].partner.name_fi == unit  # those where nobody has read come first
    assert (reach.sent.people, reach.sent.read) == (3, 1)
    assert [(row.people, row.read) for row in announcements.list_sent(actor=coordinator, today=TODAY)] == [(3, 1)]


def test_a_person_of_two_partners_is_one_reader(coordinator):
    user = factories.make_user()
    first = factories.make_person(Role.WORKER, user=user).actor
    factories.make_person(Role.VENUE_STAFF, user=user)
    found = publish(coordinator)
    announcements.read(found, actor=first, now=NOW)
    reach = announcements.look(found, actor=coordinator, today=TODAY)
    assert (reach.sent.people, reach.sent.read) == (1, 1)
    assert [row.read for row in reach.partners] == [1, 1]


def test_who_is_disabled_is_not_waited_for(coordinator, worker):
    user = factories.make_user()
    factories.make_person(Role.WORKER, factories.unit_of(worker), user=user)
    user.disabled_at = NOW
    db.session.commit()
    reach = announcements.look(publish(coordinator), actor=coordinator, today=TODAY)
    assert reach.sent.people == 1


def test_after_the_last_day_it_stays_in_the_archive(coordinator, worker):
    found = publish(coordinator, last_on=TODAY)
    assert unread(worker, TODAY) == 1
    assert unread(worker, TODAY + DAY) == 0
    listed = announcements.list_received(actor=worker, today=TODAY + DAY)
    assert [(row.announcement.id, row.is_shown) for row in listed] == [(found, False)]
    assert announcements.read(found, actor=worker, now=NOW + 2 * DAY)
    assert not announcements.list_sent(actor=coordinator, today=TODAY + DAY)[0].is_shown


def test_withdrawn_is_gone_for_partners_and_kept_for_the_coordinator(coordinator, worker):
    found = publish(coordinator)
    announcements.withdraw(found, actor=coordinator, now=NOW)
    assert unread(worker) == 0
    assert announcements.list_received(actor=worker, today=TODAY) == []
    with pytest.raises(NotFound):
        announcements.read(found, actor=worker, now=NOW)
    with pytest.raises(announcements.IsWithdrawn):
        announcements.withdraw(found, actor=coordinator, now=NOW)
    assert [row.is_shown for row in announcements.list_sent(actor=coordinator, today=TODAY)] == [False]
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["announcement.published", "announcement.withdrawn"]


def test_another_area_is_nowhere(coordinator):
    far = factories.make_area("HX")
    stranger = factories.make_actor(Role.COORDINATOR, far)
    reader = factories.make_actor(Role.WORKER, factories.make_unit(far))
    found = publish(coordinator)
    assert unread(reader) == 0
    for look in (
        lambda: announcements.look(found, actor=stranger, today=TODAY),
        lambda: announcements.withdraw(found, actor=stranger, now=NOW),
        lambda: announcements.read(found, actor=reader, now=NOW),
    ):
        with pytest.raises(NotFound):
            look()
    assert announcements.list_sent(actor=stranger, today=TODAY) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_announces(role):
    with pytest.raises(NotFound):
        announcements.publish(draft(), actor=factories.make_actor(role), now=NOW)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VIEWER, Role.ADMINISTRATOR])
def test_nobody_of_the_area_has_unread_ones(coordinator, role):
    publish(coordinator)
    assert unread(factories.make_actor(role)) == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"last_on": TODAY - DAY}, announcements.LastDayImpossible),
        ({"last_on": TODAY + 367 * DAY}, announcements.LastDayImpossible),
        ({"titles": {"fi": " "}}, freetext.TextMissing),
        ({"texts": {"fi": "\n \n"}}, freetext.TextMissing),
        ({"titles": {"fi": "x", "sv": "Ny"}}, announcements.HalfTranslated),
        ({"texts": {"fi": "x", "en": "New"}}, announcements.HalfTranslated),
        ({"texts": {"fi": "x" * 4001}}, freetext.TextTooLong),
        ({"texts": {"fi": "Soita 131052-308T"}}, freetext.TextNamesPerson),
    ],
)
def test_what_is_refused(coordinator, worker, changes, error):
    with pytest.raises(error):
        publish(coordinator, **changes)
    assert unread(worker) == 0


def test_no_card_is_named_in_any_language(coordinator):
    number = factories.make_issued_card().number
    titles, texts = {"fi": "Kortti", "sv": "Kort"}, {"fi": "Teksti", "sv": f"Kortet {number.lower()} är hittat"}
    with pytest.raises(freetext.TextNamesCard):
        publish(coordinator, titles=titles, texts=texts)
