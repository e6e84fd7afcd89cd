"""What has done its work and is good for nothing any more: answers to ticket sellers, sign-ins, links, e-mails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti.db import Base
from kaikukortti.models.cards import MobileCard
from kaikukortti.models.ledger import Device, DeviceKey, Enrolment
from kaikukortti.models.messages import Mail
from kaikukortti.models.network import Invitation
from kaikukortti.models.partnership import Reminder
from kaikukortti.models.programme import Hold
from kaikukortti.models.sellers import ApiAnswer
from kaikukortti.models.signins import Challenge, PasswordReset, RecoveryCode, StaffSession, Throttle
from kaikukortti.retention import rules
from kaikukortti.retention.rules import Asked, Line
from kaikukortti.rules import keeping, period


@dataclass(frozen=True)
class _Kind:
    """A table, and which of its rows are over."""

    name: str
    rule: str
    table: type[Base]
    over: Callable[[Asked], sa.ColumnElement[bool]]


def take(asked: Asked) -> list[Line]:
    """Return how many rows of each kind are over; delete them unless the run is dry."""
    found = []
    for kind in KINDS:
        condition = kind.over(asked)
        rows = rules.count(kind.table, condition) if asked.is_dry else rules.sweep(kind.table, condition)
        found.append(Line(kind.name, rows, kind.rule))
    return found


def _years_ago(asked: Asked) -> datetime:
    return period.moment_of(period.add_months(asked.today, -keeping.LOOK_MONTHS), datetime.min.time())


def _of_revoked(asked: Asked) -> sa.ColumnElement[bool]:
    """Keys of before, of tablets that were taken out of use: rescue files are opened with them for a while."""
    return sa.exists().where(Device.id == DeviceKey.device_id, Device.revoked_at < asked.now - keeping.CODES)


KINDS = (
    _Kind("api_answers", "30 days", ApiAnswer, lambda asked: ApiAnswer.created_at < asked.now - keeping.ANSWERS),
    _Kind("holds", "a day after the two minutes", Hold, lambda asked: Hold.expires_at < asked.now - keeping.CHECKS),
    _Kind("staff_sessions", "when over", StaffSession, lambda asked: StaffSession.ends_at <= asked.now),
    _Kind("challenges", "when over", Challenge, lambda asked: Challenge.expires_at <= asked.now),
    _Kind("password_resets", "when over", PasswordReset, lambda asked: PasswordReset.expires_at <= asked.now),
    _Kind("throttles", "a day", Throttle, lambda asked: Throttle.changed_at < asked.now - keeping.CHECKS),
    _Kind("invitations", "30 days after use or end", Invitation, lambda asked: _invitation(asked)),
    _Kind("enrolments", "30 days after the end", Enrolment, lambda asked: Enrolment.expires_at < _codes(asked)),
    _Kind("device_keys", "30 days after the tablet's end", DeviceKey, _of_revoked),
    _Kind("mails", "30 days after sending or giving up", Mail, lambda asked: _mail(asked)),
    _Kind(
        "recovery_codes", "24 months after use", RecoveryCode, lambda asked: RecoveryCode.used_at < _years_ago(asked)
    ),
    _Kind(
        "mobile_cards", "24 months after closing", MobileCard, lambda asked: MobileCard.withdrawn_at < _years_ago(asked)
    ),
    _Kind("reminders", "24 months", Reminder, lambda asked: Reminder.sent_at < _years_ago(asked)),
)


def _codes(asked: Asked) -> datetime:
    return asked.now - keeping.CODES


def _invitation(asked: Asked) -> sa.ColumnElement[bool]:
    return sa.or_(Invitation.expires_at < _codes(asked), Invitation.used_at < _codes(asked))


def _mail(asked: Asked) -> sa.ColumnElement[bool]:
    latest = asked.now - keeping.MAILS
    return sa.or_(Mail.sent_at < latest, Mail.given_up_at < latest)
