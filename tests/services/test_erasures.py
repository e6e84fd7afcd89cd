"""A holder asks, card in hand: everything goes, totals stay, and a restored backup is cleaned again."""

import dataclasses
import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cardregister, lifecycle, mobilecards, monthcounts, unitcounts, yearfigures
from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.followup import mood, ownkeys, ownsessions, references, store
from kaikukortti.followup.models.answers import MoodAnswer
from kaikukortti.followup.models.episodes import Grant
from kaikukortti.followup.models.holders import Goal, OwnKey, OwnSession
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card, CardPeriod, MobileCard
from kaikukortti.models.keeping import Erasure, FirstUse
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.programme import Hold
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.retention import erasures, followups, journal
from kaikukortti.rules.booking import BookedBy, BookingKind, BookingState
from kaikukortti.rules.card import CardKind, State, WrongState
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.span import parse
from kaikukortti.rules.verdict import VerdictClass
from tests import factories
from tests import followups as switched
from tests import leaves, letgo, restoring
from tests.factories import DAY, NOW, SECRET_KEY, TODAY
from tests.followupown import rows
from tests.serving import Service
from venues import scanning, snapshot, sync

KEY = "0123-4567-89AB-CDEF"
SUMMER = parse("2026-Q3")


@pytest.fixture
def worker():
    actor = factories.make_actor()
    switched.switch_on(factories.the_area(), factories.unit_of(actor))
    return actor


@pytest.fixture
def settings(app, tmp_path) -> Config:
    return dataclasses.replace(app.config["KAIKU"], erasure_journal=str(tmp_path / "erasures.journal"))


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def card(worker, venue):
    """Return a card with everything that a card can have; five others of the unit went to the same places."""
    unit = factories.unit_of(worker)
    mine = factories.make_issued_card(unit, children=2, first_on=date(2026, 6, 1))
    mobilecards.make(mine.id, actor=worker, now=NOW)
    assert mine.line is not None
    ownkeys.keep(mine.line, KEY, unit_id=unit.id, now=NOW, secret=SECRET_KEY)
    held = leaves.opened(mine)
    episode = leaves.start(worker, unit.area_id)
    leaves.give(episode, held, actor=worker)
    others = [factories.make_issued_card(unit, first_on=date(2026, 6, 1)) for _ in range(5)]
    for one in (mine, *others):
        leaves.visit(one, venue, date(2026, 8, 3))
    leaves.visit(mine, venue, date(2026, 10, 5), child=1)
    tablet, course = factories.make_tablet(venue).known, factories.make_event(venue, kind=EventKind.COURSE)
    for ago in (14, 7):
        there = factories.make_occurrence(course, starts_at=NOW - ago * DAY)
        item = factories.make_item(mine, occurrence=there, occurred=there.starts_at)
        assert sync.accept([item], device=tablet, received_at=there.starts_at + DAY / 24)[0].result == "accepted"
    mood.answer(held, venue_id=venue.id, mood=4, now=NOW, secret=SECRET_KEY)
    _more_rows(mine, venue)
    return mine


def _more_rows(mine: Card, venue) -> None:
    assert mine.line is not None
    line_ref = references.of_line(mine.line, secret=SECRET_KEY)
    with store.writing() as session:
        session.add(Goal(line_ref=line_ref, words="Konserttiin", set_on=TODAY))
    words = {"booked_by": BookedBy.UNIT, "kind": BookingKind.SINGLE, "created_at": NOW, "changed_at": NOW}
    who = {"holder": mine.line, "card_id": mine.id, "venue_id": venue.id, "adult": 1}
    past = Booking(ref="1" * 16, word="kissa", on_day=TODAY - 9 * DAY, state=BookingState.NO_SHOW, **words, **who)
    coming = Booking(ref="2" * 16, word="koira", on_day=TODAY + 9 * DAY, state=BookingState.BOOKED, **words, **who)
    evening = factories.make_occurrence(venue=venue)
    hold = Hold(id="3" * 32, occurrence_id=evening.id, line=mine.line, places=1, expires_at=NOW)
    db.session.add_all([past, coming, hold])
    db.session.commit()


def erase(card: Card, worker, settings: Config, *, now=NOW) -> erasures.Taken:
    return erasures.erase(card.id, actor=worker, now=now, settings=settings)


def whole_text() -> str:
    """Return every row of every table as text."""
    return json.dumps(letgo.all_rows())


def test_everything_goes_and_the_totals_stay(card, worker, venue, settings):
    line, line_ref = card.line, references.of_line(card.line, secret=SECRET_KEY)
    before = letgo.counted_again(), yearfigures.read(venue.area_id, now=NOW)
    summer = unitcounts.read(SUMMER, actor=worker, now=NOW).visits
    frozen_at = NOW + DAY / 24
    taken = erase(card, worker, settings, now=frozen_at)
    assert taken == erasures.Taken(cards=1, visits=4, bookings=2)
    text = whole_text()
    assert line not in text and line_ref not in text.replace(f"'{line_ref}', 'asked'", ""), "but for the erasure's row"
    assert (letgo.counted_again(), yearfigures.read(venue.area_id, now=NOW)) == before
    assert unitcounts.read(SUMMER, actor=worker, now=NOW).visits == summer and summer and summer.uses == 6
    for table in (OwnKey, OwnSession, Goal, Grant, MoodAnswer):
        assert not rows(table), table
    assert [one.withdrawn_at for one in db.session.scalars(sa.select(MobileCard))] == [frozen_at]


def test_the_card_is_out_of_use_everywhere(card, worker, venue, settings):
    device = factories.make_tablet(venue)
    cursor = snapshot.read_cursor(device.known.device_id)
    old_line, old_n = card.line, db.session.scalar(sa.select(sa.func.max(Card.n)))
    erase(card, worker, settings)
    row = db.session.get_one(Card, card.id, populate_existing=True)
    assert (row.state, row.children) == (State.ANONYMISED, 0) and row.line not in (None, old_line)
    assert (row.n or 0) > (old_n or 0) >= cursor.n - 1
    assert db.session.get(Profile, old_line) is None
    assert set(db.session.scalars(sa.select(CardPeriod.children).where(CardPeriod.card_id == card.id))) == {0}
    item = factories.make_item(card, occurred=NOW + timedelta(minutes=5))
    judged = scanning.record(item, device=device.known, received_at=NOW + timedelta(minutes=5))
    assert db.session.get_one(Scan, item.scan_id).verdict is not VerdictClass.WELCOME and judged
    with pytest.raises(ownsessions.OwnKeyWrong):
        ownsessions.open(card.number, KEY, sender="x", now=NOW, secret=SECRET_KEY)


def test_later_reads_of_a_course_stay_no_uses_however_often_the_month_is_counted(card, worker, venue, settings):
    before = letgo.counted_again()
    erase(card, worker, settings)
    kinds = sorted(kind for kind in db.session.scalars(sa.select(Scan.cut_as)) if kind)
    assert kinds == ["erased", "erased", "erased", "erased_later"]
    assert letgo.counted_again() == before
    assert not db.session.scalars(sa.select(ScanCard).where(ScanCard.card_id == card.id)).all()
    first = db.session.scalars(sa.select(FirstUse)).one()
    assert first.month == date(2026, 8, 1) and first.line == db.session.get_one(Card, card.id).line


def test_bookings_to_come_are_cancelled_and_name_nobody(card, worker, settings):
    erase(card, worker, settings)
    past, coming = db.session.scalars(sa.select(Booking).order_by(Booking.on_day))
    assert (past.state, coming.state) == (BookingState.NO_SHOW, BookingState.CANCELLED)
    assert past.card_id is None and coming.card_id is None and past.holder != coming.holder
    assert not db.session.scalars(sa.select(Hold)).all()


def test_all_cards_of_the_line_go_together(card, worker, settings):
    stock = factories.make_stock_card(factories.unit_of(worker))
    new = lifecycle.replace(card.id, stock.number, actor=worker, now=NOW)
    assert erase(new, worker, settings).cards == 2
    both = db.session.scalars(sa.select(Card).where(Card.id.in_([card.id, new.id]))).all()
    assert {one.state for one in both} == {State.ANONYMISED} and len({one.line for one in both}) == 1
    assert len(journal.read(settings)[0].numbers) == 2


def test_another_unit_s_card_a_community_card_and_an_erased_one_are_refused(card, worker, settings):
    with pytest.raises(NotFound):
        erase(card, factories.make_actor(), settings)
    group = factories.make_issued_card(factories.unit_of(worker), kind=CardKind.COMMUNITY)
    with pytest.raises(cardregister.IsCommunityCard):
        erase(group, worker, settings)
    assert journal.read(settings) == []
    erase(card, worker, settings)
    with pytest.raises(WrongState):
        erase(card, worker, settings)


def test_the_log_says_it_without_a_word_about_the_holder(card, worker, settings):
    erase(card, worker, settings)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "card.erased")).one()
    assert entry.organisation == worker.organisation and entry.card_ref
    assert entry.detail == {"cards": 1, "visits": 4, "bookings": 2, "again": False}
    done = db.session.scalars(sa.select(Erasure)).one()
    assert (done.cause.value, done.asked_by) == ("asked", worker.user_id)


def test_the_journal_can_be_read_by_nobody_and_is_written_once(card, worker, settings):
    line, path = card.line, journal.path_of(settings)
    erase(card, worker, settings)
    text = path.read_text()
    assert line not in text and card.number not in text and "example" not in text
    assert path.stat().st_mode & 0o077 == 0 and len(text.splitlines()) == 1
    path.write_text(text + '{"at": "2026-11-2')  # the power went while a line was written
    other = factories.make_issued_card(factories.unit_of(worker))
    erase(other, worker, settings)
    assert [len(entry.numbers) for entry in journal.read(settings)] == [1, 1]
    assert journal.pending(settings) == 0


def test_nothing_is_erased_where_the_journal_cannot_be_written(card, worker, settings, tmp_path):
    closed = dataclasses.replace(settings, erasure_journal=str(tmp_path / "not there" / "erasures.journal"))
    with pytest.raises(OSError):
        erase(card, worker, closed)
    assert db.session.get(Profile, card.line) and rows(OwnKey)


@pytest.mark.parametrize("step", ["follow-up", "main"])
def test_a_crash_at_any_step_is_healed_by_doing_it_again(card, worker, venue, settings, monkeypatch, step):
    before = letgo.counted_again()
    broken = (followups, "forget_refs") if step == "follow-up" else (erasures, "_erase")
    with monkeypatch.context() as power, pytest.raises(RuntimeError):
        power.setattr(*broken, lambda *_a, **_k: (_ for _ in ()).throw(RuntimeError("the power went")))
        erase(card, worker, settings)
    is_there = sa.select(Profile).where(Profile.line == card.line)
    assert journal.pending(settings) == 1 and db.session.scalar(is_there)
    assert erasures.replay(settings, now=NOW) == erasures.Replayed(named=1, erased=1)
    assert journal.pending(settings) == 0 and not rows(OwnKey) and db.session.scalar(is_there) is None
    assert letgo.counted_again() == before
    assert erasures.replay(settings, now=NOW) == erasures.Replayed(named=1, erased=0)


def test_a_start_after_a_restore_erases_again(card, worker, venue, settings, engine_name):
    line = card.line
    with restoring.put_back_after(engine_name):
        erase(card, worker, settings)
    assert db.session.get(Profile, line) and rows(OwnKey)
    db.session.remove()
    url = db.engine.url.render_as_string(hide_password=False)
    served = Service.start(
        url, instance=settings.instance_path, secret_key=SECRET_KEY, KAIKU_ERASURE_JOURNAL=settings.erasure_journal
    )
    served.stop()
    assert "1 were there again and have been erased" in "".join(served.complaints)
    assert not db.session.get(Profile, line) and not rows(OwnKey) and journal.pending(settings) == 0


def test_after_a_restore_the_journal_erases_again(card, worker, venue, settings, engine_name):
    line, counts = card.line, letgo.counted_again()
    with restoring.put_back_after(engine_name):
        erase(card, worker, settings)
    assert db.session.get(Profile, line) and rows(OwnKey) and journal.pending(settings) == 1
    assert erasures.replay(settings, now=NOW + DAY) == erasures.Replayed(named=1, erased=1)
    assert journal.pending(settings) == 0 and line not in whole_text()
    for table in (OwnKey, OwnSession, Goal, Grant, MoodAnswer):
        assert not rows(table), table
    assert letgo.counted_again() == counts
    assert db.session.get_one(Card, card.id, populate_existing=True).state is State.ANONYMISED
    assert erasures.replay(settings, now=NOW + DAY).erased == 0
    monthcounts.refresh_all()


def test_the_last_visits_of_an_erased_line_go_by_age_as_all_others(card, worker, settings):
    erase(card, worker, settings)
    later = NOW + 430 * DAY
    letgo.freeze(later)
    letgo.run(later)
    assert None not in set(db.session.scalars(sa.select(Scan.cut_as)))
    assert not db.session.scalars(sa.select(ScanCard)).all()
