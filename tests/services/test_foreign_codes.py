"""Codes that are not ours at a course: whether a visit was a code's first there takes that code's visits, no others."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import db as database
from kaikukortti import ledgercounts
from kaikukortti.db import db
from kaikukortti.models.ledger import Entry, Scan
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.verdict import VerdictClass
from tests import factories
from tests.factories import DAY, NOW, TODAY

CODES, WEEKS = 120, 4


@pytest.fixture
def venue_id(app) -> int:
    """A venue whose course was visited every week, by codes of elsewhere alone."""
    venue = factories.make_venue()
    course = factories.make_event(venue, kind=EventKind.COURSE)
    rows = []
    for week in range(WEEKS):
        at = NOW - (week + 1) * 7 * DAY
        lesson = factories.make_occurrence(course, starts_at=at)
        rows += [
            {
                "scan_id": f"{week:08}-{code:027}",
                "venue_id": venue.id,
                "occurrence_id": lesson.id,
                "occurred_at": at,
                "received_at": at,
                "on_day": at.date(),
                "entry": Entry.IMPORTED,
                "verdict": VerdictClass.CHECK,
                "raw_code": f"VA{code:05}",
                "adult": 1,
                "body_hash": bytes(32),
            }
            for code in range(CODES)
        ]
    database.insert_rows(Scan, rows)
    return venue.id


def test_each_code_uses_its_course_once(venue_id):
    counted = ledgercounts.count_days(venue_id=venue_id, first_on=TODAY - timedelta(days=60), last_on=TODAY)
    assert sum(row.adults for row in counted) == CODES
    assert sum(row.scans for row in counted) == CODES * WEEKS


def test_a_code_is_looked_up_and_not_looked_for_among_all_visits_of_its_course(venue_id):
    asked = {"home": venue_id, "since": TODAY - timedelta(days=60), "until": TODAY}
    db.session.execute(sa.text("ANALYZE"))
    query = ledgercounts._query("venue").params(asked)
    text = query.compile(dialect=db.engine.dialect, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN " if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    plan = "\n".join(str(tuple(row)) for row in db.session.execute(sa.text(explain + str(text).replace(":", r"\:"))))
    assert "ix_scans_raw_code" in plan, plan
