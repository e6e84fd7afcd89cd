"""Send what is due: claim one e-mail, hand it over, note what came of it. Any number of senders may do so at once.

No transaction is open while a mail server is talked to: a claim moves the e-mail's next try past the longest that
handing over takes. So a sender that is killed after the server took the e-mail and before that was noted sends it
again, with the same Message-ID: at least once, never silently lost.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.mailing import linkseal, message
from kaikukortti.mailing.message import Words
from kaikukortti.mailing.transports import NotSent, Transport
from kaikukortti.models.messages import Mail
from kaikukortti.models.network import User

CLAIM_LASTS = timedelta(minutes=5)  # longer than transports.WHOLE_SECONDS by far
MINUTES_BETWEEN = (1, 5, 15, 60, 180, 360)
GIVES_UP_AFTER = timedelta(days=5)
REFUSALS_FOR_GOOD = 3  # some servers say "never" of what they take an hour later
MOST = 100


@dataclass(frozen=True)
class Letter:
    """What is needed to write one e-mail. `link` is a path, None where there is none."""

    mail_id: int
    kind: str
    language: str
    facts: dict[str, Any] = field(repr=False)
    link: str | None = field(repr=False)
    recipient: str = field(repr=False)
    created_at: datetime
    tries: int


@dataclass
class Report:
    """How many e-mails went, how many are tried again, how many were given up in a round."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    server_problem: str = ""


def send_due(
    *,
    transport: Transport,
    write: Callable[[Letter], Words],
    secret: str,
    now: Callable[[], datetime],
    is_stopped: Callable[[], bool] = lambda: False,
    most: int = MOST,
) -> Report:
    """Send the e-mails that are due, the longest due first, until none is left, `most` were tried, or the server is
    found out of order, so that the others keep their turn. Two short transactions an e-mail.
    """
    report = Report()
    for _ in range(most):
        if is_stopped() or report.server_problem or not _is_any_due(now()):
            break
        letter = _claim(now=now(), secret=secret)
        if isinstance(letter, Letter):
            _send(letter, report, transport=transport, write=write, secret=secret, now=now)
        elif letter is Nobody:
            report.given_up += 1
    return report


class Nobody:
    """In place of a letter: there is nobody whom it could go to, and it was given up."""


def _send(
    letter: Letter,
    report: Report,
    *,
    transport: Transport,
    write: Callable[[Letter], Words],
    secret: str,
    now: Callable[[], datetime],
) -> None:
    mark = message.mark_of(letter.mail_id, letter.created_at, secret=secret)
    try:
        words = write(letter)
        built = message.build(
            words,
            sender=transport.sender,
            recipient=letter.recipient,
            language=letter.language,
            mark=mark,
            now=now(),
            encoding=transport.encoding,
        )
        transport.send(built)
    except NotSent as error:
        report.server_problem = error.problem if error.is_server else ""
        is_over = _note_failure(letter, problem=error.problem, is_for_good=error.is_for_good, now=now())
    except ValueError:
        is_over = _note_failure(letter, problem="no address", is_for_good=True, now=now())
    except Exception as error:  # whatever one letter breaks on, the others go out; its row says what it was
        is_over = _note_failure(letter, problem=f"{type(error).__name__}"[:40], is_for_good=False, now=now())
    else:
        _note_sent(letter, now=now())
        report.sent += 1
        return
    report.given_up += is_over
    report.failed += not is_over


def _is_any_due(now: datetime) -> bool:
    return db.session.scalar(sa.select(sa.exists().where(_due(now)))) or False


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Mail.sent_at.is_(None), Mail.given_up_at.is_(None), Mail.not_before <= now)


@transactional
def _claim(*, now: datetime, secret: str) -> Letter | type[Nobody] | None:
    """Take the longest due e-mail for CLAIM_LASTS and return what it needs; give it up where nobody is to get it."""
    first = sa.select(Mail).where(_due(now)).order_by(Mail.not_before, Mail.id).limit(1)
    mail = db.session.scalar(first.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if mail is None:
        return None
    recipient = mail.address if mail.user_id is None else _address_of(mail.user_id)
    link = None if mail.sealed is None else linkseal.unseal(mail.sealed, kind=mail.kind, secret=secret)
    if problem := _hindrance(mail, recipient, link, now):
        _give_up(mail, problem=problem, now=now)
        return Nobody
    mail.tries += 1
    mail.not_before = now + CLAIM_LASTS
    facts = dict(mail.facts)
    return Letter(mail.id, mail.kind, mail.language, facts, link, recipient or "", mail.created_at, mail.tries)


def _hindrance(mail: Mail, recipient: str | None, link: str | None, now: datetime) -> str:
    """Return why an e-mail goes to nobody, or nothing; it may be too old where no server was set for a long time."""
    if not recipient:
        return "nobody"
    if mail.sealed is not None and link is None:
        return "link unreadable"
    return "too old" if now > mail.created_at + GIVES_UP_AFTER else ""


def _address_of(user_id: int) -> str | None:
    """Return where a user's e-mail goes now, None for one who was put out of use."""
    return db.session.scalar(sa.select(User.email).where(User.id == user_id, User.disabled_at.is_(None)))


@transactional
def _note_sent(letter: Letter, *, now: datetime) -> None:
    gone: dict[str, Any] = {"sealed": None, "facts": {}, "address": "", "problem": ""}
    db.session.execute(sa.update(Mail).where(Mail.id == letter.mail_id).values(sent_at=now, given_up_at=None, **gone))


@transactional
def _note_failure(letter: Letter, *, problem: str, is_for_good: bool, now: datetime) -> bool:
    """Plan the next try, or give up; return whether it was given up. Another's later claim stays as it is."""
    mail = db.session.get(Mail, letter.mail_id, with_for_update=True, populate_existing=True)
    if mail is None or mail.sent_at is not None or mail.tries != letter.tries:
        return False
    steps = len(MINUTES_BETWEEN)
    minutes = MINUTES_BETWEEN[-1 if is_for_good else min(letter.tries, steps) - 1]
    again = now + timedelta(minutes=minutes)
    if again > mail.created_at + GIVES_UP_AFTER or (is_for_good and letter.tries >= REFUSALS_FOR_GOOD):
        _give_up(mail, problem=problem, now=now)
        return True
    mail.not_before, mail.problem = again, problem
    return False


def _give_up(mail: Mail, *, problem: str, now: datetime) -> None:
    mail.given_up_at, mail.problem = now, problem
    mail.sealed, mail.facts, mail.address = None, {}, ""
