"""Sending: once each however many send, again when a server will not take it yet, never to who is out of use."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.mailing import queue, sending
from kaikukortti.mailing.message import Words
from kaikukortti.mailing.sending import Letter, Report
from kaikukortti.mailing.transports import Folder, Transport
from kaikukortti.models.messages import Mail
from kaikukortti.models.network import User
from kaikukortti.rules.access import Role
from tests import factories, mailservers
from tests.factories import NOW, SECRET_KEY
from tests.mailservers import Box

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LINK = "/invitation/salainen-sana"


def write(letter: Letter) -> Words:
    return Words(subject=f"Åtgärd {letter.kind}", text=f"Hei,\n\n{letter.facts} {letter.link or ''}\n")


def send(transport: Transport, *, now: datetime = NOW, **changes) -> Report:
    return sending.send_due(
        **{"transport": transport, "write": write, "secret": SECRET_KEY, "now": lambda: now, **changes}
    )


@transactional
def put(address="joku@kaikukortti.example", **changes):
    facts = {"kind": "account_disabled_soon", "facts": {"day": "2026-12-01"}}
    queue.put(**{**facts, "language": "fi", "now": NOW, "secret": SECRET_KEY, "address": address, **changes})


def invite(user_id: int | None) -> None:
    put("", user_id=user_id, kind="invitation", facts={"organisation": "Yksikkö", "days": 7}, link=LINK)


def rows() -> list[Mail]:
    db.session.commit()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id).execution_options(populate_existing=True)))


@pytest.fixture
def box() -> Box:
    return Box()


def test_what_is_sent_is_sent_once_and_leaves_nothing_behind(box):
    person = factories.make_person(Role.WORKER)
    invite(person.actor.user_id)
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port)) == Report(sent=1)
        assert send(mailservers.plain(port), now=NOW + DAY) == Report()
    (message,), (mail,) = box.messages, rows()
    assert message["To"] == person.email and LINK in message.get_content()
    assert (mail.sent_at, mail.sealed, mail.facts, mail.address, mail.problem) == (NOW, None, {}, "", "")


def test_the_headers_are_those_of_a_machine_that_can_be_told_apart(box):
    put()
    put()
    with mailservers.serving(box) as port:
        send(mailservers.plain(port))
    first, second = box.messages
    assert first["From"] == "Kaikukortti <kaikukortti@kaikukortti.example>"
    assert first["Subject"] == "Åtgärd account_disabled_soon"
    assert first["Auto-Submitted"] == "auto-generated" and first["Content-Language"] == "fi"
    assert parsedate_to_datetime(first["Date"]) == NOW.replace(microsecond=0)
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].endswith("@kaikukortti.example>")
    assert first.get_content_type() == "text/plain" and first.get_content_charset() == "utf-8"
    assert all(ord(letter) < 128 and letter != 13 for letter in box.taken[0].decode().replace("\r\n", "\n"))


def test_it_goes_where_the_person_reads_mail_now(box):
    person = factories.make_person(Role.WORKER)
    invite(person.actor.user_id)
    db.session.execute(sa.update(User).values(email="uusi@kaikukortti.example"))
    db.session.commit()
    with mailservers.serving(box) as port:
        send(mailservers.plain(port))
    assert [message["To"] for message in box.messages] == ["uusi@kaikukortti.example"]


def test_who_is_out_of_use_gets_nothing(box):
    invite(factories.make_person(Role.WORKER).actor.user_id)
    db.session.execute(sa.update(User).values(disabled_at=NOW))
    db.session.commit()
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port)) == Report(given_up=1)
    (mail,) = rows()
    assert not box.taken and (mail.given_up_at, mail.sealed, mail.problem) == (NOW, None, "nobody")


def test_nothing_goes_before_its_time(box):
    put(not_before=NOW + HOUR)
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port), now=NOW + HOUR - MINUTE) == Report()
        assert send(mailservers.plain(port), now=NOW + HOUR) == Report(sent=1)


@pytest.mark.parametrize("senders", [2, 4])
def test_senders_at_once_send_each_email_once(box, together, senders):
    box.seconds = 0.01
    for number in range(20):
        put(f"joku{number}@kaikukortti.example")
    with mailservers.serving(box) as port:
        reports = together(*[lambda: send(mailservers.plain(port))] * senders)
    assert sum(report.sent for report in reports) == 20
    assert sorted(message["To"] for message in box.messages) == sorted(
        f"joku{n}@kaikukortti.example" for n in range(20)
    )
    assert all(mail.sent_at and mail.tries == 1 for mail in rows())


def test_a_claim_hides_an_email_from_others_while_it_is_on_its_way():
    put()
    seen: list[Report] = []

    class Slow(Folder):
        def send(self, message):
            seen.append(send(self, now=NOW + MINUTE))

    send(Slow(mailservers.SENDER, None))  # type: ignore[arg-type]  # it writes nothing
    assert seen == [Report()]


def test_greylisting_is_waited_out(box):
    put()
    box.answers = ["451 4.7.1 Try again later"]
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port)) == Report(failed=1)
        (mail,) = rows()
        assert (mail.problem, mail.tries, mail.not_before) == ("451", 1, NOW + MINUTE)
        assert send(mailservers.plain(port), now=NOW + MINUTE - timedelta(seconds=1)) == Report()
        assert send(mailservers.plain(port), now=NOW + MINUTE) == Report(sent=1)
    assert len(box.taken) == 1 and rows()[0].problem == ""


def test_tries_grow_rarer_and_end_after_five_days(box):
    put()
    waits, at = [], NOW
    box.answers = ["451 later"] * 99
    with mailservers.serving(box) as port:
        while rows()[0].given_up_at is None:
            send(mailservers.plain(port), now=at)
            waits.append(rows()[0].not_before - at)
            at = rows()[0].not_before
    (mail,) = rows()
    assert waits[:7] == [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR]
    assert mail.given_up_at is not None and 4 * DAY < mail.given_up_at - NOW <= 5 * DAY
    assert (mail.address, mail.facts, mail.problem) == ("", {}, "451") and not box.taken


def test_a_refusal_for_good_is_asked_three_times_hours_apart(box):
    put()
    box.answers = ["550 5.1.1 joku@kaikukortti.example: no such user"] * 3
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port)) == Report(failed=1)
        assert send(mailservers.plain(port), now=NOW + 6 * HOUR) == Report(failed=1)
        assert send(mailservers.plain(port), now=NOW + 12 * HOUR) == Report(given_up=1)
    (mail,) = rows()
    assert mail.given_up_at == NOW + 12 * HOUR and mail.problem == "550"


def test_one_refused_email_holds_no_other_up(box):
    put("tuntematon@kaikukortti.example")
    put("tuttu@kaikukortti.example")
    box.answers = ["550 no such user"]
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port)) == Report(sent=1, failed=1)
    assert [message["To"] for message in box.messages] == ["tuttu@kaikukortti.example"]


def test_a_server_that_dies_before_it_answers_gets_the_same_email_again(box):
    """At least once: whoever reads it sees one e-mail, by its Message-ID."""
    put()
    box.dies = True
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port)) == Report(failed=1)
        assert rows()[0].sent_at is None
        box.dies = False
        assert send(mailservers.plain(port), now=NOW + MINUTE) == Report(sent=1)
    first, second = box.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_a_sender_killed_after_the_server_took_it_sends_it_again(box, monkeypatch):
    put()

    class Killed(BaseException):
        pass

    def killed(*_args, **_named):
        raise Killed

    with mailservers.serving(box) as port:
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(sending, "_note_sent", killed)
            send(mailservers.plain(port))
        assert send(mailservers.plain(port), now=NOW + sending.CLAIM_LASTS - MINUTE) == Report()
        assert send(mailservers.plain(port), now=NOW + sending.CLAIM_LASTS) == Report(sent=1)
    first, second = box.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_a_server_out_of_order_leaves_the_others_their_turn():
    put("eka@kaikukortti.example")
    put("toka@kaikukortti.example")
    with mailservers.rude() as port:
        report = send(mailservers.plain(port, step_seconds=0.2))
    assert report == Report(failed=1, server_problem="no answer")
    assert [mail.tries for mail in rows()] == [1, 0]


def test_an_old_email_is_not_sent_when_a_server_is_set_up_later(box):
    put()
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port), now=NOW + 6 * DAY) == Report(given_up=1)
    assert not box.taken and rows()[0].problem == "too old"


def test_a_link_sealed_with_another_secret_is_given_up(box):
    invite(factories.make_person(Role.WORKER).actor.user_id)
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port), secret="another" * 8) == Report(given_up=1)
    assert rows()[0].problem == "link unreadable"


@pytest.mark.parametrize("subject", ["Kortti\r\nBcc: paha@paha.example", "Kortti\nX: y", "Kortti\u2028X"])
def test_a_subject_of_two_lines_is_never_sent(box, subject):
    put()
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port), write=lambda _letter: Words(subject, "Hei\n")) == Report(failed=1)
    assert not box.taken and rows()[0].problem == "no address"


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: paha@paha.example", "a@b.example, paha@paha.example", "paha", "åke@b.example"]
)
def test_an_address_that_is_more_than_one_is_never_sent(box, address):
    put(address)
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port)).sent == 0
    assert not box.taken


def test_a_folder_takes_whole_files_that_nobody_else_reads(tmp_path):
    """Read as it stands: a long link is not cut at the line's end."""
    put()
    folder, line = Folder(mailservers.SENDER, tmp_path / "mail"), "åäö " * 30 + "x" * 200
    assert send(folder, write=lambda _letter: Words("Hei", f"{line}\n")) == Report(sent=1)
    (file,) = folder.path.iterdir()
    assert file.suffix == ".eml" and line in file.read_text(encoding="utf-8").splitlines()
    assert file.stat().st_mode & 0o777 == 0o600 and folder.path.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_a_problem_of_the_way_out(tmp_path):
    put()
    (tmp_path / "mail").write_text("in the way")
    assert send(Folder(mailservers.SENDER, tmp_path / "mail")) == Report(failed=1, server_problem="folder")


def test_a_sender_that_is_stopped_begins_no_other(box):
    put("eka@kaikukortti.example")
    put("toka@kaikukortti.example")
    with mailservers.serving(box) as port:
        assert send(mailservers.plain(port), is_stopped=lambda: bool(box.taken)) == Report(sent=1)
    assert len(box.taken) == 1
