"""Signing in: what a password opens, what it does not, and that a wrong one tells nothing about the account."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from kaikukortti.db import db
from kaikukortti.models.network import Membership
from kaikukortti.models.signins import Challenge, FactorKind
from kaikukortti.rules.access import Role
from kaikukortti.signin import flow, hashing, passkeys
from kaikukortti.signin.flow import ChallengeGone, Next, WrongCode, WrongSignIn
from tests import factories, signinsteps
from tests.factories import NOW, PASSWORD, SECRET_KEY


class Spy:
    """A hasher that notes what it was asked to verify."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self.verified: list[str] = []

    def verify(self, known_hash: str, password: str) -> bool:
        self.verified.append(known_hash)
        return self._hasher.verify(known_hash, password)

    def check_needs_rehash(self, known_hash: str) -> bool:
        return self._hasher.check_needs_rehash(known_hash)


@pytest.fixture
def spy(monkeypatch) -> Spy:
    found = Spy(hashing._hasher)
    monkeypatch.setattr(hashing, "_hasher", found)
    return found


@pytest.mark.parametrize(
    ("role", "then"),
    [
        (Role.WORKER, Next.SETUP),
        (Role.COORDINATOR, Next.SETUP),
        (Role.ADMINISTRATOR, Next.SETUP),
        (Role.VIEWER, Next.DONE),
        (Role.VENUE_STAFF, Next.DONE),
        (Role.VENUE_MANAGER, Next.DONE),
    ],
)
def test_a_password_alone_opens_only_what_needs_no_factor(role, then):
    person = factories.make_person(role, factor=False)
    step = signinsteps.begin(f"  {person.email.upper()} ")
    assert (step.user_id, step.next, step.challenge, step.kinds) == (person.actor.user_id, then, None, frozenset())
    assert signinsteps.user_of(person).last_signed_in_at == NOW
    assert signinsteps.trail(person) == [("person.signed_in", person.actor.user_id, {"by": "password"})]


def test_who_has_a_factor_is_not_signed_in_by_the_password():
    person = signinsteps.make_worker()
    signinsteps.add_app(person)
    step = signinsteps.begin(person.email)
    assert (step.next, step.kinds) == (Next.FACTOR, frozenset({FactorKind.TOTP})) and step.challenge is not None
    assert signinsteps.user_of(person).last_signed_in_at is None
    kept = db.session.scalars(sa.select(Challenge)).one()
    assert step.challenge not in kept.token_hash and len(step.challenge) >= 43 and len(kept.nonce) == 32


def test_the_second_factor_is_the_sign_in():
    person = signinsteps.make_worker()
    app = signinsteps.add_app(person)
    challenge = signinsteps.challenge(person)
    later = NOW + timedelta(minutes=2)
    found = flow.answer_code(
        challenge, signinsteps.code(app, later), now=later, secret=SECRET_KEY, sender=signinsteps.SENDER
    )
    assert found == person.actor.user_id
    assert signinsteps.user_of(person).last_signed_in_at == later
    assert signinsteps.trail(person)[-1] == ("person.signed_in", person.actor.user_id, {"by": "totp"})


def test_every_wrong_sign_in_is_the_same_error_after_the_same_work(spy):
    """One verification each: on the dummy for unknown, disabled, invited and roleless people."""
    person, disabled, roleless = signinsteps.make_worker(), signinsteps.make_worker(), factories.make_user()
    invited = factories.make_person(Role.VENUE_STAFF, user=factories.make_user(password=None))
    signinsteps.user_of(disabled).disabled_at = NOW
    db.session.commit()
    on_dummy = ["kukaan@kaikukortti.example", disabled.email, invited.email, roleless.email, "' or 1=1 --", "", "\x00"]
    for number, email in enumerate([person.email, *on_dummy]):
        password = "väärä salasana tässä" if email == person.email else PASSWORD
        with pytest.raises(WrongSignIn) as caught:
            signinsteps.begin(email, password, sender=f"192.0.2.{number}")
        assert (type(caught.value), caught.value.details) == (WrongSignIn, {})
    assert spy.verified == [signinsteps.user_of(person).password_hash, *[hashing._DUMMY_HASH] * len(on_dummy)]
    assert len({known.rsplit("$", 2)[0] for known in spy.verified}) == 1, "every hash costs the same"
    assert spy.verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_dummy_is_nobodys_password(monkeypatch):
    """Even who knew its password would not get in."""
    monkeypatch.setattr(hashing, "_DUMMY_HASH", hashing.hash_of(PASSWORD))
    with pytest.raises(WrongSignIn):
        signinsteps.begin("kukaan@kaikukortti.example")


def test_a_wrong_try_is_written_down_without_what_was_typed():
    person = signinsteps.make_worker()
    with pytest.raises(WrongSignIn):
        signinsteps.begin(person.email, "väärä salasana tässä")
    detail = {"user": person.actor.user_id, "by": "password"}
    assert signinsteps.trail(person) == [("person.sign_in_failed", None, detail)]


def test_an_old_hash_is_made_anew_at_the_sign_in():
    person = signinsteps.make_worker()
    old = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1).hash(PASSWORD)
    signinsteps.user_of(person).password_hash = old
    db.session.commit()
    signinsteps.begin(person.email)
    newer = signinsteps.user_of(person).password_hash
    assert newer is not None and newer.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    signinsteps.begin(person.email)
    assert signinsteps.user_of(person).password_hash == newer


@pytest.mark.parametrize("change", ["disabled_at", "membership"])
def test_who_goes_out_of_use_meanwhile_is_not_let_in_by_the_factor(change):
    person = signinsteps.make_worker()
    app = signinsteps.add_app(person)
    challenge = signinsteps.challenge(person)
    if change == "disabled_at":
        signinsteps.user_of(person).disabled_at = NOW
    else:
        db.session.execute(sa.delete(Membership).where(Membership.user_id == person.actor.user_id))
    db.session.commit()
    with pytest.raises(ChallengeGone):
        flow.answer_code(challenge, signinsteps.code(app), now=NOW, secret=SECRET_KEY, sender=signinsteps.SENDER)
    assert signinsteps.user_of(person).last_signed_in_at is None


def test_a_challenge_is_good_once_and_for_ten_minutes():
    person = signinsteps.make_worker()
    app = signinsteps.add_app(person)

    def answer(challenge: str, now) -> int:
        return flow.answer_code(
            challenge, signinsteps.code(app, now), now=now, secret=SECRET_KEY, sender=signinsteps.SENDER
        )

    challenge = signinsteps.challenge(person)
    assert answer(challenge, NOW) == person.actor.user_id
    with pytest.raises(ChallengeGone):
        answer(challenge, NOW + timedelta(minutes=1))
    late = signinsteps.challenge(person, now=NOW + timedelta(minutes=2))
    with pytest.raises(ChallengeGone):
        answer(late, NOW + timedelta(minutes=12))
    for unknown in ("", "x", "0" * 43, "ä", "\x00"):
        with pytest.raises(ChallengeGone):
            answer(unknown, NOW)


def test_confirming_asks_for_the_factor_or_else_for_the_password():
    person, cashier = signinsteps.make_worker(), factories.make_person(Role.VENUE_STAFF)
    app = signinsteps.add_app(person)
    step = flow.begin_confirm(signinsteps.user_id(person), now=NOW)
    assert (step.next, step.kinds) == (Next.FACTOR, frozenset({FactorKind.TOTP})) and step.challenge is not None
    before = signinsteps.trail(person)
    found = flow.answer_code(
        step.challenge, signinsteps.code(app), now=NOW, secret=SECRET_KEY, sender=signinsteps.SENDER
    )
    assert found == person.actor.user_id
    assert signinsteps.trail(person) == before, "confirming is no sign-in"
    assert signinsteps.user_of(person).last_signed_in_at is None
    assert flow.begin_confirm(signinsteps.user_id(cashier), now=NOW).next is Next.PASSWORD


def test_confirming_by_password():
    cashier = factories.make_person(Role.VENUE_STAFF)
    with pytest.raises(WrongSignIn):
        confirm(cashier, "väärä salasana tässä")
    confirm(cashier, PASSWORD)
    signinsteps.user_of(cashier).disabled_at = NOW
    db.session.commit()
    for refused in (
        lambda: confirm(cashier, PASSWORD),
        lambda: flow.begin_confirm(signinsteps.user_id(cashier), now=NOW),
    ):
        with pytest.raises(WrongSignIn):
            refused()


def test_a_challenge_to_add_a_passkey_signs_nobody_in():
    person = signinsteps.make_worker()
    app = signinsteps.add_app(person)
    token, _ = passkeys.options_to_add(signinsteps.user_id(person), now=NOW, rp=signinsteps.RP)
    with pytest.raises(ChallengeGone):
        flow.answer_code(token, signinsteps.code(app), now=NOW, secret=SECRET_KEY, sender=signinsteps.SENDER)
    with pytest.raises(ChallengeGone):
        flow.options(token, now=NOW, rp=signinsteps.RP)


def test_two_answers_at_once_make_one_sign_in(together):
    person = signinsteps.make_worker()
    app = signinsteps.add_app(person)
    first, second = signinsteps.challenge(person), signinsteps.challenge(person)

    def answer(challenge: str):
        return lambda: flow.answer_code(
            challenge, signinsteps.code(app), now=NOW, secret=SECRET_KEY, sender=signinsteps.SENDER
        )

    found = together(answer(first), answer(first), answer(second))
    assert [one for one in found if isinstance(one, int)] == [person.actor.user_id]
    assert {type(one) for one in found if not isinstance(one, int)} <= {ChallengeGone, WrongCode}


def confirm(person: factories.Person, password: str) -> None:
    flow.confirm_password(signinsteps.user_id(person), password, sender=signinsteps.SENDER, now=NOW, secret=SECRET_KEY)
