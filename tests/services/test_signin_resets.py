"""A forgotten password: a link by e-mail, good once and for ten minutes, and never past the second factor."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import accounts
from kaikukortti.accounts import Home
from kaikukortti.db import db
from kaikukortti.mailing import linkseal
from kaikukortti.models.messages import Mail
from kaikukortti.models.signins import Challenge, PasswordReset, StaffSession, Throttle
from kaikukortti.rules.access import Role
from kaikukortti.signin import flow, passwords, resets, sessions
from kaikukortti.signin.flow import Next, SignInWait, WrongSignIn
from tests import factories, signinsteps
from tests.factories import NOW, SECRET_KEY

NEW_PASSWORD = "kaksi kaunista kantelea"
UNKNOWN = "kukaan@kaikukortti.example"


@pytest.fixture
def person():
    return signinsteps.make_worker()


def ask(email: str, *, now=NOW, sender: str = signinsteps.SENDER) -> None:
    resets.ask(email=email, sender=sender, now=now, secret=SECRET_KEY)


def link_to() -> str:
    """Return the token of the newest e-mail's link."""
    sealed = db.session.scalars(sa.select(Mail.sealed).order_by(Mail.id.desc()).limit(1)).one()
    assert sealed is not None
    link = linkseal.unseal(sealed, kind="password_reset", secret=SECRET_KEY) or ""
    before, _, token = link.rpartition("/")
    assert before + "/{token}" == resets.PATH
    return token


def test_a_new_password_by_a_link(person):
    ask(f" {person.email.upper()} ")
    token = link_to()
    assert len(token) >= 43 and resets.find(token, now=NOW).email == person.email
    kept = db.session.scalars(sa.select(PasswordReset)).one()
    assert token not in kept.token_hash and kept.expires_at == NOW + timedelta(minutes=10)
    assert signinsteps.mails(person) == [("password_reset", {"minutes": 10})]
    assert resets.use(token, NEW_PASSWORD, now=NOW) == person.actor.user_id
    with pytest.raises(WrongSignIn):
        signinsteps.begin(person.email)
    assert signinsteps.begin(person.email, NEW_PASSWORD).user_id == person.actor.user_id
    assert signinsteps.trail(person)[:2] == [
        ("person.password_reset_asked", None, {"user": person.actor.user_id}),
        ("password.changed", person.actor.user_id, {}),
    ]
    assert signinsteps.mails(person)[-1] == ("factor_changed", {"change": "password_changed"})


def test_a_link_is_good_once_and_a_newer_one_does_not_outlive_it(person):
    ask(person.email)
    first = link_to()
    ask(person.email)
    second = link_to()
    resets.use(second, NEW_PASSWORD, now=NOW)
    for token in (first, second, "", "x", "ä", "\x00"):
        for use in (lambda t: resets.find(t, now=NOW), lambda t: resets.use(t, NEW_PASSWORD, now=NOW)):
            with pytest.raises(resets.ResetGone):
                use(token)


@pytest.mark.parametrize(("seconds", "is_gone"), [(599, False), (600, True)])
def test_a_link_lasts_ten_minutes(person, seconds, is_gone):
    ask(person.email)
    later = NOW + timedelta(seconds=seconds)
    if not is_gone:
        assert resets.use(link_to(), NEW_PASSWORD, now=later)
        return
    with pytest.raises(resets.ResetGone):
        resets.use(link_to(), NEW_PASSWORD, now=later)


def test_a_new_password_ends_all_sessions_and_begun_sign_ins(person):
    app = signinsteps.add_app(person)
    sessions.begin(signinsteps.user_id(person), browser="Selain", now=NOW)
    begun = signinsteps.challenge(person)
    ask(person.email)
    resets.use(link_to(), NEW_PASSWORD, now=NOW)
    assert db.session.scalars(sa.select(StaffSession)).all() == []
    assert db.session.scalars(sa.select(Challenge)).all() == []
    with pytest.raises(flow.ChallengeGone):
        signinsteps.answer(begun, signinsteps.code(app))


def test_a_new_password_does_not_stand_in_for_the_factor(person):
    app = signinsteps.add_app(person)
    ask(person.email)
    resets.use(link_to(), NEW_PASSWORD, now=NOW)
    step = signinsteps.begin(person.email, NEW_PASSWORD)
    assert step.next is Next.FACTOR and signinsteps.user_of(person).last_signed_in_at is None
    assert signinsteps.answer(step.challenge or "", signinsteps.code(app)) == person.actor.user_id


def test_nobody_learns_whether_an_address_is_known(person):
    """The same answer, the same counts; a link for none but a person in use with a role."""
    disabled, roleless = signinsteps.make_worker(), factories.make_user()
    signinsteps.put_out_of_use(disabled)
    for email in (UNKNOWN, disabled.email, roleless.email, "", "' or 1=1 --", "\x00", "x" * 5000):
        ask(email, sender=f"192.0.2.{len(email) % 250}")
    assert db.session.scalars(sa.select(PasswordReset)).all() == []
    assert db.session.scalars(sa.select(Mail)).all() == []
    resets_asked = sa.select(sa.func.count()).where(Throttle.what == "reset")
    assert db.session.scalar(resets_asked) == 7


@pytest.mark.parametrize("is_known", [True, False])
def test_wishes_are_throttled_alike(person, is_known):
    email = person.email if is_known else UNKNOWN
    for number in range(5):
        ask(email, sender=f"192.0.2.{number}")
    with pytest.raises(SignInWait) as caught:
        ask(email, sender="192.0.2.99")
    assert caught.value.until == NOW + timedelta(seconds=30)
    assert len(signinsteps.mails(person)) == (1 if is_known else 0), "a newer link replaces one that waits"


def test_wishes_do_not_slow_down_the_sign_in(person):
    for number in range(5):
        ask(person.email, sender=f"192.0.2.{number}")
    assert signinsteps.begin(person.email).user_id == person.actor.user_id


def test_a_refused_password_leaves_the_link_open(person):
    ask(person.email)
    token = link_to()
    for refused in ("lyhyt", "passwordpassword", "Kaikukortti2026!"):
        with pytest.raises(passwords.PasswordRefused):
            resets.use(token, refused, now=NOW)
    assert resets.use(token, NEW_PASSWORD, now=NOW)


def test_who_goes_out_of_use_meanwhile_gets_no_password(person):
    ask(person.email)
    token = link_to()
    signinsteps.put_out_of_use(person)
    with pytest.raises(resets.ResetGone):
        resets.use(token, NEW_PASSWORD, now=NOW)


def test_who_was_invited_long_ago_may_ask_too_and_the_invitation_closes():
    coordinator = factories.make_actor(Role.COORDINATOR)
    unit = factories.make_unit()
    invitation = accounts.invite(
        actor=coordinator,
        email="uusi@kaikukortti.example",
        name="Uusi",
        role=Role.WORKER,
        home=Home(unit_id=unit.id),
        language="fi",
        now=NOW,
    )
    ask("uusi@kaikukortti.example")
    resets.use(link_to(), NEW_PASSWORD, now=NOW)
    with pytest.raises(accounts.InvitationGone):
        accounts.accept_invitation(token=invitation or "", password="toinen salasana taas", now=NOW)


def test_one_link_at_once_in_two_places_is_used_once(person, together):
    ask(person.email)
    token = link_to()
    found = together(*[lambda: resets.use(token, NEW_PASSWORD, now=NOW)] * 3)
    assert [one for one in found if isinstance(one, int)] == [person.actor.user_id]
    assert sum(isinstance(one, resets.ResetGone) for one in found) == 2
