"""Ways out: TLS is checked, nobody signs in over an open line, and no server holds us up for long."""

import time
from email.headerregistry import Address

import pytest

from kaikukortti.mailing import message
from kaikukortti.mailing.message import Words
from kaikukortti.mailing.transports import NotSent, Server
from tests import mailservers
from tests.factories import NOW
from tests.mailservers import HOST, SENDER, Box

WHOLE = 0.5


@pytest.fixture
def letter():
    words = Words("Hei", "Hei,\n\nåäö\n")
    return message.build(words, sender=SENDER, recipient="joku@kaikukortti.example", language="fi", mark="abc", now=NOW)


@pytest.fixture
def certificate(tmp_path):
    return mailservers.make_certificate(tmp_path)


def problem_of(server: Server, letter) -> NotSent:
    with pytest.raises(NotSent) as raised:
        server.send(letter)
    return raised.value


def strict(port: int, certificate, **changes) -> Server:
    named = {"user": mailservers.USER, "password": mailservers.PASSWORD, "ca_file": str(certificate.file)}
    return Server(**{"sender": SENDER, "host": HOST, "port": port, **named, **changes})


def guarded(box: Box, certificate):
    """Return a server that takes nothing before STARTTLS and a sign-in."""
    return mailservers.serving(
        box,
        tls_context=certificate.context,
        require_starttls=True,
        auth_required=True,
        authenticator=mailservers.let_in,
    )


def test_starttls_and_a_sign_in(letter, certificate):
    box = Box()
    with guarded(box, certificate) as port:
        strict(port, certificate).send(letter)
    (taken,) = box.messages
    assert taken.get_content().replace("\r\n", "\n") == "Hei,\n\nåäö\n"


def test_tls_from_the_first_byte(letter, certificate):
    box = Box()
    with mailservers.serving(
        box, ssl_context=certificate.context, auth_require_tls=False, authenticator=mailservers.let_in
    ) as port:
        strict(port, certificate, implicit_tls=True).send(letter)
    assert len(box.taken) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(letter, certificate):
    box = Box()
    with guarded(box, certificate) as port:
        problem = problem_of(strict(port, certificate, ca_file=None), letter)
    assert (problem.problem, problem.is_server, box.taken) == ("TLS", True, [])


def test_a_certificate_of_another_host_is_refused(letter, tmp_path):
    box, other = Box(), mailservers.make_certificate(tmp_path, name="mail.other.example")
    with guarded(box, other) as port:
        assert problem_of(strict(port, other), letter).problem == "TLS"
    assert not box.taken


def test_a_server_without_starttls_gets_neither_password_nor_letter(letter, certificate):
    """Somebody in between may have cut STARTTLS out of the greeting."""
    box = Box()
    with mailservers.serving(box) as port:
        problem = problem_of(strict(port, certificate), letter)
    assert (problem.problem, problem.is_server, box.taken) == ("no STARTTLS", True, [])


def test_a_letter_goes_over_no_open_line_because_nobody_offered_tls(letter):
    box = Box()
    with mailservers.serving(box) as port:
        problem = problem_of(mailservers.plain(port, starttls=True), letter)
    assert (problem.problem, problem.is_server, box.taken) == ("no STARTTLS", True, [])


def test_a_wrong_password_is_told_in_two_words(letter, certificate):
    box = Box()
    with guarded(box, certificate) as port:
        problem = problem_of(strict(port, certificate, password="wrong"), letter)
    assert (problem.problem, problem.is_server, box.taken) == ("sign-in refused", True, [])


def test_a_password_is_in_no_text_of_a_server(certificate):
    assert mailservers.PASSWORD not in repr(strict(25, certificate))


@pytest.mark.parametrize("answer", ["550 <joku@kaikukortti.example> no such user", "553 relaying denied"])
def test_a_refusal_for_good_says_its_code_alone(letter, answer):
    with mailservers.serving(Box(answers=[answer])) as port:
        problem = problem_of(mailservers.plain(port), letter)
    assert (problem.problem, problem.is_for_good, problem.is_server) == (answer[:3], True, False)
    assert "joku" not in str(problem)


def test_greylisting_is_not_for_good(letter):
    with mailservers.serving(Box(answers=["451 4.7.1 greylisted"])) as port:
        problem = problem_of(mailservers.plain(port), letter)
    assert (problem.problem, problem.is_for_good, problem.is_server) == ("451", False, False)


def test_a_server_that_hangs_up_in_the_middle(letter):
    with mailservers.serving(Box(dies=True)) as port:
        problem = problem_of(mailservers.plain(port), letter)
    assert (problem.problem, problem.is_for_good) == ("connection lost", False)


def test_nobody_there(letter):
    with mailservers.rude() as port:
        pass
    problem = problem_of(mailservers.plain(port), letter)
    assert (problem.problem, problem.is_server) == ("no answer", True)


@pytest.mark.parametrize("drip", [b"", b"2"])
def test_a_silent_or_dripping_server_is_left(letter, drip):
    begun = time.monotonic()
    with mailservers.rude(drip) as port:
        problem = problem_of(mailservers.plain(port, step_seconds=5, whole_seconds=WHOLE), letter)
        assert time.monotonic() - begun < 4
    assert (problem.problem, problem.is_server) == ("no answer", True)


def test_a_domain_beyond_ascii_is_written_as_the_name_service_knows_it():
    box, words = Box(), Words("Hei", "Hei\n")
    built = message.build(words, sender=SENDER, recipient="kortti@åland.example", language="sv", mark="a", now=NOW)
    with mailservers.serving(box, enable_SMTPUTF8=False) as port:
        mailservers.plain(port).send(built)
    assert box.messages[0]["To"] == "kortti@xn--land-poa.example"


def test_a_sender_with_a_comma_in_its_name_is_one_sender(letter):
    sender = Address("Kaikukortti, Etelä-Karjala", "kaikukortti", "kaikukortti.example")
    built = message.build(
        Words("Hei", "Hei\n"), sender=sender, recipient="a@b.example", language="fi", mark="a", now=NOW
    )
    assert [address.addr_spec for address in built["From"].addresses] == ["kaikukortti@kaikukortti.example"]
