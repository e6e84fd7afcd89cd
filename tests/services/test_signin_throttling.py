"""Guessing is slowed down, for known and unknown accounts alike, and nobody is shut out for good."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.signins import Throttle
from kaikukortti.rules.access import Role
from kaikukortti.signin import flow, hashing, throttling
from kaikukortti.signin.flow import ChallengeGone, SignInWait, WrongCode, WrongSignIn
from tests import factories, signinsteps
from tests.factories import NOW, PASSWORD, SECRET_KEY

SECOND = timedelta(seconds=1)
WRONG = "väärä salasana tässä"
UNKNOWN = "kukaan@kaikukortti.example"
MOST_VERIFIED = 60  # security.md §2, row 22


@pytest.fixture
def counted(monkeypatch) -> Iterator[list[str]]:
    """Count verifications of passwords; they answer at once, as this is not about their cost."""
    looked_at: list[str] = []

    def verify(password: str, _known_hash: str | None) -> bool:
        looked_at.append(password)
        return False

    monkeypatch.setattr(hashing, "is_right", verify)
    yield looked_at


def attempt(email: str, now: datetime, *, sender: str = signinsteps.SENDER, password: str = WRONG) -> str:
    try:
        signinsteps.begin(email, password, now=now, sender=sender)
    except (SignInWait, WrongSignIn) as error:
        return error.code
    return "in"


def waiting_until(email: str, now: datetime) -> datetime:
    """Return when an account may be tried again, without trying."""
    who = throttling.of_account(email, secret=SECRET_KEY).who
    until = db.session.scalar(sa.select(Throttle.waits_until).where(Throttle.who == who))
    return max(now, until or now)


def others(number: int) -> str:
    """Return an address from which nobody has tried before."""
    return f"10.{number // 62500}.{number // 250 % 250}.{number % 250}"


@pytest.mark.parametrize(("apart", "is_known"), [(SECOND, True), (30 * SECOND, True), (SECOND, False)])
def test_a_thousand_tries_at_one_account_cost_few_verifications(counted, apart, is_known):
    """From as many addresses as there are tries, however fast they come."""
    email = signinsteps.make_worker().email if is_known else UNKNOWN
    for number in range(1000):
        attempt(email, NOW + number * apart, sender=others(number))
    assert throttling.FREE_TRIES < len(counted) <= MOST_VERIFIED


def test_a_thousand_tries_at_many_accounts_from_one_address_cost_few_verifications(counted):
    for number in range(1000):
        attempt(f"henkilo{number}@kaikukortti.example", NOW + number * SECOND / 10)
    assert 20 <= len(counted) <= MOST_VERIFIED


def test_five_tries_are_free_and_the_waits_double_to_a_quarter(counted):
    waits, now = [], NOW
    for number in range(13):
        assert attempt(UNKNOWN, now, sender=others(number)) == "sign_in_wrong"
        until = waiting_until(UNKNOWN, now)
        waits.append(int((until - now).total_seconds()))
        if until > now:
            assert attempt(UNKNOWN, until - SECOND, sender=others(99)) == "sign_in_wait"
        now = until
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_a_wait_says_until_when_and_is_not_made_longer_by_trying(counted):
    for number in range(5):
        attempt(UNKNOWN, NOW, sender=others(number))
    for later in (0, 10, 29):
        with pytest.raises(SignInWait) as caught:
            signinsteps.begin(UNKNOWN, now=NOW + later * SECOND, sender=others(later + 9))
        assert caught.value.until == NOW + 30 * SECOND
    assert len(counted) == 5
    assert attempt(UNKNOWN, NOW + 30 * SECOND, sender=others(99)) == "sign_in_wrong"


def test_the_right_password_works_after_the_wait_and_clears_the_count():
    person = factories.make_person(Role.VENUE_STAFF)
    for number in range(5):
        assert attempt(person.email, NOW, sender=others(number)) == "sign_in_wrong"
    assert attempt(person.email, NOW, password=PASSWORD) == "sign_in_wait"
    assert attempt(person.email, NOW + 30 * SECOND, password=PASSWORD) == "in"
    for number in range(4):
        assert attempt(person.email, NOW + 31 * SECOND, sender=others(number)) == "sign_in_wrong"
    assert attempt(person.email, NOW + 31 * SECOND, password=PASSWORD) == "in"


def test_a_quiet_quarter_forgets(counted):
    for number in range(4):
        attempt(UNKNOWN, NOW, sender=others(number))
    later = NOW + throttling.WINDOW
    assert [attempt(UNKNOWN, later, sender=others(number)) for number in range(6)] == [
        *["sign_in_wrong"] * 5,
        "sign_in_wait",
    ]
    much_later = later + 30 * SECOND + throttling.WINDOW
    assert [attempt(UNKNOWN, much_later, sender=others(number)) for number in range(2)] == ["sign_in_wrong"] * 2


def test_an_address_has_twenty_a_minute_and_a_hundred_an_hour(counted):
    def tried(number: int, now: datetime) -> bool:
        return attempt(f"h{number}@kaikukortti.example", now) == "sign_in_wrong"

    assert [tried(number, NOW) for number in range(21)] == [*[True] * 20, False]
    passed = 20
    for minute in range(1, 6):
        passed += sum(tried(100 * minute + number, NOW + timedelta(minutes=minute)) for number in range(25))
    assert passed == 100
    assert not tried(999, NOW + timedelta(minutes=59))
    assert tried(999, NOW + timedelta(minutes=60))


def test_who_gets_in_uses_up_nothing_of_the_address():
    """A county's two hundred workers behind one address come to work on the same morning."""
    people = [factories.make_person(Role.VENUE_STAFF) for _ in range(25)]
    assert [attempt(person.email, NOW, password=PASSWORD) for person in people] == ["in"] * 25


def test_an_ipv6_customer_is_one_address(counted):
    for number in range(20):
        attempt(f"h{number}@kaikukortti.example", NOW, sender=f"2001:db8:1:2::{number:x}")
    assert attempt("a@kaikukortti.example", NOW, sender="2001:db8:1:2:ffff::1") == "sign_in_wait"
    assert attempt("b@kaikukortti.example", NOW, sender="2001:db8:1:3::1") == "sign_in_wrong"
    for number in range(20):
        attempt(f"v{number}@kaikukortti.example", NOW, sender="::ffff:192.0.2.99")
    assert attempt("c@kaikukortti.example", NOW, sender="192.0.2.99") == "sign_in_wait"
    assert attempt("d@kaikukortti.example", NOW, sender="192.0.2.98") == "sign_in_wrong"


def test_a_known_password_does_not_open_the_way_to_guess_codes():
    """New challenges, from new addresses, do not give new tries: the person's codes are counted over all of them."""
    person = signinsteps.make_worker()
    app = signinsteps.add_app(person)
    looked_at = 0
    for number in range(60):
        now = NOW + number * SECOND
        challenge = signinsteps.begin(person.email, now=now, sender=others(number)).challenge or ""
        try:
            flow.answer_code(
                challenge, signinsteps.wrong_code(app, now), now=now, secret=SECRET_KEY, sender=others(number)
            )
        except WrongCode:
            looked_at += 1
        except SignInWait:
            pass
    assert looked_at == 6


def test_a_challenge_has_five_tries_and_says_how_many_are_left():
    person = signinsteps.make_worker()
    app = signinsteps.add_app(person)
    challenge, left = signinsteps.challenge(person), []
    for number in range(5):
        with pytest.raises(WrongCode) as caught:
            flow.answer_code(challenge, signinsteps.wrong_code(app), now=NOW, secret=SECRET_KEY, sender=others(number))
        left.append(caught.value.left)
    assert left == [4, 3, 2, 1, 0]
    later = NOW + throttling.LONGEST_WAIT / 2
    with pytest.raises(ChallengeGone):
        flow.answer_code(challenge, signinsteps.code(app, later), now=later, secret=SECRET_KEY, sender=others(9))
    failed = ("person.sign_in_failed", None, {"user": person.actor.user_id, "by": "totp"})
    assert signinsteps.trail(person).count(failed) == 5


def test_nothing_of_who_tried_is_kept_in_the_clear(counted):
    attempt(UNKNOWN, NOW)
    kept = " ".join(f"{row.what} {row.who}" for row in db.session.scalars(sa.select(Throttle)))
    assert "kaikukortti" not in kept and signinsteps.SENDER not in kept
    assert sorted(kept.split()[::2]) == ["account", "address_hour", "address_minute"]
    assert all(len(who) == 64 for who in kept.split()[1::2])
    assert throttling.of_account(UNKNOWN, secret="x" * 32) != throttling.of_account(UNKNOWN, secret=SECRET_KEY)


def test_counts_do_not_pile_up(counted):
    attempt(UNKNOWN, NOW)
    attempt("toinen@kaikukortti.example", NOW + throttling.REMEMBERED + SECOND, sender=others(1))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Throttle)) == 3


def test_tries_at_once_are_all_counted(counted, together):
    """Twelve threads: five of the tries are looked at, whichever come first; none is lost to a race."""
    calls = [lambda number=number: attempt(UNKNOWN, NOW, sender=others(number)) for number in range(12)]
    answers = together(*calls)
    assert sorted(answers) == [*["sign_in_wait"] * 7, *["sign_in_wrong"] * 5]
    assert len(counted) == 5
