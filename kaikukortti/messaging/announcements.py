"""Announcements: a coordinator's word to the units and venues of the area, who has read it, and its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.messaging import freetext, homes
from kaikukortti.models.messages import Announcement, AnnouncementRead, Audience
from kaikukortti.models.network import Membership, PartnerState, Unit, User, Venue
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
LONGEST_WAIT = 366  # days
MOST_SHOWN = 100
LANGUAGES = ("fi", "sv", "en")


class LastDayImpossible(DomainError):
    """The last day is over already, or more than a year ahead."""

    code = "announcement_last_day"


class HalfTranslated(DomainError):
    """A language has a title without a text, or a text without a title; `language` is which."""

    code = "announcement_half_translated"


class IsWithdrawn(DomainError):
    """The announcement has been withdrawn already."""

    code = "announcement_withdrawn"


@dataclass(frozen=True)
class Draft:
    """What a coordinator writes: titles and texts by language, to whom, until when it is shown."""

    audience: Audience
    last_on: date
    titles: dict[str, str]
    texts: dict[str, str]


@dataclass(frozen=True)
class Sent:
    """An announcement in the coordinator's list: how many of how many people have read it, whether it is shown."""

    announcement: Announcement
    people: int
    read: int
    is_shown: bool


@dataclass(frozen=True)
class Partner:
    """A unit or venue that was addressed: how many people it has, how many of them have read."""

    partner: Unit | Venue
    people: int
    read: int


@dataclass(frozen=True)
class Reach:
    """One announcement with the partners that were addressed, those first where nobody has read it."""

    sent: Sent
    partners: list[Partner]


@dataclass(frozen=True)
class Received:
    """An announcement as a partner's person finds it in the list."""

    announcement: Announcement
    is_read: bool
    is_shown: bool


@transactional
def publish(draft: Draft, *, actor: Actor, now: datetime) -> int:
    """Tell the partners of the coordinator's area something and return the announcement's id.

    Raises NotFound for other actors, LastDayImpossible, HalfTranslated, as freetext.kept does.
    """
    area_id, today = homes.own_area(actor), period.day_of(now)
    if not 0 <= (draft.last_on - today).days <= LONGEST_WAIT:
        raise LastDayImpossible()
    announcement = Announcement(
        area_id=area_id,
        audience=draft.audience,
        published_at=now,
        published_by=actor.user_id,
        last_on=draft.last_on,
        **_words(draft),
    )
    db.session.add(announcement)
    db.session.flush()
    detail = {"announcement": announcement.id, "audience": draft.audience.value}
    audit.record("announcement.published", actor=actor, now=now, detail=detail)
    return announcement.id


@transactional
def withdraw(announcement_id: int, *, actor: Actor, now: datetime) -> None:
    """Take an announcement back: nobody of the partners sees it any more. Raises NotFound, IsWithdrawn."""
    announcement = _own(announcement_id, actor, lock=True)
    if announcement.withdrawn_at is not None:
        raise IsWithdrawn()
    announcement.withdrawn_at = now
    audit.record("announcement.withdrawn", actor=actor, now=now, detail={"announcement": announcement.id})


@transactional
def read(announcement_id: int, *, actor: Actor, now: datetime) -> Announcement:
    """Return an announcement to one of those it was written to, and note that this person has read it.

    Raises NotFound for what was written to others or was withdrawn.
    """
    query = _addressed(actor).where(Announcement.id == announcement_id)
    announcement = db.session.scalar(query)
    if announcement is None:
        raise NotFound()
    if actor.user_id is not None:
        dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
        values = {"announcement_id": announcement.id, "user_id": actor.user_id, "read_at": now}
        db.session.execute(dialect.insert(AnnouncementRead).values(**values).on_conflict_do_nothing())
    return announcement


def count_unread(*, actor: Actor, today: date) -> int:
    """Return how many announcements of today the actor has not read: one statement; none for who is no partner."""
    if actor.role not in homes.PARTNER_ROLES:
        return 0
    unread = _addressed(actor).where(_is_shown(today), ~_is_read_by(actor))
    return db.session.scalar(sa.select(sa.func.count()).select_from(unread.subquery())) or 0


def list_received(*, actor: Actor, today: date) -> list[Received]:
    """Return what was written to the actor's unit or venue, the newest first, what is over included."""
    query = _addressed(actor).add_columns(_is_read_by(actor)).order_by(Announcement.id.desc()).limit(MOST_SHOWN)
    return [Received(found, is_read, _shown(found, today)) for found, is_read in db.session.execute(query)]


def list_sent(*, actor: Actor, today: date) -> list[Sent]:
    """Return what the coordinator's area was told, the newest first, with how many have read it. Three statements."""
    area_id = homes.own_area(actor)
    query = sa.select(Announcement).where(Announcement.area_id == area_id)
    found = list(db.session.scalars(query.order_by(Announcement.id.desc()).limit(MOST_SHOWN)))
    staff = _staff(area_id)
    readers = _readers([announcement.id for announcement in found])
    return [_sent(announcement, staff, readers.get(announcement.id, set()), today) for announcement in found]


def look(announcement_id: int, *, actor: Actor, today: date) -> Reach:
    """Return an announcement of the coordinator's area with the partners that have read it and have not.

    Raises NotFound.
    """
    announcement = _own(announcement_id, actor)
    staff = _staff(announcement.area_id)
    readers = _readers([announcement.id]).get(announcement.id, set())
    partners = [
        Partner(partner, len(people), len(people & readers)) for partner, people in staff[announcement.audience]
    ]
    partners.sort(key=lambda row: (row.read > 0, isinstance(row.partner, Venue), row.partner.name_fi))
    return Reach(_sent(announcement, staff, readers, today), partners)


Staff = dict[Audience, list[tuple[Unit | Venue, set[int]]]]


def _staff(area_id: int) -> Staff:
    """Return the partners of an area that have not left, each with the ids of its people, by audience."""
    units = _people(Unit, Membership.unit_id, area_id)
    venues = _people(Venue, Membership.venue_id, area_id)
    return {Audience.ALL: [*units, *venues], Audience.UNITS: units, Audience.VENUES: venues}


def _people(table: Any, home: Any, area_id: int) -> list[tuple[Unit | Venue, set[int]]]:
    """Return the partners of a table, Unit or Venue, that have not left, each with its people's ids."""
    query = (
        sa.select(table, User.id)
        .outerjoin(Membership, home == table.id)
        .outerjoin(User, sa.and_(User.id == Membership.user_id, User.disabled_at.is_(None)))
        .where(table.area_id == area_id, table.state != PartnerState.LEFT)
    )
    found: dict[int, tuple[Unit | Venue, set[int]]] = {}
    for partner, user_id in db.session.execute(query):
        people = found.setdefault(partner.id, (partner, set()))[1]
        if user_id is not None:
            people.add(user_id)
    return list(found.values())


def _readers(announcement_ids: Sequence[int]) -> dict[int, set[int]]:
    query = sa.select(AnnouncementRead.announcement_id, AnnouncementRead.user_id)
    found: dict[int, set[int]] = {}
    for announcement_id, user_id in db.session.execute(
        query.where(AnnouncementRead.announcement_id.in_(announcement_ids))
    ):
        found.setdefault(announcement_id, set()).add(user_id)
    return found


def _sent(announcement: Announcement, staff: Staff, readers: Iterable[int], today: date) -> Sent:
    people: set[int] = set().union(*(who for _partner, who in staff[announcement.audience]))
    return Sent(announcement, len(people), len(people.intersection(readers)), _shown(announcement, today))


def _addressed(actor: Actor) -> sa.Select[Announcement]:
    return sa.select(Announcement).where(
        Announcement.area_id == homes.area_of(actor).scalar_subquery(),
        Announcement.audience.in_(homes.audiences_of(actor)),
        Announcement.withdrawn_at.is_(None),
    )


def _is_read_by(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        AnnouncementRead.announcement_id == Announcement.id, AnnouncementRead.user_id == actor.user_id
    )


def _is_shown(today: date) -> sa.ColumnElement[bool]:
    return sa.or_(Announcement.last_on.is_(None), Announcement.last_on >= today)


def _shown(announcement: Announcement, today: date) -> bool:
    is_over = announcement.last_on is not None and announcement.last_on < today
    return announcement.withdrawn_at is None and not is_over


def _own(announcement_id: int, actor: Actor, *, lock: bool = False) -> Announcement:
    query = sa.select(Announcement).where(
        Announcement.id == announcement_id, Announcement.area_id == homes.own_area(actor)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def _words(draft: Draft) -> dict[str, str]:
    """Return the columns of titles and texts. Raises HalfTranslated, as freetext does; Finnish is needed."""
    columns: dict[str, str] = {}
    for language in LANGUAGES:
        title = freetext.kept_line(
            draft.titles.get(language, ""), most=LONGEST_TITLE, may_be_empty=language != LANGUAGES[0]
        )
        text = freetext.kept(draft.texts.get(language, ""), most=LONGEST_TEXT, may_be_empty=language != LANGUAGES[0])
        if bool(title) != bool(text):
            raise HalfTranslated(language=language)
        columns |= {f"title_{language}": title, f"text_{language}": text}
    return columns
