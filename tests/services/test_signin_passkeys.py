"""Passkeys, with a security key in software that really signs: whose, for which address, once, by somebody verified."""

import json
import secrets

import pytest

from kaikukortti.errors import NotFound
from kaikukortti.models.signins import FactorKind
from kaikukortti.signin import factors, flow, passkeys
from kaikukortti.signin.flow import ChallengeGone, Next, RelyingParty, WrongCode
from kaikukortti.signin.passkeys import PasskeyRefused
from tests import authenticator, signinsteps
from tests.authenticator import SoftKey
from tests.factories import NOW
from tests.signinsteps import RP

EVIL = "https://kaiku.example.evil.example"


@pytest.fixture
def person():
    return signinsteps.make_worker()


@pytest.fixture
def key(person) -> SoftKey:
    """Return a key that the person has added."""
    made = SoftKey(RP.origin)
    add(person, made)
    return made


def begin_to_add(person, rp: RelyingParty = RP):
    return passkeys.options_to_add(signinsteps.user_id(person), now=NOW, rp=rp)


def add(person, key: SoftKey, **faults) -> int:
    token, options = begin_to_add(person)
    made = key.make(options, **faults)
    return passkeys.add(token, made, " Avain ", user_id=signinsteps.user_id(person), now=NOW, rp=RP)


def answer(challenge: str, response: str) -> int:
    return flow.answer_passkey(challenge, response, now=NOW, rp=RP)


def options_of(challenge: str):
    return flow.options(challenge, now=NOW, rp=RP)


def test_the_options_ask_for_a_verified_person_and_name_the_caller_of_them(person):
    token, options = begin_to_add(person)
    assert options["rp"] == {"id": "kaiku.example", "name": "Kaikukortti"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none" and options["user"]["name"] == person.email
    assert len(authenticator.challenge_of(options)) == 32 and len(token) >= 43
    assert options["excludeCredentials"] == []
    add(person, SoftKey(RP.origin))
    assert len(begin_to_add(person)[1]["excludeCredentials"]) == 1


def test_a_passkey_is_added_and_signs_in(person):
    key = SoftKey(RP.origin)
    factor_id = add(person, key)
    found = factors.list_own(signinsteps.user_id(person))
    assert [(one.factor_id, one.kind, one.name) for one in found] == [(factor_id, FactorKind.PASSKEY, "Avain")]
    assert ("factor_changed", {"change": "passkey_added"}) in signinsteps.mails(person)
    step = signinsteps.begin(person.email)
    assert (step.next, step.kinds) == (Next.FACTOR, frozenset({FactorKind.PASSKEY}))
    options = options_of(step.challenge or "")
    assert (options["rpId"], options["userVerification"]) == ("kaiku.example", "required")
    assert len(options["allowCredentials"]) == 1
    assert answer(step.challenge or "", key.sign(options)) == person.actor.user_id
    assert signinsteps.trail(person)[-1] == ("person.signed_in", person.actor.user_id, {"by": "passkey"})
    assert factors.list_own(signinsteps.user_id(person))[0].last_used_at == NOW


@pytest.mark.parametrize(
    ("origin", "faults"),
    [
        (EVIL, {}),
        ("http://kaiku.example", {}),
        ("https://kaiku.example:8443", {}),
        (RP.origin, {"rp_id": "evil.example"}),
        (RP.origin, {"verified": False}),
    ],
)
def test_a_passkey_made_elsewhere_or_for_nobody_verified_is_not_added(person, origin, faults):
    with pytest.raises(PasskeyRefused):
        add(person, SoftKey(origin), **faults)
    assert factors.list_own(signinsteps.user_id(person)) == []


def test_a_challenge_adds_one_passkey_for_its_person(person):
    other = signinsteps.make_worker()
    token, options = begin_to_add(person)
    with pytest.raises(ChallengeGone):
        passkeys.add(token, SoftKey(RP.origin).make(options), "", user_id=signinsteps.user_id(other), now=NOW, rp=RP)
    me = signinsteps.user_id(person)
    passkeys.add(token, SoftKey(RP.origin).make(options), "", user_id=me, now=NOW, rp=RP)
    with pytest.raises(ChallengeGone):
        passkeys.add(token, SoftKey(RP.origin).make(options), "", user_id=me, now=NOW, rp=RP)
    _, old = begin_to_add(person)
    token, _ = begin_to_add(person)
    with pytest.raises(PasskeyRefused):
        passkeys.add(token, SoftKey(RP.origin).make(old), "", user_id=me, now=NOW, rp=RP)
    with pytest.raises(ChallengeGone):
        passkeys.add(token, SoftKey(RP.origin).make(old), "", user_id=me, now=NOW, rp=RP)


def test_a_key_belongs_to_one_person(person, key):
    with pytest.raises(PasskeyRefused):
        add(signinsteps.make_worker(), key)
    with pytest.raises(PasskeyRefused):
        add(person, key)


@pytest.mark.parametrize(
    "fault", ["origin", "rp_id", "unverified", "old_challenge", "no_signature", "other_key", "anothers", "unknown_key"]
)
def test_a_wrong_answer_signs_nobody_in_and_is_counted(person, key, fault):
    challenge = signinsteps.challenge(person)
    options = options_of(challenge)
    other = SoftKey(RP.origin)
    if fault == "anothers":
        add(signinsteps.make_worker(), other)
    responses = {
        "origin": lambda: SoftKey(EVIL, 5, key.credential_id, key.key).sign(options),
        "rp_id": lambda: key.sign(options, rp_id="evil.example"),
        "unverified": lambda: key.sign(options, verified=False),
        "old_challenge": lambda: key.sign(options_of(signinsteps.challenge(person))),
        "no_signature": lambda: without_signature(key.sign(options)),
        "other_key": lambda: SoftKey(RP.origin, 5, key.credential_id).sign(options),
        "anothers": lambda: other.sign(options),
        "unknown_key": lambda: other.sign(options),
    }
    with pytest.raises(WrongCode) as caught:
        answer(challenge, responses[fault]())
    assert caught.value.left == 4
    failed = ("person.sign_in_failed", None, {"user": person.actor.user_id, "by": "passkey"})
    assert signinsteps.trail(person)[-1] == failed
    assert signinsteps.user_of(person).last_signed_in_at is None
    assert answer(challenge, key.sign(options_of(challenge), more=9)) == person.actor.user_id, "another try is right"


def test_what_was_signed_cannot_be_sent_again(person, key):
    challenge = signinsteps.challenge(person)
    signed = key.sign(options_of(challenge))
    assert answer(challenge, signed)
    with pytest.raises(ChallengeGone):
        answer(challenge, signed)
    with pytest.raises(WrongCode):
        answer(signinsteps.challenge(person), signed)


def test_after_a_wrong_answer_another_nonce_is_signed(person, key):
    challenge = signinsteps.challenge(person)
    before = options_of(challenge)
    with pytest.raises(WrongCode):
        answer(challenge, key.sign(before, verified=False))
    with pytest.raises(WrongCode):
        answer(challenge, key.sign(before))
    assert answer(challenge, key.sign(options_of(challenge)))


@pytest.mark.parametrize("count", [7, 3])
def test_a_count_that_does_not_rise_is_a_copied_key(person, key, count):
    first = signinsteps.challenge(person)
    key.count = 6
    assert answer(first, key.sign(options_of(first)))
    copied = SoftKey(RP.origin, count - 1, key.credential_id, key.key)
    challenge = signinsteps.challenge(person)
    with pytest.raises(WrongCode):
        answer(challenge, copied.sign(options_of(challenge)))


def test_a_key_that_does_not_count_is_good(person):
    """Passkeys that live in several devices say nought each time (WebAuthn §6.1.1)."""
    key = SoftKey(RP.origin)
    add(person, key)
    for _ in range(2):
        challenge = signinsteps.challenge(person)
        assert answer(challenge, key.sign(options_of(challenge), more=0))


def test_five_wrong_answers_end_the_challenge(person, key):
    challenge = signinsteps.challenge(person)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as caught:
            answer(challenge, "{}")
        assert caught.value.left == left
    with pytest.raises(ChallengeGone):
        answer(challenge, key.sign(options_of(signinsteps.challenge(person))))


def test_broken_answers_are_wrong_answers(person, key):
    """Whatever a browser may send, from nothing to a structure that breaks the library."""
    good = json.loads(key.sign(options_of(signinsteps.challenge(person))))
    broken = ["", "null", "[]", "0", "{", "[" * 15_000, "x" * 20_000, '{"rawId": 1}', json.dumps({**good, "id": "é"})]
    for part in good["response"]:
        for value in (None, "", "A", "é", "AA" * 100, secrets.token_urlsafe(200)):
            broken.append(json.dumps({**good, "response": {**good["response"], part: value}}))
    broken.append(json.dumps({**good, "response": {**good["response"], "userHandle": "A"}}))
    broken.append(json.dumps({**good, "type": "password"}))
    for response in broken:
        with pytest.raises(WrongCode):
            answer(signinsteps.begin(person.email).challenge or "", response)
        token, _ = begin_to_add(person)
        with pytest.raises(PasskeyRefused):
            passkeys.add(token, response, "", user_id=signinsteps.user_id(person), now=NOW, rp=RP)


def test_nobody_out_of_use_adds_a_passkey(person):
    signinsteps.put_out_of_use(person)
    with pytest.raises(NotFound):
        begin_to_add(person)


def without_signature(response: str) -> str:
    answer = json.loads(response)
    answer["response"]["signature"] = answer["response"]["signature"][:-4] + "AAAA"
    return json.dumps(answer)
