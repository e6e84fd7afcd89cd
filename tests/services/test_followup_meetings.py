"""What meetings leave behind: counts of a unit and a quarter, of nobody; each meeting once."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed
from kaikukortti.followup import meetings, store, texts
from kaikukortti.followup.meetings import Feedback
from kaikukortti.followup.models.answers import Agreement, BarrierNote, BarriersAsked, MeetingFeedback
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.barrier import Barrier
from tests import network
from tests.factories import DAY, NOW

AUTUMN = meetings.quarter_of(NOW.date())
YES = Feedback(Agreement.YES, Agreement.PARTLY, "More time")
IN_WINTER = NOW + 60 * DAY


@pytest.fixture
def town():
    return network.make_network()


@pytest.fixture
def worker(town):
    return town.people[Role.WORKER].actor


def rows(table):
    with store.reading() as session:
        return session.scalars(sa.select(table)).all()


def keep(worker, mark="m", **facts):
    told = {"barriers": (Barrier.COMPANY, Barrier.TRANSPORT), "feedback": YES, "now": NOW, **facts}
    return meetings.keep(mark, actor=worker, **told)


def test_a_meeting_leaves_counts_of_its_unit_and_quarter(town, worker):
    assert keep(worker)
    assert {row.barrier for row in rows(BarrierNote)} == {Barrier.COMPANY, Barrier.TRANSPORT}
    [asked], [feedback] = rows(BarriersAsked), rows(MeetingFeedback)
    for row in (asked, feedback, *rows(BarrierNote)):
        assert (row.area_id, row.unit_id, row.quarter) == (town.area.id, town.unit.id, AUTUMN)
    assert asked.meetings == 1
    assert (feedback.heard, feedback.useful, feedback.wish) == (Agreement.YES, Agreement.PARTLY, "More time")


def test_the_same_meeting_counts_once_even_when_sent_at_once(worker, together):
    answers = together(*[lambda: keep(worker)] * 4)
    assert sorted(answers) == [False, False, False, True]
    assert [row.meetings for row in rows(BarriersAsked)] == [1]
    assert (len(rows(BarrierNote)), len(rows(MeetingFeedback))) == (2, 1)


def test_meetings_at_once_are_all_counted(worker, together):
    answers = together(*[lambda mark=mark: keep(worker, mark) for mark in "abcd"])
    assert answers == [True] * 4
    assert [row.meetings for row in rows(BarriersAsked)] == [4]


def test_what_was_not_asked_is_not_counted(worker):
    keep(worker, "a", barriers=None)
    assert rows(BarriersAsked) == rows(BarrierNote) == []
    keep(worker, "b", barriers=())
    assert [row.meetings for row in rows(BarriersAsked)] == [1] and rows(BarrierNote) == []


def test_a_barrier_counts_once_in_a_meeting(worker):
    keep(worker, barriers=(Barrier.OFFER, Barrier.OFFER))
    assert [row.barrier for row in rows(BarrierNote)] == [Barrier.OFFER]


def test_each_quarter_has_its_own_count(worker):
    keep(worker, "a")
    keep(worker, "b", now=IN_WINTER)
    assert [row.meetings for row in rows(BarriersAsked)] == [1, 1]
    assert {row.quarter.isoformat() for row in rows(BarriersAsked)} == {"2026-10-01", "2027-01-01"}


def test_keys_tell_nothing_of_the_meeting_or_the_order(worker):
    for number in range(20):
        keep(worker, meetings.new_mark(), barriers=(Barrier.OFFER,), feedback=Feedback(wish=f"{number:02}"))
    by_key = [row.wish for row in sorted(rows(MeetingFeedback), key=lambda row: row.id)]
    assert sorted(by_key) != by_key
    assert not {row.id for row in rows(MeetingFeedback)} & {row.id for row in rows(BarrierNote)}


def test_nothing_in_the_log_ties_an_answer_to_a_moment(worker):
    keep(worker)
    assert db.session.scalars(sa.select(AuditEntry)).all() == []


@pytest.mark.parametrize("wish, error", [("131052-308T", texts.TextNamesPerson), ("x" * 201, texts.TextTooLong)])
def test_a_wish_that_is_refused_keeps_nothing(worker, wish, error):
    with pytest.raises(error):
        keep(worker, feedback=Feedback(wish=wish))
    assert rows(MeetingFeedback) == rows(BarrierNote) == rows(BarriersAsked) == []


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VENUE_STAFF, Role.VIEWER])
def test_meetings_are_held_in_units(town, role):
    with pytest.raises(NotAllowed):
        keep(town.people[role].actor)


def test_voices_are_read_from_five_answers_on_and_after_the_quarter(worker):
    for number in range(4):
        keep(worker, f"{number}", feedback=Feedback(Agreement.YES, wish=f"Wish {number}"))
    keep(worker, "silent", feedback=Feedback())
    assert meetings.read_voices(actor=worker, quarter=AUTUMN, now=NOW) is None
    few = meetings.read_voices(actor=worker, quarter=AUTUMN, now=IN_WINTER)
    assert few is not None
    assert (few.meetings, few.heard, few.wishes) == (5, {}, ())
    keep(worker, "fifth", feedback=Feedback(Agreement.NO, Agreement.YES))
    enough = meetings.read_voices(actor=worker, quarter=AUTUMN, now=IN_WINTER)
    assert (
        enough is not None
        and enough.meetings == 6
        and enough.heard[Agreement.YES] == 4
        and enough.heard[Agreement.NO] == 1
    )
    assert sorted(enough.wishes) == [f"Wish {number}" for number in range(4)]


def test_voices_are_the_own_units(town, worker):
    for number in range(5):
        keep(worker, f"{number}")
    strange = meetings.read_voices(actor=town.strangers[Role.WORKER].actor, quarter=AUTUMN, now=IN_WINTER)
    assert strange == meetings.Voices(0)
