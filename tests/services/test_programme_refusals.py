"""What a programme that others send cannot be: each refused with its own reason, and nothing of it taken."""

import pytest

from kaikukortti.rules.access import Role
from kaikukortti.tables import Unreadable
from tests import factories
from tests.factories import NOW
from tests.sentprogrammes import GIG, calendar, dates, events, said
from venues import programmeimport
from venues.programmereport import Outcome

REFUSED = Outcome.REFUSED


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def bring(venue):
    """Return a function that imports a file, or the entries of a calendar."""
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)

    def send(*parts, is_trial=False):
        data = parts[0] if isinstance(parts[0], bytes) else calendar(*parts)
        do = programmeimport.plan if is_trial else programmeimport.run
        return do(programmeimport.read(data, now=NOW), venue_id=venue.id, actor=manager, now=NOW)

    return send


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("DTSTART;TZID=Europe/Helsinki:20270328T033000", "hour_missing"),
        ("DTSTART:20261201T190000\nDTEND:20261201T180000", "occurrence_order"),
        ("DTSTART:20261201T190000\nDTEND:20261201T190000", "occurrence_order"),
        ("DTSTART:20261201T190000\nDURATION:-PT1H", "occurrence_order"),
        ("DTSTART:20301201T190000", "occurrence_too_far"),
        ("DTSTART;VALUE=DATE:20261201", "all_day"),
        ("DTSTART:joskus", "property_unreadable"),
        ("DTSTART:20261201T190000\nDTSTART:20261202T190000", "property_unreadable"),
        ("LOCATION:Sali", "start_missing"),
        ("DTSTART:20261201T190000\nX-KAIKU-KIND:sirkus", "choice_unknown"),
        ("DTSTART:20261201T190000\nX-KAIKU-CAPACITY:0", "capacity_impossible"),
        ("DTSTART:20261201T190000\nX-KAIKU-QUOTA:0", "quota_impossible"),
        ("DTSTART:20261201T190000\nX-KAIKU-QUOTA-PERCENT:5", "capacity_impossible"),
        ("DTSTART:20261201T190000\nX-KAIKU-QUOTA:moni", "number_unreadable"),
        ("DTSTART:20261201T190000\nX-KAIKU-OPENS:2026-11-20 10:00", "door_impossible"),
        ("DTSTART:20261201T190000\nX-KAIKU-KIND:period_pass\nX-KAIKU-PASS-DAYS:0", "pass_impossible"),
        ("DTSTART:20261201T190000\nX-KAIKU-CALM-FROM:10:00", "calm_hours_impossible"),
        ("DTSTART:20261201T190000\nLOCATION:131052-308T", "identity"),
        ("DTSTART:20261201T190000\nLOCATION:" + "x" * 121, "text_too_long"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=DAILY;COUNT=10000", "series_too_long"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=WEEKLY;COUNT=10000", "series_too_long"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=DAILY;UNTIL=20280301T000000Z", "series_too_long"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=WEEKLY", "series_endless"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=WEEKLY;UNTIL=20400101T000000Z", "series_endless"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=SECONDLY;COUNT=9", "series_unreadable"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=DAILY;BYHOUR=9,10;COUNT=9", "series_unreadable"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=KUUN;COUNT=9", "property_unreadable"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=DAILY;COUNT=9\nEXRULE:FREQ=WEEKLY;COUNT=2", "series_unreadable"),
        ("DTSTART:19000101T190000\nRRULE:FREQ=DAILY;COUNT=9", "series_too_long"),
        ("DTSTART:20261201T190000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9", "series_empty"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(venue, bring, entry, code):
    assert said(bring(f"UID:1\nSUMMARY:A\n{entry}")) == [(REFUSED, code)]
    assert not dates(venue) and not events(venue)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "empty"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n", "damaged"),
        (b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n", "damaged"),
        (calendar("UID:1\nSUMMARY:Ääni").decode().encode("latin-1"), "encoding"),
        (calendar("UID:1").decode().encode("utf-16"), "encoding"),
        (calendar(*["UID:1"] * 2001), "too_many_rows"),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * (5 * 1024 * 1024), "too_large"),
        (b"title_fi;starts\n" + b"x" * (5 * 1024 * 1024), "too_large"),
        (b"title_fi;place\nA;B\n", "columns"),
        (b"title_fi;starts;starts\nA;B;C\n", "columns"),
        (b"title_fi;starts\n" + b"A;B\n" * 2002, "too_many_rows"),
        (b"%PDF-1.7", "other_kind"),
    ],
)
def test_a_file_that_is_none(bring, data, problem):
    with pytest.raises(Unreadable) as raised:
        bring(data)
    assert raised.value.details["problem"] == problem


def test_a_file_of_many_series_takes_no_time(venue, bring):
    """Rules that fit no day are looked for long, so after some of them no other is; single dates are."""
    rule = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20280101T000000Z"
    never = [f"UID:{number}\nSUMMARY:A{number}\nDTSTART:20200101T190000\n{rule}" for number in range(12)]
    codes = [code for _, code in said(bring(*never, GIG))]
    assert codes == ["series_empty"] * 10 + ["too_many_series"] * 2 + [None]
    once = [
        f"UID:{number}\nSUMMARY:B{number}\nDTSTART:20261201T190000\nRRULE:FREQ=DAILY;COUNT=1" for number in range(202)
    ]
    codes = [code for _, code in said(bring(*once, GIG, is_trial=True))]
    assert codes == [None] * 200 + ["too_many_series"] * 2 + [None]
