"""Freezing: what a period counts, to the last ticket; when it is counted, revised, and never again."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.cube import freezing, reading, store
from kaikukortti.cube.periods import Grain, parse
from kaikukortti.db import db
from kaikukortti.figuretable import Missing
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Entry, ScanDecision
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import LifeSituation, Profile
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Category, EventKind
from tests import factories
from tests.cubeledger import Ledger, exact
from tests.factories import ROUNDING_KEY

SEPTEMBER, QUARTER = "2026-09", "2026-Q3"
A_DAY = date(2026, 9, 10)
CLOSED = datetime(2026, 10, 15, tzinfo=UTC)  # 14 whole days after September and its quarter
REVISED = datetime(2026, 11, 15, 12, tzinfo=UTC)


class Town(Ledger):
    """An area with a theatre, a pool and 120 cards, of students and of old people, that nobody has used yet."""

    def __post_init__(self):
        super().__post_init__()
        self.venue = factories.make_venue(self.area)
        self.pool = factories.make_venue(self.area, category=Category.SPORT)
        young = self.cards(60, birth_year=2004, postcode="53100", situation=LifeSituation.STUDENT)
        self.holders = [*young, *self.cards(60, birth_year=1950, postcode="55100")]


@pytest.fixture
def ledger():
    """Return a town."""
    return Town()


def freeze(now):
    """Freeze what has closed."""
    return freezing.freeze(now=now, secret=ROUNDING_KEY)


def cells(ledger, code, *periods):
    """Return the published cells of a table."""
    return reading.read(ledger.area.id, code, periods=[parse(one) for one in periods])


def test_every_table_counts_what_it_says(ledger):
    for place, holder in enumerate(ledger.holders[50:70]):
        ledger.visit(holder, ledger.venue, A_DAY, child=place % 2)
    for holder in ledger.holders[60:70]:
        ledger.visit(holder, ledger.pool, A_DAY, received_at=CLOSED - timedelta(days=30))
    ledger.save()
    area = ledger.area
    assert exact(area, "uses_total", SEPTEMBER) == {("adults",): 30, ("children",): 10}
    by_category = {("culture", "adults"): 20, ("culture", "children"): 10, ("sport", "adults"): 10}
    assert exact(area, "uses", SEPTEMBER) == by_category
    assert exact(area, "records", SEPTEMBER) == {("same_day",): 20, ("within_week",): 10}
    assert exact(area, "cards_valid", SEPTEMBER) == {(): 120}
    assert exact(area, "cards_in_use", SEPTEMBER) == {(): 20}
    assert exact(area, "first_visits", SEPTEMBER) == {(): 20}
    assert exact(area, "cards_by_age", QUARTER) == {("under_25",): 10, ("65_over",): 10}
    assert exact(area, "cards_by_situation", QUARTER) == {("student",): 10, ("not_told",): 10}
    assert exact(area, "cards_by_origin", QUARTER) == {("post:531",): 10, ("post:551",): 10}
    assert exact(area, "cards_by_variety", QUARTER) == {("one", "one"): 10, ("two", "two_or_more"): 10}


def test_published_numbers_lie_within_four_of_the_truth(ledger):
    for holder in ledger.holders[:33]:
        ledger.visit(holder, ledger.venue, A_DAY)
    ledger.save()
    freeze(REVISED)
    for table, period in (("cards_by_age", QUARTER), ("cards_in_use", SEPTEMBER), ("uses_total", SEPTEMBER)):
        published, truth = cells(ledger, table, period).values, exact(ledger.area, table, period)
        for key, number in published.items():
            known = truth.get(key[1:], 0)
            assert number % 5 == 0 and abs(number - known) < 5 if isinstance(number, int) else known < 5


def test_nothing_is_out_before_fourteen_days(ledger):
    closing = parse(SEPTEMBER).closes_at()
    freeze(closing - timedelta(seconds=1))
    assert [one.period.code for one in reading.list_periods(ledger.area.id, Grain.MONTH)][-1] == "2026-08"
    with pytest.raises(reading.PeriodNotClosed) as refused:
        cells(ledger, "uses_total", SEPTEMBER)
    assert refused.value.details == {"period": SEPTEMBER, "published_on": date(2026, 10, 15)}
    freeze(closing)
    assert cells(ledger, "uses_total", SEPTEMBER).revision == 0


def test_one_revision_and_then_never_again(ledger):
    for holder in ledger.holders[:20]:
        ledger.visit(holder, ledger.venue, A_DAY)
    ledger.save()
    freeze(CLOSED)
    before = cells(ledger, "uses_total", SEPTEMBER)
    for holder in ledger.holders[20:60]:
        ledger.visit(holder, ledger.venue, A_DAY, received_at=CLOSED + timedelta(days=5))
    ledger.save()
    assert {due.period.code for due in freeze(CLOSED + timedelta(days=10)).frozen} == {"2026-08"}
    assert cells(ledger, "uses_total", SEPTEMBER) == before, "frozen"
    report = freeze(REVISED)
    after = cells(ledger, "uses_total", SEPTEMBER)
    assert {due.period.code for due in report.frozen if due.revision} == {SEPTEMBER, QUARTER}
    assert (before.revision, after.revision) == (0, 1) and after.as_of == REVISED
    assert before.values[(SEPTEMBER, "adults")] == 20 and after.values[(SEPTEMBER, "adults")] == 60
    assert not freeze(REVISED + timedelta(days=5)).frozen


def test_late_records_go_to_the_month_of_arrival(ledger):
    for holder in ledger.holders[:20]:
        ledger.visit(holder, ledger.venue, date(2026, 6, 10), received_at=datetime(2026, 9, 5, 12, tzinfo=UTC))
        ledger.visit(holder, ledger.venue, date(2026, 8, 10), received_at=datetime(2026, 9, 5, 12, tzinfo=UTC))
    ledger.save()
    freeze(REVISED)
    assert exact(ledger.area, "uses_total", "2026-06") == {}, "August came after June had been revised"
    assert exact(ledger.area, "uses_total", "2026-08") == {("adults",): 20}, "in time for its own revision"
    assert exact(ledger.area, "records", SEPTEMBER) == {("late",): 20}
    assert cells(ledger, "uses_total", "2026-08", SEPTEMBER).late == {SEPTEMBER}
    assert exact(ledger.area, "first_visits", "2026-08") == {(): 20}
    assert exact(ledger.area, "first_visits", SEPTEMBER) == {}, "each line has one first visit"
    assert exact(ledger.area, "cards_by_age", "2026-Q2") == {}
    assert exact(ledger.area, "cards_by_age", QUARTER) == {("under_25",): 20}


@pytest.mark.parametrize("day", [0, 13, 14, 44, 45, 46, 75, 200, 400])
def test_every_visit_is_counted_in_one_period_whenever_it_arrives(ledger, day):
    on_day = date(2025, 8, 31)
    holder = ledger.cards(100, first_on=date(2025, 1, 2))[0]
    ledger.visit(holder, ledger.venue, on_day, received_at=datetime(2025, 8, 31, 18, tzinfo=UTC) + timedelta(day))
    ledger.save()
    months = ["2025-08", "2025-09", "2025-10", "2025-11", "2026-03", "2026-10"]
    quarters = ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q4"]
    in_month = [code for code in months if exact(ledger.area, "records", code)]
    in_quarter = [code for code in quarters if exact(ledger.area, "cards_by_age", code)]
    arrived = on_day + timedelta(day)
    assert in_month == (["2025-08"] if day <= 45 else [f"{arrived:%Y-%m}"])
    assert in_quarter == (["2025-Q3"] if day <= 75 else [f"{arrived.year}-Q{(arrived.month + 2) // 3}"])
    new = [code for code in months if exact(ledger.area, "first_visits", code)]
    assert new == in_month, "its first visit is where the visit is"


def test_counting_again_ignores_what_was_known_later(ledger):
    holders = ledger.holders[:30]
    ids = [ledger.visit(holder, ledger.venue, A_DAY) for holder in holders]
    ledger.save()
    freeze(CLOSED)
    for scan_id in ids[:10]:
        ledger.undo(scan_id, ledger.venue, A_DAY, received_at=CLOSED + timedelta(hours=3))
    for scan_id in ids[10:15]:
        db.session.add(ScanDecision(scan_id=scan_id, flag=Flag.AGAIN, counted=False, decided_at=CLOSED + timedelta(1)))
    for holder in holders[:5]:
        ledger.visit(holder, ledger.pool, A_DAY, received_at=CLOSED + timedelta(hours=1))
    ledger.save()
    assert exact(ledger.area, "uses_total", SEPTEMBER, revision=0) == {("adults",): 30}
    assert exact(ledger.area, "uses_total", SEPTEMBER, revision=1) == {("adults",): 20}
    assert freezing.recompute(now=CLOSED + timedelta(days=2), secret=ROUNDING_KEY) == []


def test_a_changed_answer_is_found_and_a_corrected_one_explained(ledger):
    for holder in ledger.holders[:30]:
        ledger.visit(holder, ledger.venue, A_DAY)
    ledger.save()
    freeze(REVISED)
    assert freezing.recompute(now=REVISED, secret=ROUNDING_KEY) == []
    db.session.execute(sa.update(Profile).values(birth_year=1981))
    db.session.commit()
    found = freezing.recompute(now=REVISED, secret=ROUNDING_KEY)
    assert [(one.due.period.code, one.code, one.is_explained) for one in found] == [(QUARTER, "cards_by_age", False)]
    card = db.session.get_one(Card, ledger.holders[0].card_id)
    event = factories.add_card_event(card, Action.CORRECT, State.ACTIVE, at=REVISED - timedelta(days=1))
    event.fields = "birth_year,postcode"
    db.session.commit()
    assert [one.is_explained for one in freezing.recompute(now=REVISED, secret=ROUNDING_KEY)] == [True]


def test_recount_goes_back_twelve_months(ledger):
    freeze(REVISED)
    again = freezing.list_recounted(now=datetime(2027, 3, 15, tzinfo=UTC))
    assert min(due.period.last_on for due in again) >= date(2026, 3, 15)
    assert all(due.revision in (0, 1) for due in again)


def test_community_cards_and_helpers(ledger):
    shared = ledger.cards(6, kind=CardKind.COMMUNITY)
    for holder in shared:
        ledger.visit(holder, ledger.venue, A_DAY, adult=0, worker=1, under16=3, assistant=1)
    ledger.save()
    assert exact(ledger.area, "uses_total", SEPTEMBER) == {("adults",): 6, ("children",): 18}
    assert exact(ledger.area, "cards_in_use", SEPTEMBER) == {}, "no holder: not among the cards"
    assert exact(ledger.area, "cards_valid", SEPTEMBER) == {(): 120}


def test_cards_of_other_areas_are_told_apart(ledger):
    far = Ledger(area=factories.make_area("HX"))
    for holder in [*far.cards(7), *ledger.holders[:3]]:
        ledger.visit(holder, ledger.venue, A_DAY)
    ledger.save()
    assert exact(ledger.area, "cards_by_origin", QUARTER) == {("area:HX",): 7, ("post:531",): 3}
    assert exact(far.area, "uses_all", QUARTER) == {}, "uses belong to the area of the venue"


def test_unverified_cards_and_attendance_are_no_uses(ledger):
    course = factories.make_event(ledger.venue, kind=EventKind.COURSE)
    for on_day in (A_DAY, A_DAY + timedelta(7)):
        evening = factories.make_occurrence(course, starts_at=datetime(2026, 9, on_day.day, 15, tzinfo=UTC))
        for holder in ledger.holders[:8]:
            ledger.visit(holder, ledger.venue, on_day, occurrence_id=evening.id)
    strange = ledger.visit(None, ledger.venue, A_DAY, raw_code="VA12345")
    ledger.save()
    db.session.add(ScanDecision(scan_id=strange, flag=Flag.ELSEWHERE, counted=None, decided_at=CLOSED - timedelta(9)))
    db.session.commit()
    assert exact(ledger.area, "uses_total", SEPTEMBER) == {("adults",): 8}
    assert exact(ledger.area, "records", SEPTEMBER) == {("same_day",): 16}


def test_imported_visits_are_uses_that_say_nothing_of_delay(ledger):
    for holder in ledger.holders[:20]:
        ledger.visit(holder, ledger.venue, A_DAY)
        ledger.visit(holder, ledger.pool, A_DAY, entry=Entry.IMPORTED)
    for holder in ledger.holders[20:30]:
        taken_in = datetime(2026, 9, 5, 12, tzinfo=UTC)
        ledger.visit(holder, ledger.pool, date(2026, 6, 10), received_at=taken_in, entry=Entry.IMPORTED)
    ledger.save()
    area = ledger.area
    assert exact(area, "uses", SEPTEMBER) == {("culture", "adults"): 20, ("sport", "adults"): 30}
    assert exact(area, "cards_in_use", SEPTEMBER) == {(): 30}
    assert exact(area, "records", SEPTEMBER) == {("same_day",): 20}


@pytest.mark.parametrize(
    ("cards", "there", "hidden"),
    [(100, "cards_by_age", "uses_all"), (99, "uses_total", "uses"), (39, "uses_all", "uses_total")],
)
def test_size_of_network_decides_which_tables_exist(cards, there, hidden):
    ledger = Ledger()
    venue = factories.make_venue(ledger.area)
    for holder in ledger.cards(cards)[:20]:
        ledger.visit(holder, venue, A_DAY)
    ledger.save()
    counted = {
        code
        for period in (SEPTEMBER, QUARTER)
        for code in freezing.count(freezing.Due(ledger.area.id, "EK", parse(period), 1)).cells
    }
    assert there in counted and hidden not in counted
    if cards == 39:
        assert counted == {"uses_all"}, "one rounded total"


def test_dominated_tickets_are_hidden(ledger):
    for holder in ledger.holders[:6]:
        ledger.visit(holder, ledger.venue, A_DAY, adult=11 if holder is ledger.holders[0] else 2)
    for holder in ledger.holders[:4]:
        ledger.visit(holder, ledger.pool, A_DAY, adult=10)
    ledger.save()
    freeze(REVISED)
    values = cells(ledger, "uses", SEPTEMBER).values
    assert exact(ledger.area, "uses", SEPTEMBER) == {("culture", "adults"): 21, ("sport", "adults"): 40}
    assert values[(SEPTEMBER, "culture", "adults")] is Missing.TOO_FEW_CARDS, "one card has more than half"
    assert values[(SEPTEMBER, "sport", "adults")] is Missing.TOO_FEW_CARDS, "four cards are too few"


def test_another_rounding_key_is_refused(ledger):
    freeze(CLOSED)
    with pytest.raises(store.RoundingKeyChanged):
        freezing.freeze(now=REVISED, secret="another key, as long as it has to be")


def test_a_look_at_the_cards_is_written_down_first(ledger):
    freeze(CLOSED)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "statistics.frozen")).one()
    assert entry.detail == {"periods": 12, "first": "2026-01", "last": "2026-09"} and entry.at == CLOSED
