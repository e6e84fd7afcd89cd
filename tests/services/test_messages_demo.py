"""The demo's messages: there once, whatever there is, and each in the hands that should see it."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.messaging import accessibility, announcements, demo, feedback, turnedaway
from kaikukortti.models.messages import TurnedAway
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import NOW, TODAY


@pytest.mark.parametrize("has_partners", [False, True])
def test_filled_once(has_partners):
    coordinator = factories.make_actor(Role.COORDINATOR)
    if has_partners:
        worker, manager = factories.make_actor(Role.WORKER), factories.make_actor(Role.VENUE_MANAGER)
    for _ in range(2):
        demo.fill(now=NOW)
    sent = announcements.list_sent(actor=coordinator, today=TODAY)
    assert [row.is_shown for row in sent] == [True, True]
    assert sum(turnedaway.count_causes(actor=coordinator, now=NOW).values()) == len(demo.REPORTS)
    assert db.session.scalar(sa.select(sa.func.count(TurnedAway.id))) == len(demo.REPORTS)
    assert len(accessibility.list_of_area(actor=coordinator)) == 1
    if has_partners:
        assert announcements.count_unread(actor=worker, today=TODAY) == 1
        assert announcements.count_unread(actor=manager, today=TODAY) == 2
        assert feedback.list_own(actor=worker)[0].answer
        assert feedback.count_waiting(coordinator.area_id or 0) == 1
