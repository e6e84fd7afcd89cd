"""Codes of an authenticator app: thirty seconds, one step around, each once; the secret is kept under seal."""

import base64

import pyotp
import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.signins import FactorKind, SecondFactor
from kaikukortti.signin import factors, seals, totp
from kaikukortti.signin.flow import WrongCode
from tests import signinsteps
from tests.factories import NOW, SECRET_KEY
from tests.signinsteps import STEP


@pytest.fixture
def person():
    return signinsteps.make_worker()


def add(person, sealed: str, code: str, *, secret: str = SECRET_KEY) -> int:
    return totp.add(signinsteps.user_id(person), sealed, code, "  Puhelin  ", now=NOW, secret=secret)


def test_an_app_is_added_by_a_code_of_it(person):
    proposal = totp.propose(signinsteps.user_of(person), secret=SECRET_KEY)
    assert len(base64.b32decode(proposal.secret_text)) == 20
    parsed = pyotp.parse_uri(proposal.uri)
    assert (parsed.secret, parsed.name, parsed.issuer) == (proposal.secret_text, person.email, "Kaikukortti")
    with pytest.raises(WrongCode) as caught:
        add(person, proposal.sealed, signinsteps.wrong_code(proposal.secret_text))
    assert caught.value.left is None and factors.list_own(signinsteps.user_id(person)) == []
    factor_id = add(person, proposal.sealed, signinsteps.code(proposal.secret_text))
    found = factors.list_own(signinsteps.user_id(person))
    assert [(one.factor_id, one.kind, one.name, one.last_used_at) for one in found] == [
        (factor_id, FactorKind.TOTP, "Puhelin", None)
    ]
    detail = {"factor": factor_id, "kind": "totp"}
    assert signinsteps.trail(person) == [("factor.added", person.actor.user_id, detail)]
    assert signinsteps.mails(person) == [("factor_changed", {"change": "app_added"})]


def test_the_secret_is_not_in_the_database(person):
    text = signinsteps.add_app(person)
    sealed = db.session.scalars(sa.select(SecondFactor.sealed_secret)).one() or b""
    assert text.encode() not in sealed and base64.b32decode(text) not in sealed and len(sealed) <= 200
    owner = totp.owner_of(signinsteps.user_id(person))
    assert seals.unseal(sealed, owner=owner, secret=SECRET_KEY) == text
    assert seals.unseal(sealed, owner=owner, secret="x" * 32) is None
    assert seals.unseal(sealed, owner=totp.owner_of(10**6), secret=SECRET_KEY) is None, "nobody else's row can hold it"
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        assert seals.unseal(changed, owner=owner, secret=SECRET_KEY) is None


def test_a_proposal_is_good_for_its_person_alone(person):
    other = signinsteps.make_worker()
    proposal = totp.propose(signinsteps.user_of(person), secret=SECRET_KEY)
    assert totp.proposed_again(signinsteps.user_of(person), proposal.sealed, secret=SECRET_KEY) == proposal
    code = signinsteps.code(proposal.secret_text)
    for sealed, whose, secret in [
        (proposal.sealed, other, SECRET_KEY),
        (proposal.sealed, person, "x" * 32),
        (proposal.sealed[:-4], person, SECRET_KEY),
        ("", person, SECRET_KEY),
        ("ä", person, SECRET_KEY),
        ("%%%", person, SECRET_KEY),
    ]:
        with pytest.raises(NotFound):
            add(whose, sealed, code, secret=secret)


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(person, steps, fits):
    app = signinsteps.add_app(person)
    challenge = signinsteps.challenge(person)
    code = signinsteps.code(app, NOW + steps * STEP)
    if fits:
        assert signinsteps.answer(challenge, code) == person.actor.user_id
        return
    with pytest.raises(WrongCode):
        signinsteps.answer(challenge, code)


def test_each_code_is_good_once_and_none_from_before_it(person):
    app = signinsteps.add_app(person)
    assert signinsteps.answer(signinsteps.challenge(person), signinsteps.code(app))
    for used in (signinsteps.code(app), signinsteps.code(app, NOW - STEP)):
        with pytest.raises(WrongCode):
            signinsteps.answer(signinsteps.challenge(person), used)
    assert signinsteps.answer(signinsteps.challenge(person), signinsteps.code(app, NOW + STEP))


def test_the_code_that_added_an_app_signs_nobody_in(person):
    proposal = totp.propose(signinsteps.user_of(person), secret=SECRET_KEY)
    code = signinsteps.code(proposal.secret_text)
    add(person, proposal.sealed, code)
    with pytest.raises(WrongCode):
        signinsteps.answer(signinsteps.challenge(person), code)


def test_each_of_two_apps_answers(person):
    first, second = signinsteps.add_app(person), signinsteps.add_app(person)
    for app in (first, second):
        assert signinsteps.answer(signinsteps.challenge(person), signinsteps.code(app)) == person.actor.user_id
    used = [one.last_used_at for one in factors.list_own(signinsteps.user_id(person))]
    assert used == [NOW, NOW]


def test_anothers_app_does_not_answer(person):
    other = signinsteps.make_worker()
    signinsteps.add_app(person)
    with pytest.raises(WrongCode):
        signinsteps.answer(signinsteps.challenge(person), signinsteps.code(signinsteps.add_app(other)))


@pytest.mark.parametrize("typed", ["{0} ", " {0}", "{1} {2}", "{1}\u00a0{2}"])
def test_a_code_may_be_typed_with_spaces(person, typed):
    app = signinsteps.add_app(person)
    code = signinsteps.code(app)
    text = typed.format(code, code[:3], code[3:])
    assert signinsteps.answer(signinsteps.challenge(person), text) == person.actor.user_id


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\x00" * 6, "9" * 10_000, "-12345"])
def test_what_is_no_code_is_a_wrong_code(person, typed):
    signinsteps.add_app(person)
    with pytest.raises(WrongCode):
        signinsteps.answer(signinsteps.challenge(person), typed)


def test_with_another_secret_of_the_service_no_app_answers(person):
    """The person takes a recovery code then, or has the factor reset."""
    app = signinsteps.add_app(person)
    assert not totp.prove(signinsteps.user_id(person), signinsteps.code(app), now=NOW, secret="x" * 32)


def test_ten_factors_are_enough(person):
    for _ in range(factors.MOST):
        signinsteps.add_app(person)
    with pytest.raises(factors.TooManyFactors):
        signinsteps.add_app(person)
