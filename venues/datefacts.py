"""What a file says of one date, put before the rules and written down: its times, place, doors and places.

Called inside the transaction of an import. What a manager does to a date by hand is `dates`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kaikukortti.errors import DomainError
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import period, quota, recurrence
from kaikukortti.rules.programme import Planned
from kaikukortti.rules.quota import Quota
from kaikukortti.rules.recurrence import Slot
from venues import bookingnews, quotas
from venues.dates import WINDOW_WITHIN, DoorImpossible, QuotaBelowGiven

_OF_PLACES = ("quota", "quota_percent", "capacity")


class CalledOff(DomainError):
    """The date was called off here; a file does not call it on again."""

    code = "called_off_here"


def said_of(entry: Mapping[str, Any], first: Slot, slot: Slot) -> dict[str, Any]:
    """Return what an entry says of one of its dates: its doors are as far from the start as the first's."""
    said = dict(entry)
    for name in ("opens", "closes"):
        if name in said:
            said[name] = recurrence.shifted(first, said[name], slot)
    return said


def check(slot: Slot, said: Mapping[str, Any], base: Quota) -> None:
    """Check that a date can be as it is said. Raises DoorImpossible, CapacityImpossible, QuotaImpossible."""
    opens, closes = said.get("opens"), said.get("closes")
    if opens is not None and closes is not None and closes <= opens:
        raise DoorImpossible()
    if any(at is not None and abs(at - slot.starts_at) > WINDOW_WITHIN for at in (opens, closes)):
        raise DoorImpossible()
    if any(name in said for name in _OF_PLACES):
        quota.check(_quota(said, base))


def check_change(one: Occurrence, slot: Slot, said: Mapping[str, Any], *, now: datetime) -> None:
    """Check that a planned date can become what is said.

    Raises as `check`, CalledOff, QuotaBelowGiven.
    """
    if one.state is Planned.CANCELLED and said.get("status") is not Planned.CANCELLED:
        raise CalledOff()
    base = _given(one)
    check(slot, said, base)
    places = _quota(said, base).places
    if places is not None and places != one.quota and any(name in said for name in _OF_PLACES):
        out = quotas.count_given(one.id, now=now)
        if places < out:
            raise QuotaBelowGiven(given=out, day=one.on_day)


def fill(made: Occurrence, slot: Slot, said: Mapping[str, Any]) -> None:
    """Give a new date what is said of it."""
    for name, value in _wanted(made, slot, said).items():
        setattr(made, name, value)


def change(one: Occurrence, slot: Slot, said: Mapping[str, Any], *, now: datetime) -> bool:
    """Make a planned date what is said of it, and return whether anything is new. Bookings go along
    with a date that is moved, and end with one that is called off.
    """
    wanted, before = _wanted(one, slot, said), one.starts_at
    changed = {name: value for name, value in wanted.items() if getattr(one, name) != value}
    if "on_day" in changed:
        one.moved_from_on = one.on_day
    for name, value in changed.items():
        setattr(one, name, value)
    if "starts_at" in changed:
        bookingnews.move(one, before=before, now=now)
    if changed.get("state") is Planned.CANCELLED:
        bookingnews.call_off([one.id], now=now)
    return bool(changed)


def _wanted(one: Occurrence, slot: Slot, said: Mapping[str, Any]) -> dict[str, Any]:
    before = Slot(one.starts_at, one.ends_at)
    wanted: dict[str, Any] = {"starts_at": slot.starts_at, "on_day": period.day_of(slot.starts_at)}
    wanted["ends_at"] = slot.ends_at if "ends" in said else recurrence.shifted(before, one.ends_at, slot)
    for name, column in (("opens_at", "opens"), ("closes_at", "closes")):
        wanted[name] = said[column] if column in said else recurrence.shifted(before, getattr(one, name), slot)
    if "place" in said:
        wanted["place"] = said["place"]
    if "status" in said:
        wanted["state"] = said["status"]
    if "sold_out" in said:
        wanted["sold_out"] = bool(said["sold_out"])
    if any(name in said for name in _OF_PLACES):
        given = _quota(said, _given(one))
        wanted |= {"quota": given.places, "quota_percent": given.percent, "capacity": given.capacity}
    return wanted


def _given(one: Occurrence) -> Quota:
    return Quota(None if one.quota_percent else one.quota, one.quota_percent, one.capacity)


def _quota(said: Mapping[str, Any], base: Quota) -> Quota:
    number, percent = said.get("quota", base.number), said.get("quota_percent", base.percent)
    if said.get("quota") is not None and "quota_percent" not in said:
        percent = None
    if said.get("quota_percent") is not None and "quota" not in said:
        number = None
    return Quota(number, percent, said.get("capacity", base.capacity))
