"""What slows down guessing: tries are counted in the database, which all processes share, before they are looked at.

It never shuts anybody out for good: the longest wait is fifteen minutes for an account, an hour for an address.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.signins import Throttle
from kaikukortti.signin import seals

FREE_TRIES = 5
WINDOW = timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
REMEMBERED = timedelta(days=1)
PER_ADDRESS = {"address_minute": (20, timedelta(minutes=1)), "address_hour": (100, timedelta(hours=1))}
HOME_NETWORK = 64  # bits of an IPv6 address that one customer has; the rest of it costs nothing


class SignInWait(DomainError):
    """There were too many tries; details hold `until`. It never lasts, and an unknown account waits as a known one."""

    code = "sign_in_wait"

    def __init__(self, *, until: datetime) -> None:
        super().__init__(until=until)
        self.until = until


@dataclass(frozen=True, order=True)
class Name:
    """Under what a try is counted: account, code, reset, address_minute or address_hour, and a keyed hash of whom."""

    what: str
    who: str


def of_account(email: str, *, secret: str) -> Name:
    """Return the name under which tries of a password for an e-mail are counted, known here or not."""
    return Name("account", seals.keyed("account", email, secret=secret))


def of_codes(user_id: int) -> Name:
    """Return the name under which a person's tries of second factors are counted, over all challenges."""
    return Name("code", str(user_id))


def of_resets(email: str, *, secret: str) -> Name:
    """Return the name under which wishes for a new password are counted."""
    return Name("reset", seals.keyed("account", email, secret=secret))


def of_sender(sender: str, *, secret: str) -> list[Name]:
    """Return the names under which tries from a network address are counted."""
    who = seals.keyed("address", network_of(sender), secret=secret)
    return [Name(what, who) for what in PER_ADDRESS]


@transactional
def count(names: Sequence[Name], *, now: datetime) -> None:
    """Count a try under each name. Raises SignInWait, counting nothing, while one of them has to wait."""
    db.session.execute(sa.delete(Throttle).where(Throttle.changed_at < now - REMEMBERED))
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    rows = []
    for name in sorted(names):
        new = dialect.insert(Throttle).values(what=name.what, who=name.who, failures=0, since=now, changed_at=now)
        db.session.execute(new.on_conflict_do_nothing())
        row = db.session.get_one(Throttle, (name.what, name.who), with_for_update=True, populate_existing=True)
        rows.append(row)
    waits = [row.waits_until for row in rows if row.waits_until is not None and row.waits_until > now]
    if waits:
        raise SignInWait(until=max(waits))
    for row in rows:
        _count(row, now)


def forgive(names: Sequence[Name]) -> None:
    """Take back a try that was right, in the transaction of the caller: the account's count goes, an address has one
    try fewer.
    """
    for name in sorted(names):
        same = sa.and_(Throttle.what == name.what, Throttle.who == name.who)
        if name.what not in PER_ADDRESS:
            db.session.execute(sa.delete(Throttle).where(same))
            continue
        less = sa.update(Throttle).where(same, Throttle.failures > 0)
        kept = less.values(failures=Throttle.failures - 1, waits_until=None)
        db.session.execute(kept.execution_options(synchronize_session=False))


def touch(names: Sequence[Name], *, now: datetime) -> None:
    """Note when tries under these names were last looked at, in the transaction of the caller."""
    for name in sorted(names):
        same = sa.update(Throttle).where(Throttle.what == name.what, Throttle.who == name.who)
        db.session.execute(same.values(changed_at=now).execution_options(synchronize_session=False))


def _count(row: Throttle, now: datetime) -> None:
    is_address = row.what in PER_ADDRESS
    limit, window = PER_ADDRESS.get(row.what, (FREE_TRIES, WINDOW))
    quiet_since = row.since if is_address else max(row.since, row.waits_until or row.since)
    if now - quiet_since >= window:
        row.failures, row.since, row.waits_until = 0, now, None
    row.failures, row.changed_at = row.failures + 1, now
    if row.failures < limit:
        return
    wait = min(FIRST_WAIT * 2 ** min(row.failures - limit, 16), LONGEST_WAIT)
    row.waits_until = row.since + window if is_address else now + wait


def network_of(sender: str) -> str:
    """Return what is counted as one sender: an IPv4 address, or the network that one customer has of IPv6."""
    try:
        address = ipaddress.ip_address(sender)
    except ValueError:
        return sender
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, HOME_NETWORK), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
