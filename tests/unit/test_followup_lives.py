"""What a line of cards was at a time, out of the register's entries: corners that a made-up network rarely has."""

from datetime import UTC, date, datetime, timedelta

from kaikukortti.followup.indicators import lives
from kaikukortti.followup.indicators.lives import DAY, Life
from kaikukortti.followup.indicators.register import Entry, given_on

LINE = "ab" * 16
FIRST = date(2026, 1, 10)
END = FIRST + timedelta(days=364)


def moment(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def entry(what: str, first_on: date | None, last_on: date | None, *, on: date, card: int = 1, **more) -> Entry:
    number = more.pop("id", 1)
    since = None if first_on else moment(more.pop("since", on))
    until = more.pop("until", None)
    unit_id = more.pop("unit_id", 7)
    return Entry(LINE, card, unit_id, "personal", number, what, first_on, last_on, moment(on), since, until)


def registered(first_on: date = FIRST, last_on: date = END, **more) -> list[Entry]:
    days = entry("registration", first_on, last_on, on=more.get("on", first_on), card=more.get("card", 1))
    return [days, entry("active", None, None, on=first_on, card=more.get("card", 1))]


def life(*entries: Entry) -> Life:
    return lives.fold(sorted(entries, key=given_on))


def test_a_year_from_the_first_day_to_the_last():
    one = life(*registered())
    assert (one.handed_out_on, one.usable, one.unit_id) == (FIRST, [(FIRST, END)], 7)
    assert one.is_usable(END) and not one.is_usable(END + DAY) and one.usable_days(FIRST, FIRST + 9 * DAY) == 10
    assert one.ended_in(END, END) == 0 and one.ended_in(FIRST, END - DAY) is None
    assert not one.is_renewed(0) and one.followed_until() == END


def test_a_renewal_counts_until_the_sixtieth_day():
    for days, is_renewed in ((-30, True), (1, True), (60, True), (61, False)):
        on = END + days * DAY
        since = max(on, END + DAY)
        one = life(*registered(), entry("renewal", since, since + 364 * DAY, on=on, id=2))
        assert one.is_renewed(0) is is_renewed, days
        assert one.ended_in(END, END) == 0, "its time ended, whether renewed or not"


def test_a_renewal_at_another_unit_is_none_of_ours():
    other = entry("renewal", END + DAY, END + 365 * DAY, on=END, card=2, id=2, unit_id=8)
    one = life(*registered(), other)
    assert not one.is_renewed(0) and one.unit_id == 8


def test_a_replacement_goes_on_with_the_term():
    lost = FIRST + 100 * DAY
    one = life(
        *registered(),
        entry("replaced", None, None, on=lost, id=3),
        entry("replacement", lost, END, on=lost, card=2, id=2),
        entry("active", None, None, on=lost, card=2, id=4),
    )
    assert len(one.terms) == 1 and one.usable == [(FIRST, END)] and one.followed_until() == END


def test_days_of_a_loss_and_of_a_pause_are_no_days_of_use():
    lost, found = FIRST + 10 * DAY, FIRST + 20 * DAY
    one = life(*registered(), entry("blocked", None, None, on=lost, id=3), entry("active", None, None, on=found, id=4))
    assert one.usable == [(FIRST, lost - DAY), (found, END)] and one.followed_until() == END
    paused = entry("suspended", None, None, on=lost, id=3, until=moment(found, 0))
    assert life(*registered(), paused).usable == [(FIRST, lost - DAY), (found, END)], "over by itself"
    for_good = life(*registered(), entry("blocked", None, None, on=lost, id=3))
    assert for_good.followed_until() == lost - DAY and for_good.ended_in(END, END) == 0


def test_a_card_that_was_given_back_never_ended():
    back = FIRST + 50 * DAY
    one = life(*registered(), entry("returned", None, None, on=back, id=3))
    assert one.returned_on == back and one.ended_in(END, END) is None and one.followed_until() == back - DAY


def test_a_gap_between_terms_ends_what_is_followed():
    late = END + 30 * DAY
    again = entry("renewal", late, late + 364 * DAY, on=late, id=2)
    one = life(*registered(), again)
    assert one.followed_until() == END and len(one.terms) == 2 and one.is_renewed(0)
    assert one.usable == [(FIRST, END), (late, late + 364 * DAY)]


def test_an_import_writes_an_old_registration_after_its_renewal():
    """What is in frozen months is written down on the day of the import."""
    first = entry("registration", FIRST, END, on=END + 90 * DAY, id=1)
    again = entry("renewal", END + DAY, END + 365 * DAY, on=END + DAY, id=2)
    active = entry("active", None, None, on=END + 90 * DAY, since=FIRST, id=3)
    one = life(first, again, active)
    assert [term.is_renewal for term in one.terms] == [False, True] and one.is_renewed(0)


def test_a_correction_after_an_early_renewal_stays_with_it():
    on = END - 20 * DAY
    again = entry("renewal", END + DAY, END + 365 * DAY, on=on, id=2)
    corrected = entry("correction", on + 5 * DAY, END + 365 * DAY, on=on + 5 * DAY, id=3)
    one = life(*registered(), again, corrected)
    assert [term.last_on for term in one.terms] == [END, END + 365 * DAY]


def test_a_line_that_begins_with_a_renewal_has_no_first_day():
    one = life(entry("renewal", FIRST, END, on=FIRST), entry("active", None, None, on=FIRST))
    assert one.handed_out_on is None and one.terms[0].is_renewal and one.is_usable(FIRST)
