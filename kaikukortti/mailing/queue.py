"""The e-mail that waits: put in by a use case, in its own transaction. It is sent elsewhere and later (sending)."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti import cardregister
from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.mailing import kinds, linkseal
from kaikukortti.models.messages import Mail
from kaikukortti.rules import cardmention, identitycode, number

LANGUAGES = ("fi", "sv", "en")
PATH = re.compile(r"(?:/[A-Za-z0-9_.~-]+)+/?")


class HolderInMail(DomainError):
    """A text for an e-mail holds a card number or an identity code: e-mail tells nothing about a holder."""

    code = "holder_in_mail"


def put(
    *,
    kind: str,
    language: str,
    facts: Mapping[str, Any],
    now: datetime,
    secret: str,
    user_id: int | None = None,
    address: str = "",
    link: str | None = None,
    key: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Put an e-mail into the queue in the transaction of the caller; a `key` that is there already puts nothing.

    It goes to a user, whose address is looked up when it is sent, or to an address that somebody gave. `facts` are
    those that kinds.KINDS lists for the kind, no more and no fewer. `link` is a path of ours ("/account/…"): its host
    comes from KAIKU_PUBLIC_URL when it is sent, it lies sealed until then and is gone after. Raises FactNotAllowed,
    HolderInMail, ValueError for no or two recipients, a link with a host, or a language that is none of ours. One
    that is not to go before a moment (`not_before`) is still given up five days after it was put in.
    """
    kinds.check(kind, facts)
    _check(kind, language, user_id, address, link)
    _refuse_holders(facts)
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {
        "key": key,
        "user_id": user_id,
        "address": address,
        "kind": kind,
        "language": language,
        "facts": dict(facts),
        "sealed": None if link is None else linkseal.seal(link, kind=kind, secret=secret),
        "created_at": now,
        "not_before": not_before or now,
    }
    db.session.execute(dialect.insert(Mail).values(**row).on_conflict_do_nothing(index_elements=["key"]))


def withdraw(*, user_id: int, kinds_of: tuple[str, ...]) -> None:
    """Take a user's unsent e-mails of some kinds out of the queue, as a newer link replaces an older one."""
    waiting = sa.and_(Mail.sent_at.is_(None), Mail.given_up_at.is_(None))
    db.session.execute(sa.delete(Mail).where(Mail.user_id == user_id, Mail.kind.in_(kinds_of), waiting))


def forget(*, before: datetime) -> int:
    """Delete the rows of e-mails that were sent or given up before a moment; return how many went."""
    done = sa.or_(Mail.sent_at < before, Mail.given_up_at < before)
    gone = db.session.scalars(sa.delete(Mail).where(done).returning(Mail.id)).all()
    return len(gone)


def list_latest(most: int) -> list[Mail]:
    """Return the newest e-mails, sent or not, the newest first."""
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id.desc()).limit(most)))


def count_due(*, now: datetime) -> tuple[int, datetime | None]:
    """Return how many e-mails are due, or have been tried, and have not gone; and when the oldest was put in."""
    waiting = sa.and_(Mail.sent_at.is_(None), Mail.given_up_at.is_(None))
    due = sa.or_(Mail.not_before <= now, Mail.tries > 0)
    query = sa.select(sa.func.count(Mail.id), sa.func.min(Mail.created_at)).where(waiting, due)
    count, oldest = db.session.execute(query).one()
    return int(count), oldest


def _check(kind: str, language: str, user_id: int | None, address: str, link: str | None) -> None:
    if (user_id is None) == (address == ""):
        raise ValueError("an e-mail goes to one user or to one address")
    if language not in LANGUAGES:
        raise ValueError("an e-mail is in fi, sv or en")
    if (link is not None) != kinds.KINDS[kind].has_secret:
        raise ValueError(f"an e-mail of the kind {kind} has a secret link, or none")
    if link is not None and not is_path(link):
        raise ValueError("a link in an e-mail is a path of ours: its host is set, not asked for")


def is_path(link: str) -> bool:
    """Tell whether a link is a path here: names between single slashes, no host and no question."""
    return PATH.fullmatch(link) is not None


def _refuse_holders(facts: Mapping[str, Any]) -> None:
    texts = list(kinds.list_texts(facts))
    long = [text for text in texts if len(text) >= number.LENGTH]
    prefixes = cardregister.list_prefixes() if long else []
    is_told = any(cardmention.holds_one(text, prefixes) for text in long)
    if is_told or any(identitycode.holds_one(text) for text in texts):
        raise HolderInMail()
