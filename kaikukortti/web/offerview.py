"""The public offer ready to be drawn: days and hours in words, names with the language that they are in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from babel import dates, numbers

from kaikukortti.holdertexts.offershape import OfferWords
from kaikukortti.offer import Place, Showing
from kaikukortti.rules import period
from kaikukortti.rules.programme import EventKind
from kaikukortti.web import language

HEADING = {"fi": "cccc d.M.", "sv": "EEEE d MMMM", "en": "EEEE d MMMM"}


@dataclass(frozen=True)
class Named:
    """A name or title and the language that it is in."""

    text: str
    language: str


@dataclass(frozen=True)
class Row:
    """One date: the hour as it is read and as machines read it, what it is, and sentences of its own."""

    hours: str
    starts: str
    title: Named
    kind: str
    place: Named
    remarks: list[str]
    showing: Showing


@dataclass(frozen=True)
class DayOfRows:
    """What is on on one day."""

    heading: str
    rows: list[Row]


def days(showings: Iterable[Showing], *, words: OfferWords, today: date) -> list[DayOfRows]:
    """Return dates by day in their order."""
    return [
        DayOfRows(heading(day, words=words, today=today), [_row(showing, words) for showing in of_day])
        for day, of_day in groupby(showings, lambda showing: showing.on_day)
    ]


def heading(day: date, *, words: OfferWords, today: date) -> str:
    """Write a day as a heading: Tänään, perjantai 20.11. – Maanantai 23.11."""
    code = language.language_now()
    spoken = dates.format_date(day, HEADING[code], locale=language.locale_name(code))
    near = {today: words.today, today + timedelta(days=1): words.tomorrow}.get(day)
    return f"{near}, {spoken}" if near else spoken[:1].upper() + spoken[1:]


def named(thing: Place) -> Named:
    """Return a place's name in the reader's language where it has one, in Finnish otherwise."""
    return _in("name", thing)


def _row(showing: Showing, words: OfferWords) -> Row:
    return Row(
        hours=_hours(showing),
        starts=showing.starts_at.astimezone(period.HELSINKI).isoformat(timespec="minutes"),
        title=_in("title", showing),
        kind=words.kinds[showing.kind],
        place=_in("name", showing.place),
        remarks=list(_remarks(showing, words)),
        showing=showing,
    )


def _hours(showing: Showing) -> str:
    """Return the hour of the start; of an exhibition, when it is open."""
    starts = _clock(showing.starts_at)
    if showing.kind is EventKind.EXHIBITION and showing.ends_at is not None:
        return f"{starts}–{_clock(showing.ends_at)}"
    return starts


def _remarks(showing: Showing, words: OfferWords) -> Iterable[str]:
    if showing.own_share_cents:
        sum_of = numbers.format_currency(showing.own_share_cents / 100, "EUR", locale=_locale())
        yield words.own_share.format(sum=sum_of)
    if showing.calm_from and showing.calm_until:
        yield words.calm.format(hours=f"{_wall(showing.calm_from)}–{_wall(showing.calm_until)}")


def _locale() -> str:
    return language.locale_name(language.language_now())


def _clock(moment: datetime) -> str:
    return _wall(moment.astimezone(period.HELSINKI))


def _wall(clock: datetime | time) -> str:
    """Write an hour as all three languages do here: 9.30. Babel's own formatting took a third of the page's time."""
    return f"{clock.hour}.{clock.minute:02}"


def _in(field: str, thing: Place | Showing) -> Named:
    code = language.language_now()
    wanted = getattr(thing, f"{field}_{code}", "")
    return Named(wanted, code) if wanted else Named(getattr(thing, f"{field}_fi"), "fi")
