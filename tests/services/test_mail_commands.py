"""`kaikukortti mail`, and e-mail beside the pages: real processes, a real mail server."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from kaikukortti import cli, clock
from kaikukortti.config import ConfigError
from kaikukortti.db import db, transactional
from kaikukortti.mailing import queue
from kaikukortti.models.messages import Mail
from kaikukortti.rules.access import Role
from tests import factories, mailservers
from tests.factories import ROUNDING_KEY, SECRET_KEY
from tests.mailservers import Box
from tests.serving import Service

PUBLIC = "https://kaikukortti.example"
PATIENCE = 30.0
STOPS_WITHIN = 15.0  # two seconds are the promise; a busy machine gets more


@pytest.fixture
def environment(engine_url, tmp_path) -> dict[str, str]:
    """Return the settings of an instance on the test's database whose e-mail goes into a folder."""
    return {
        "KAIKU_SECRET_KEY": SECRET_KEY,
        "KAIKU_ROUNDING_KEY": ROUNDING_KEY,
        "KAIKU_DATABASE_URL": engine_url,
        "KAIKU_PUBLIC_URL": PUBLIC,
        "KAIKU_MAIL_FOLDER": str(tmp_path / "mail"),
        "KAIKU_INSTANCE": str(tmp_path),
    }


@pytest.fixture
def run(environment, monkeypatch):
    """Return a function that runs a command in this process."""

    def command(*words: str, **changes: str):
        for name, value in {**environment, **changes}.items():
            monkeypatch.setenv(name, value)
        db.session.remove()
        return CliRunner().invoke(cli.kaikukortti, words)

    return command


def via(port: int) -> dict[str, str]:
    """Return the settings of a mail server on this machine."""
    url = f"smtp://127.0.0.1:{port}?starttls=off"
    return {"KAIKU_MAIL_FOLDER": "", "KAIKU_SMTP_URL": url, "KAIKU_MAIL_FROM": "kaikukortti@kaikukortti.example"}


@transactional
def put(address: str = "joku@kaikukortti.example") -> None:
    facts = {"day": "2026-12-01"}
    queue.put(
        kind="account_disabled_soon", language="en", facts=facts, now=clock.now(), secret=SECRET_KEY, address=address
    )


def wait_for(condition) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def rows() -> list[Mail]:
    db.session.commit()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id).execution_options(populate_existing=True)))


@contextlib.contextmanager
def running(environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `mail run` as a service manager does."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
    process = subprocess.Popen([sys.executable, "-m", "kaikukortti", "mail", "run"], env={**known, **environment})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_send_sends_what_is_due_and_list_shows_it_without_addresses(run, tmp_path):
    put()
    assert "1 sent, 0 to be tried again, 0 given up." in run("mail", "send").output
    (file,) = (tmp_path / "mail").iterdir()
    text = file.read_text()
    assert "To: joku@kaikukortti.example" in text and f"{PUBLIC}/sign-in" in text
    listed = run("mail", "list").output
    assert "account_disabled_soon" in listed and "sent " in listed and "@" not in listed


def test_send_says_when_the_server_is_out_of_order(run):
    put()
    with mailservers.rude() as port:
        pass
    result = run("mail", "send", **via(port))
    assert result.exit_code == 1 and "no answer" in result.output
    assert "next try" in run("mail", "list").output and "no answer" in run("mail", "list").output


@pytest.mark.parametrize("command", ["send", "run", "digests"])
def test_without_settings_a_command_says_which(run, command):
    result = run("mail", command, KAIKU_MAIL_FOLDER="")
    said = str(result.exception) if isinstance(result.exception, ConfigError) else result.output
    assert result.exit_code == 1 and "KAIKU_SMTP_URL" in said


def test_digests_are_put_in_once_and_sent(run, tmp_path):
    unit = factories.make_unit()
    factories.make_person(Role.WORKER, unit)
    factories.make_person(Role.VENUE_MANAGER, factories.make_venue())
    factories.make_person(Role.COORDINATOR)
    today = datetime.now(UTC).date()
    factories.make_issued_card(unit, first_on=today.replace(day=1), last_on=today)
    said = run("mail", "digests").output
    assert "digest_unit: 1" in said and "digest_area: 1" in said and "instruction_due: 2" in said, said
    assert "0 put into the queue." in run("mail", "digests").output
    assert "4 sent" in run("mail", "send").output
    texts = [file.read_text() for file in (tmp_path / "mail").iterdir()]
    assert sum(f"{PUBLIC}/renewals/" in text for text in texts) == 1


def test_run_sends_what_comes_and_stops_when_told(environment):
    box = Box()
    with mailservers.serving(box) as port, running({**environment, **via(port)}) as process:
        put()
        wait_for(lambda: len(box.taken) == 1)
        put("toinen@kaikukortti.example")
        wait_for(lambda: len(box.taken) == 2)
        wait_for(lambda: all(mail.sent_at for mail in rows()))
        process.terminate()
        assert process.wait(STOPS_WITHIN) == 0
    assert [message["To"] for message in box.messages] == ["joku@kaikukortti.example", "toinen@kaikukortti.example"]


def test_run_stops_when_told_while_a_server_hangs(environment):
    put()
    with mailservers.rude() as port, running({**environment, **via(port)}) as process:
        wait_for(lambda: rows()[0].tries == 1)
        process.terminate()
        assert process.wait(STOPS_WITHIN) == 0
    assert rows()[0].sent_at is None


def test_two_that_run_beside_a_server_send_each_email_once(environment, engine_url, tmp_path):
    box, sent = Box(seconds=0.02), 12
    for number in range(sent):
        put(f"joku{number}@kaikukortti.example")
    with mailservers.serving(box) as port:
        settings = {**environment, **via(port)}
        with running(settings), running(settings):
            served = start(engine_url, tmp_path, settings)
            wait_for(lambda: all(mail.sent_at for mail in rows()))
            served.stop()
    assert len({message["To"] for message in box.messages}) == len(box.taken) == sent


def test_pages_send_email_beside_and_end_with_it(environment, engine_url, tmp_path):
    box = Box()
    with mailservers.serving(box) as port:
        served = start(engine_url, tmp_path, {**environment, **via(port)})
        put()
        wait_for(lambda: len(box.taken) == 1)
        wait_for(lambda: rows()[0].sent_at is not None)
        served.stop()
        put()
    assert served.process.returncode in (0, -15) and rows()[1].tries == 0
    assert not [line for line in served.complaints if "Traceback" in line]


def test_a_server_with_email_and_no_public_address_does_not_start(environment, tmp_path):
    known = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
    result = subprocess.run(
        [sys.executable, "-m", "kaikukortti", "serve", "--port", "1"],
        env={**known, **environment, "KAIKU_PUBLIC_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert "KAIKU_PUBLIC_URL" in result.stderr and len(result.stderr.strip().splitlines()) == 1


def start(engine_url: str, folder: Path, environment: dict[str, str]) -> Service:
    """Start `kaikukortti serve` with settings of e-mail."""
    names = ("KAIKU_ROUNDING_KEY", "KAIKU_PUBLIC_URL", "KAIKU_MAIL_FOLDER", "KAIKU_SMTP_URL", "KAIKU_MAIL_FROM")
    settings = {name: environment[name] for name in names if environment.get(name)}
    return Service.start(engine_url, instance=folder, secret_key=SECRET_KEY, **settings)
