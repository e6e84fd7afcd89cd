"""Episodes, cards that their holders have open, visits, and leave to look at them, for tests."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import episodes, grants, ownkeys, ownsessions, references, store
from kaikukortti.followup.episodes import EpisodeRow
from kaikukortti.followup.grants import GrantRow
from kaikukortti.followup.models.episodes import Scope, Service
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Entry, Scan, ScanCard
from kaikukortti.models.network import User, Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.verdict import VerdictClass
from tests import cardlives, factories
from tests.factories import DAY, NOW, SECRET_KEY, TODAY
from tests.webclient import Web

KEY = "0123-4567-89AB-CDEF"


def start(actor: Actor, area_id: int, *, now: datetime = NOW, **facts: Any) -> EpisodeRow:
    """Open an episode that began a month ago, with reviews after 0, 3, 6 and 12 months."""
    usual = {"service": Service.SOCIAL_REHABILITATION, "started_on": TODAY - 30 * DAY, "planned_end_on": None}
    return episodes.start(actor=actor, area_id=area_id, now=now, **{**usual, "review_months": (0, 3, 6, 12), **facts})


def opened_token(card: Card, *, now: datetime = NOW) -> str:
    """Open a card as its holder does and return the token of the browser's cookie."""
    assert card.line is not None and card.unit_id is not None
    if ownkeys.made_at(references.of_line(card.line, secret=SECRET_KEY)) is None:  # a new key closes what is open
        ownkeys.keep(card.line, KEY, unit_id=card.unit_id, now=now, secret=SECRET_KEY)
    return ownsessions.open(card.number, KEY, sender="192.0.2.1", now=now, secret=SECRET_KEY).token


def opened(card: Card, *, now: datetime = NOW) -> OpenCard:
    """Open a card as its holder does."""
    found = ownsessions.find(opened_token(card, now=now), now=now, secret=SECRET_KEY)
    assert found is not None
    return found


def visit(card: Card, venue: Venue, on_day: date, *, adult: int = 1, child: int = 0) -> str:
    """Record a visit to the house and return its scan id."""
    moment, scan_id = period.moment_of(on_day, time(18)), str(uuid.uuid4())
    scan = Scan(
        scan_id=scan_id,
        venue_id=venue.id,
        user_id=_writer_id(),
        occurred_at=moment,
        received_at=moment,
        on_day=on_day,
        entry=Entry.CAMERA,
        verdict=VerdictClass.WELCOME,
        adult=adult,
        child=child,
        body_hash=b"0" * 32,
    )
    db.session.add(scan)
    db.session.flush()
    db.session.add(ScanCard(scan_id=scan_id, card_id=card.id, line=card.line))
    db.session.commit()
    return scan_id


def give(
    episode: EpisodeRow,
    card: OpenCard | None,
    *,
    actor: Actor,
    scope: Scope = Scope.TIMELINE,
    workers: Sequence[int] | None = None,
    earlier: Sequence[date] = (),
    expires_on: date = TODAY + 90 * DAY,
    is_of_age: bool = True,
    now: datetime = NOW,
) -> GrantRow:
    """Give leave to the worker who is there, for three months and all that there is, when nothing else is said."""
    named = workers if workers is not None else [actor.user_id] if actor.user_id else []
    return grants.give(
        episode.id,
        opened=card,
        scope=scope,
        workers=named,
        earlier=earlier,
        expires_on=expires_on,
        is_of_age=is_of_age,
        actor=actor,
        now=now,
        secret=SECRET_KEY,
    )


def _writer_id() -> int:
    """Return somebody who can have written a visit down."""
    found = db.session.scalar(sa.select(User.id).limit(1))
    return found or factories.make_user(password=None).id


def rows_of(table: Any) -> list[Any]:
    """Return every row of a table of the follow-up database."""
    with store.reading() as session:
        return list(session.scalars(sa.select(table)))


def everything() -> dict[str, list[Any]]:
    """Return every row of every table of both databases."""
    found = {f"main {name}": rows for name, rows in cardlives.dump().items()}
    with store.reading() as session:
        for table in store.Base.metadata.sorted_tables:
            found[f"followup {table.name}"] = sorted(map(tuple, session.execute(sa.select(table))), key=repr)
    return found


def logged(action: str = "followup.") -> list[AuditEntry]:
    """Return the entries of the audit log whose action begins so, in the order of writing."""
    db.session.rollback()
    query = sa.select(AuditEntry).where(AuditEntry.action.startswith(action)).order_by(AuditEntry.at, AuditEntry.seq)
    return list(db.session.scalars(query))


def cost(web: Web, page: str) -> tuple[int, int]:
    """Return how many statements one opening of a page costs the main and the follow-up database; it is opened once
    before.
    """
    web.get(page)
    with web.app.app_context():
        engines = [db.engine, db.engines[store.BIND]]
    with counted(engines[0]) as main, counted(engines[1]) as followup:
        assert web.get(page).status_code == 200
    return len(main), len(followup)


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """Collect the statements that are sent to an engine meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_more: Any) -> None:
        if not text.startswith(("BEGIN", "PRAGMA")):
            sent.append(text)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
