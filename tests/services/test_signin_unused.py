"""Accounts that nobody uses for 90 days go out of use, with a notice 14 days before; an area keeps a coordinator."""

from datetime import timedelta

import pytest

from kaikukortti.db import db
from kaikukortti.rules.access import Role
from kaikukortti.signin import administration, sessions, unused
from kaikukortti.signin.flow import Next, WrongSignIn
from kaikukortti.signin.unused import Unused
from tests import factories, signinsteps
from tests.factories import DAY, NOW

SECOND = timedelta(seconds=1)


@pytest.fixture
def person():
    """Return a worker who signs in at NOW for the last time."""
    made = signinsteps.make_worker()
    signinsteps.begin(made.email)
    return made


def run(days: float) -> Unused:
    """Run on a day after NOW, once dry and once in earnest; both say the same."""
    now = NOW + days * DAY
    said = unused.count_unused(now=now)
    did = unused.disable_unused(now=now)
    assert said == did
    return did


def is_out(person) -> bool:
    return signinsteps.user_of(person).disabled_at is not None


def test_ninety_quiet_days_with_a_notice_fourteen_days_before(person):
    assert run(75.9) == Unused(0, 0)
    assert run(76) == Unused(1, 0)
    assert signinsteps.mails(person) == [("account_disabled_soon", {"day": (NOW + 90 * DAY).date().isoformat()})]
    assert run(80) == Unused(0, 0), "told once"
    assert run(89.9) == Unused(0, 0)
    sessions.begin(signinsteps.user_id(person), browser="", now=NOW + 90 * DAY)
    assert run(90) == Unused(0, 1)
    assert is_out(person) and sessions.list_own(signinsteps.user_id(person), now=NOW + 90 * DAY) == []
    detail = {"user": person.actor.user_id, "cause": "unused"}
    assert signinsteps.trail(person)[-1] == ("person.disabled", None, detail)
    with pytest.raises(WrongSignIn):
        signinsteps.begin(person.email, now=NOW + 91 * DAY)
    assert run(91) == Unused(0, 0)


def test_nobody_goes_without_the_notice(person):
    """A run after a long time, or the first one ever: it tells, and waits its fourteen days."""
    assert run(400) == Unused(1, 0)
    assert signinsteps.mails(person) == [("account_disabled_soon", {"day": (NOW + 414 * DAY).date().isoformat()})]
    assert run(413.9) == Unused(0, 0)
    assert run(414) == Unused(0, 1)


def test_who_signs_in_again_stays_and_is_told_anew_next_time(person):
    run(80)
    signinsteps.begin(person.email, now=NOW + 85 * DAY)
    assert run(120) == Unused(0, 0) and not is_out(person)
    assert run(85 + 76) == Unused(1, 0)
    assert run(85 + 90) == Unused(0, 1)


def test_who_never_signed_in_counts_from_the_account(person):
    never = factories.make_person(Role.VENUE_STAFF)
    signinsteps.begin(person.email, now=NOW + 70 * DAY)
    assert run(76) == Unused(1, 0)
    assert run(90) == Unused(0, 1)
    assert (is_out(never), is_out(person)) == (True, False)


def test_the_last_coordinator_of_an_area_stays():
    """Of two, the one who came last; and the one of another area too."""
    first, last = (factories.make_person(Role.COORDINATOR, factor=False) for _ in range(2))
    alone = factories.make_person(Role.COORDINATOR, factories.make_area("HX"), factor=False)
    signinsteps.begin(first.email)
    signinsteps.begin(last.email, now=NOW + SECOND)
    run(77)
    assert run(120) == Unused(0, 1)
    assert [is_out(one) for one in (first, last, alone)] == [True, False, False]
    assert signinsteps.begin(last.email, now=NOW + 121 * DAY).next is Next.SETUP


def test_a_coordinator_who_cannot_sign_in_keeps_no_area():
    """An invited one without a password, or one out of use, is nobody to leave the area to."""
    alone = factories.make_person(Role.COORDINATOR, factor=False)
    factories.make_person(Role.COORDINATOR, user=factories.make_user(password=None))
    signinsteps.put_out_of_use(factories.make_person(Role.COORDINATOR))
    run(77)
    run(120)
    assert not is_out(alone)


def test_who_was_put_in_use_again_is_told_again(person):
    run(76)
    run(90)
    administration.enable(person.email, now=NOW + 100 * DAY)
    assert run(101) == Unused(1, 0) and not is_out(person)
    db.session.expire_all()
    assert run(115) == Unused(0, 1)
