"""Digests and reminders by e-mail, put into the queue by a nightly run: once a month to who hands out cards, once a
week to venues and coordinators, and the yearly instruction. Counts, days and names of organisations; nothing else.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti import renewals, sleeping
from kaikukortti.db import db, transactional
from kaikukortti.mailing import kinds, queue
from kaikukortti.messaging import accessibility, feedback, turnedaway
from kaikukortti.models.ledger import Device, DeviceState
from kaikukortti.models.network import Area, Membership, PartnerState, Unit, User, Venue
from kaikukortti.models.partnership import Reminder
from kaikukortti.partnership import instruction, missing, people
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role

MOST_MISSING = 10
SENDER = "digest"
Home = Area | Unit | Venue
RECIPIENTS = {Area: Role.COORDINATOR, Unit: Role.WORKER, Venue: Role.VENUE_MANAGER}
COLUMNS: Mapping[type[Home], Any] = {Area: Membership.area_id, Unit: Membership.unit_id, Venue: Membership.venue_id}
CountQuestions = Callable[[Actor], int]
"""How many questions about visits wait for a venue's manager or an area's coordinator; the venues' side counts them."""


@dataclass(frozen=True)
class Run:
    """What a nightly run works with."""

    now: datetime
    secret: str
    count_questions: CountQuestions

    @property
    def today(self) -> date:
        """Return the Helsinki day of the run."""
        return period.day_of(self.now)

    @property
    def month(self) -> date:
        """Return the first day of the month."""
        return self.today.replace(day=1)

    @property
    def week(self) -> date:
        """Return the Monday of the week."""
        return self.today - timedelta(days=self.today.weekday())


def put_due(*, now: datetime, secret: str, count_questions: CountQuestions) -> dict[str, int]:
    """Put in what is due and was not put in before; return how many e-mails of each kind.

    A transaction for each unit, venue and area: a run that is stopped goes on the next time, and nobody is told twice.
    """
    run, put = Run(now, secret, count_questions), Counter[str]()
    for unit_id in _list_active(Unit):
        put.update(_tell_unit(unit_id, run))
    for venue_id in _list_active(Venue):
        put.update(_tell_venue(venue_id, run))
    for area_id in db.session.scalars(sa.select(Area.id).order_by(Area.id)).all():
        put.update(_tell_area(area_id, run))
    return dict(put)


def told(count: int) -> int | str:
    """Return a count as it may lie open in an e-mail: none, "some", or the number from five up."""
    return count if count == 0 or count >= kinds.FEW else kinds.SOME


@transactional
def _tell_unit(unit_id: int, run: Run) -> Counter[str]:
    unit = db.session.get_one(Unit, unit_id)
    ending, ended = renewals.count_due(unit_id, today=run.today)
    unused = sleeping.count_cards(unit_id, today=run.today)
    put = _remind_of_instruction(unit, run)
    if ending or ended or unused:
        facts = {"ending": told(ending), "ended": told(ended), "unused": told(unused)}
        put["digest_unit"] += _tell(unit, "digest_unit", facts, run.month, run)
    return put


@transactional
def _tell_venue(venue_id: int, run: Run) -> Counter[str]:
    venue = db.session.get_one(Venue, venue_id)
    manager = Actor(None, SENDER, Role.VENUE_MANAGER, venue_id=venue_id)
    questions, tablets = run.count_questions(manager), _count_silent(venue_id, run.today)
    put = _remind_of_instruction(venue, run)
    if questions or tablets:
        facts = {
            "questions": told(questions),
            "tablets": tablets,
            "instruction": _duty(venue.instructed_on, run.today),
        }
        put["digest_venue"] += _tell(venue, "digest_venue", facts, run.week, run)
    return put


@transactional
def _tell_area(area_id: int, run: Run) -> Counter[str]:
    area, put = db.session.get_one(Area, area_id), Counter[str]()
    coordinator = Actor(None, SENDER, Role.COORDINATOR, area_id=area_id)
    lacks = missing.list_missing(area_id, today=run.today)
    by_access = accessibility.count_waiting(area_id, today=run.today)
    counts = {
        "questions": told(run.count_questions(coordinator)),
        "feedback": feedback.count_waiting(area_id),
        "turned_away": turnedaway.count_waiting(area_id),
        "accessibility": by_access.count,
    }
    if lacks or any(counts.values()):
        due = by_access.first_due_on
        facts = {**counts, "accessibility_due": due and due.isoformat(), "more": max(0, len(lacks) - MOST_MISSING)}
        put["digest_area"] += _tell(area, "digest_area", facts, run.week, run, lacks=lacks[:MOST_MISSING])
    rights, _all = people.count_due(area_id, today=run.today)
    if rights:
        put["rights_review"] += _tell(area, "rights_review", {"rights": rights}, run.month, run)
    return put


def _remind_of_instruction(partner: Unit | Venue, run: Run) -> Counter[str]:
    """Remind once 335 days after the last instruction, once when a year is over, monthly where there was none."""
    duty, last_on = _duty(partner.instructed_on, run.today), partner.instructed_on
    if duty == "none":
        return Counter()
    due = run.month if last_on is None else last_on + instruction.LASTS
    said = _tell(partner, "instruction_due", {"duty": duty}, due, run, reminder=f"instruction_{duty}")
    return Counter({"instruction_due": said})


def _duty(last_on: date | None, today: date) -> str:
    if not instruction.is_due(last_on, today=today):
        return "none"
    if last_on is None:
        return "never"
    return "over" if last_on + instruction.LASTS <= today else "due"


def _tell(
    home: Home,
    kind: str,
    facts: Mapping[str, Any],
    due: date,
    run: Run,
    *,
    reminder: str = "",
    lacks: list[missing.Missing] | None = None,
) -> int:
    """Put an e-mail in for each person whom it concerns and who was not told of it before; return how many."""
    put = 0
    for user in _list_people(home):
        if not _is_first(reminder or kind, f"{type(home).__name__.lower()}:{home.id}:user:{user.id}", due, run.now):
            continue
        worded = {**facts, "organisation": _name(home, user.language)}
        if lacks is not None:
            worded["missing"] = [
                {"kind": one.kind.value, "organisation": _name(one.partner or home, user.language)} for one in lacks
            ]
        queue.put(kind=kind, language=user.language, facts=worded, now=run.now, user_id=user.id, secret=run.secret)
        put += 1
    return put


def _is_first(kind: str, about: str, due: date, now: datetime) -> bool:
    """Write a reminder down; return whether it was not there."""
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"kind": kind, "about": about, "due": due, "sent_at": now}
    adding = dialect.insert(Reminder).values(**row).on_conflict_do_nothing(index_elements=["kind", "about", "due"])
    return db.session.scalar(adding.returning(Reminder.id)) is not None


def _list_people(home: Home) -> list[User]:
    """Return who answers for a unit, a venue or an area and can sign in, by account."""
    kind = type(home)
    query = (
        sa.select(User)
        .join(User.memberships)
        .where(
            COLUMNS[kind] == home.id,
            Membership.role == RECIPIENTS[kind],
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
        )
    )
    return list(db.session.scalars(query.order_by(User.id)).unique())


def _list_active(table: type[Unit] | type[Venue]) -> list[int]:
    return list(db.session.scalars(sa.select(table.id).where(table.state == PartnerState.ACTIVE).order_by(table.id)))


def _count_silent(venue_id: int, today: date) -> int:
    """Return how many tablets of a venue have not been heard of for missing.SILENT_AFTER."""
    last_contact = sa.func.coalesce(Device.last_contact_at, Device.enrolled_at, type_=Device.enrolled_at.type)
    query = sa.select(sa.func.count(Device.id)).where(
        Device.venue_id == venue_id,
        Device.state == DeviceState.ENROLLED,
        last_contact < period.moment_of(today - missing.SILENT_AFTER, time(0)),
    )
    return db.session.scalar(query) or 0


def _name(thing: Any, language: str) -> str:
    return str(getattr(thing, f"name_{language}", "") or thing.name_fi)
