"""Recovery codes and the list of factors: shown once, good once; who needs a factor keeps one."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.signins import RecoveryCode
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.signin import factors, flow, recoverycodes
from kaikukortti.signin.flow import ChallengeGone, SignInWait, WrongCode
from tests import factories, signinsteps
from tests.factories import NOW


@pytest.fixture
def person():
    made = signinsteps.make_worker()
    signinsteps.add_app(made)
    return made


def renew(person) -> list[str]:
    return recoverycodes.renew(signinsteps.user_id(person), now=NOW)


def answer(person, code: str) -> int:
    return flow.answer_recovery(signinsteps.challenge(person), code, now=NOW)


def test_ten_codes_of_eighty_bits_of_which_only_hashes_are_kept(person):
    codes = renew(person)
    plain = [code.replace("-", "") for code in codes]
    assert len(set(codes)) == 10 and {len(code) for code in plain} == {16}
    assert set("".join(plain)) <= set(number.SYMBOLS) and len(number.SYMBOLS) == 32
    kept = " ".join(db.session.scalars(sa.select(RecoveryCode.code_hash)))
    assert not any(code in kept for code in (*codes, *plain))
    assert signinsteps.trail(person)[-1] == ("recovery.renewed", person.actor.user_id, {"codes": 10})
    assert ("factor_changed", {"change": "codes_renewed"}) in signinsteps.mails(person)


def test_a_code_signs_in_once(person):
    codes = renew(person)
    assert answer(person, codes[3]) == person.actor.user_id
    assert recoverycodes.count_left(signinsteps.user_id(person)) == 9
    assert signinsteps.trail(person)[-2:] == [
        ("recovery.used", person.actor.user_id, {"left": 9}),
        ("person.signed_in", person.actor.user_id, {"by": "recovery"}),
    ]
    assert ("factor_changed", {"change": "code_used"}) in signinsteps.mails(person)
    with pytest.raises(WrongCode):
        answer(person, codes[3])
    assert answer(person, codes[4]) == person.actor.user_id


def test_a_code_may_be_typed_as_people_write(person):
    codes = renew(person)
    assert answer(person, codes[0].lower().replace("-", " "))
    assert answer(person, codes[1].replace("-", "").replace("0", "o").replace("1", "l"))
    assert answer(person, codes[2].replace("-", "\u2013"))


def test_new_codes_end_the_old_ones(person):
    old, new = renew(person)[0], renew(person)[0]
    with pytest.raises(WrongCode):
        answer(person, old)
    assert answer(person, new)


@pytest.mark.parametrize("typed", ["", "0000-0000-0000-0000", "x" * 10_000, "\x00", "ä", "\ud800"])
def test_what_is_no_code_is_a_wrong_code(person, typed):
    renew(person)
    with pytest.raises(WrongCode):
        answer(person, typed)
    assert recoverycodes.count_left(signinsteps.user_id(person)) == 10


def test_anothers_code_does_not_answer(person):
    other = signinsteps.make_worker()
    signinsteps.add_app(other)
    with pytest.raises(WrongCode):
        answer(person, renew(other)[0])


def test_guessing_codes_is_slowed_down_over_all_challenges(person):
    renew(person)
    for _ in range(5):
        with pytest.raises(WrongCode):
            answer(person, "0000-0000-0000-0000")
    with pytest.raises(SignInWait):
        answer(person, "0000-0000-0000-0000")


def test_one_code_at_once_in_two_places_is_used_once(person, together):
    code = renew(person)[0]
    challenges = [signinsteps.challenge(person) for _ in range(4)]
    found = together(*[lambda token=token: flow.answer_recovery(token, code, now=NOW) for token in challenges])
    assert [one for one in found if isinstance(one, int)] == [person.actor.user_id]
    assert all(isinstance(one, int | WrongCode | ChallengeGone) for one in found), found
    assert recoverycodes.count_left(signinsteps.user_id(person)) == 9


def test_nobody_has_no_codes():
    with pytest.raises(NotFound):
        recoverycodes.renew(10**6, now=NOW)


def test_who_needs_a_factor_keeps_the_last_one(person):
    me = signinsteps.user_id(person)
    only = factors.list_own(me)[0].factor_id
    with pytest.raises(factors.LastFactor):
        factors.remove(only, user_id=me, now=NOW)
    signinsteps.add_app(person)
    factors.remove(only, user_id=me, now=NOW)
    assert [one.factor_id for one in factors.list_own(me)] != [only]
    assert signinsteps.trail(person)[-1] == ("factor.removed", me, {"factor": only, "kind": "totp"})
    assert signinsteps.mails(person)[-1] == ("factor_changed", {"change": "factor_removed"})


def test_two_removals_at_once_leave_one(person, together):
    me = signinsteps.user_id(person)
    signinsteps.add_app(person)
    ids = [one.factor_id for one in factors.list_own(me)]
    found = together(*[lambda one=one: factors.remove(one, user_id=me, now=NOW) for one in ids])
    assert sorted(type(one).__name__ for one in found) == ["LastFactor", "NoneType"]
    db.session.rollback()  # what this thread read before is an old picture
    assert len(factors.list_own(me)) == 1


def test_who_needs_none_may_remove_the_last_one_and_the_codes_go_with_it():
    cashier = factories.make_person(Role.VENUE_STAFF)
    me = signinsteps.user_id(cashier)
    signinsteps.add_app(cashier)
    renew(cashier)
    factors.remove(factors.list_own(me)[0].factor_id, user_id=me, now=NOW)
    assert (factors.list_own(me), recoverycodes.count_left(me)) == ([], 0)
    assert signinsteps.begin(cashier.email).next is flow.Next.DONE


def test_anothers_factor_cannot_be_touched(person):
    other = signinsteps.user_id(signinsteps.make_worker())
    found = factors.list_own(signinsteps.user_id(person))[0]
    with pytest.raises(NotFound):
        factors.remove(found.factor_id, user_id=other, now=NOW)
    with pytest.raises(NotFound):
        factors.rename(found.factor_id, user_id=other, name="Minun")
    factors.rename(found.factor_id, user_id=signinsteps.user_id(person), name=" Työpuhelin ")
    assert [one.name for one in factors.list_own(signinsteps.user_id(person))] == ["Työpuhelin"]
