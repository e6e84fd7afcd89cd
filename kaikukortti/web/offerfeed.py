"""The calendar of a place in iCalendar (RFC 5545): an entry for each date, the same number every time it is fetched."""

import hashlib
from datetime import timedelta

from icalendar import Calendar, Event

from kaikukortti.offer import Place, Showing
from kaikukortti.rules import period
from kaikukortti.web import language, offerwords

PRODUCT = "-//Kaikukortti//Offer 1//FI"
DOMAIN = "offer.kaikukortti"
AGAIN = timedelta(hours=6)


def write(place: Place, showings: list[Showing], *, page: str) -> bytes:
    """Return a calendar: times in Europe/Helsinki with its rules, cancelled dates as such; `page` is the place's."""
    words = offerwords.words(easy=False)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", language.name(place))
    calendar.add("x-wr-calname", language.name(place))
    calendar.add("x-wr-timezone", str(period.HELSINKI))
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", AGAIN)
    calendar.add("url", page)
    told = "\n".join((words.ask.title + ":", *words.ask.lines))
    where = ", ".join(
        filter(None, (language.name(place), place.street, f"{place.postcode} {place.municipality}".strip()))
    )
    for showing in showings:
        calendar.add_component(_entry(showing, told=told, where=where, page=page))
    if showings:
        calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def mark(place: Place, showings: list[Showing], *, page: str) -> str:
    """Return a mark that changes when the calendar does; it costs a fraction of writing one."""
    said = repr((language.language_now(), page, place, showings))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _entry(showing: Showing, *, told: str, where: str, page: str) -> Event:
    entry = Event()
    entry.add("uid", f"occurrence-{showing.id}@{DOMAIN}")
    entry.add("dtstamp", showing.planned_at)
    entry.add("summary", language.title(showing))
    entry.add("dtstart", showing.starts_at.astimezone(period.HELSINKI))
    if showing.ends_at is not None:
        entry.add("dtend", showing.ends_at.astimezone(period.HELSINKI))
    entry.add("location", ", ".join(filter(None, (showing.where, where))))
    entry.add("description", told)
    entry.add("url", page)
    entry.add("status", "CANCELLED" if showing.is_cancelled else "CONFIRMED")
    entry.add("sequence", int(showing.is_cancelled))
    entry.add("transp", "TRANSPARENT")
    return entry
