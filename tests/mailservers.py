"""Mail servers for tests: a real one (aiosmtpd) on a free port, and rude ones on a bare socket."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kaikukortti.mailing.transports import Server

HOST = "127.0.0.1"
USER, PASSWORD = "kaiku", "s:a/l@a"
SENDER = Address("Kaikukortti", "kaikukortti", "kaikukortti.example")


@dataclass
class Box:
    """What a mail server took in. `answers` are what it says to recipients one after the other, "250" when used up."""

    taken: list[bytes] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    seconds: float = 0.0
    dies: bool = False

    @property
    def messages(self) -> list[EmailMessage]:
        """Return the e-mails, read."""
        found = [message_from_bytes(each, policy=SMTP) for each in self.taken]
        assert all(isinstance(each, EmailMessage) for each in found)
        return found

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """Take a recipient, or say what is to be said."""
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        """Take an e-mail in; `dies` hangs up before it says so."""
        await asyncio.sleep(self.seconds)
        self.taken.append(envelope.content)
        if self.dies:
            server.transport.abort()
        return "250 OK"


class _Served(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def serving(box: Box, **options: Any) -> Iterator[int]:
    """Run aiosmtpd for a while; return its port."""
    controller = _Served(box, hostname=HOST, port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """Sign USER in with PASSWORD."""
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


def plain(port: int, **changes: Any) -> Server:
    """Return the way to a mail server without TLS."""
    return Server(**{"sender": SENDER, "host": HOST, "port": port, "starttls": False, **changes})


@dataclass(frozen=True)
class Certificate:
    """A certificate of our own, and what a server shows it with."""

    file: Path
    context: ssl.SSLContext


def make_certificate(folder: Path, *, name: str = HOST) -> Certificate:
    """Make a self-signed certificate for an address or a name."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of a test")])
    named: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name)) if name == HOST else x509.DNSName(name)
    made = (
        x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "mail.pem", folder / "mail.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kind, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, none))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, secret)
    return Certificate(pem, context)


@contextlib.contextmanager
def rude(drip: bytes = b"") -> Iterator[int]:
    """Run a server that takes connections and says nothing, or says its greeting a byte at a time without an end."""
    listening = socket.create_server((HOST, 0))
    listening.settimeout(0.05)
    stopped = threading.Event()
    thread = threading.Thread(target=_be_rude, args=(listening, drip, stopped))
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        stopped.set()
        listening.close()
        thread.join()


def _be_rude(listening: socket.socket, drip: bytes, stopped: threading.Event) -> None:
    callers: list[socket.socket] = []
    while not stopped.is_set():
        with contextlib.suppress(OSError):
            callers.append(listening.accept()[0])
        for caller in callers if drip else []:
            with contextlib.suppress(OSError):
                caller.send(drip)
        time.sleep(0.01)
    for caller in callers:
        caller.close()
