"""`kaikukortti user …`: help for staff who cannot get in, each problem told in one line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kaikukortti import app as application
from kaikukortti import cli, clock, config
from kaikukortti.db import db
from kaikukortti.models.network import User
from kaikukortti.signin import administration, flow, resets, sessions, totp
from tests import signinsteps
from tests.factories import PASSWORD

SECRET = "only-for-tests-" + "0" * 32
EMAIL = "k@k.example"
PERSON = ("user", "add", "--area", "EK", "--email", EMAIL, "--name", "Koordinaattori", "--password", PASSWORD)
NEW_PASSWORD = "kaksi kaunista kantelea"


@pytest.fixture(autouse=True)
def inside(monkeypatch) -> None:
    """Stay outside of any application, with the settings of an installation behind a proxy."""
    for name in ("INSTANCE", "DATABASE_URL", "DEMO"):
        monkeypatch.delenv(f"KAIKU_{name}", raising=False)
    monkeypatch.setenv("KAIKU_SECRET_KEY", SECRET)
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", SECRET)
    monkeypatch.setenv("KAIKU_PUBLIC_URL", "https://kaiku.example")


@pytest.fixture
def run(tmp_path) -> Callable[..., Result]:
    """Return a function that runs a command on an instance with one area and one coordinator."""

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli.kaikukortti, [*words, "--instance", str(tmp_path)])

    for words in (("init",), ("area", "add", "--prefix", "EK", "--name", "Etelä-Karjala"), PERSON):
        assert command(*words).exit_code == 0
    return command


@pytest.fixture
def within(run, tmp_path) -> Callable[..., object]:
    """Return a function that calls another inside the instance's application."""

    def call(do: Callable[[User], object]) -> object:
        with application.create_app(config.load(Path(tmp_path))).app_context():
            user = db.session.query(User).one()
            try:
                return do(user)
            finally:
                db.session.remove()
                db.engine.dispose()

    return call


def sign_in(user: User, password: str = PASSWORD) -> flow.Step:
    return flow.begin(email=user.email, password=password, sender="127.0.0.1", now=clock.now(), secret=SECRET)


def add_app(user: User) -> int:
    proposal = totp.propose(user, secret=SECRET)
    code = signinsteps.code(proposal.secret_text, clock.now())
    return totp.add(user.id, proposal.sealed, code, "Puhelin", now=clock.now(), secret=SECRET)


def test_the_list_of_staff(run, within):
    assert run("user", "list").output == (f"{EMAIL}: coordinator (Etelä-Karjala); no second factor; never signed in\n")
    within(sign_in)
    within(add_app)
    run("user", "disable", "--email", EMAIL)
    listed = run("user", "list").output
    assert "; totp; last signed in 20" in listed and listed.endswith("; out of use\n")
    assert PASSWORD not in listed


def test_a_link_to_a_new_password(run, within):
    result = run("user", "reset", "--email", EMAIL)
    assert result.exit_code == 0 and "10 minutes" in result.output
    link = result.output.splitlines()[-1]
    assert link.startswith("https://kaiku.example/account/reset/")
    within(lambda user: resets.use(link.rpartition("/")[2], NEW_PASSWORD, now=clock.now()))
    assert within(lambda user: sign_in(user, NEW_PASSWORD).user_id) == 1


def test_out_of_use_and_back(run, within):
    within(lambda user: sessions.begin(user.id, browser="", now=clock.now()))
    assert run("user", "disable", "--email", EMAIL.upper()).exit_code == 0
    assert within(lambda user: len(sessions.list_own(user.id, now=clock.now()))) == 0
    with pytest.raises(flow.WrongSignIn):
        within(sign_in)
    refused = run("user", "reset", "--email", EMAIL)
    assert refused.exit_code == 1 and "kaikukortti user enable" in refused.output
    assert run("user", "disable", "--email", EMAIL).exit_code == 0, "twice changes nothing"
    assert run("user", "enable", "--email", EMAIL).exit_code == 0
    assert within(lambda user: sign_in(user).next) is flow.Next.SETUP


def test_lost_factors_are_removed(run, within):
    within(add_app)
    within(lambda user: sessions.begin(user.id, browser="", now=clock.now()))
    assert within(lambda user: sign_in(user).next) is flow.Next.FACTOR
    assert "1 second factors" in run("user", "second-factor-reset", "--email", EMAIL).output
    assert within(lambda user: len(sessions.list_own(user.id, now=clock.now()))) == 0
    assert within(lambda user: sign_in(user).next) is flow.Next.SETUP
    assert within(lambda user: administration.list_people()[0].factors) == []


@pytest.mark.parametrize("command", ["reset", "disable", "enable", "second-factor-reset"])
def test_an_unknown_address_is_one_line(run, command):
    result = run("user", command, "--email", "kukaan@k.example")
    assert result.exit_code == 1
    assert result.output == "Error: kukaan@k.example: nobody has this e-mail address\n"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("lyhyt", "password length"),
        ("passwordpassword", "password common"),
        ("koordinaattori1", "password context"),
        ("etelä-karjala 2026", "password context"),
    ],
)
def test_a_weak_password_is_refused_at_the_command_too(run, password, code):
    words = ("user", "add", "--area", "EK", "--email", "a@k.example", "--name", "Koordinaattori")
    result = run(*words, "--password", password)
    assert result.exit_code == 1 and code in result.output and password not in result.output
