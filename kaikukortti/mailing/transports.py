"""Ways out for an e-mail: a mail server by SMTP, or a folder of .eml files for demo and development."""

import os
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

STEP_SECONDS = 20.0
WHOLE_SECONDS = 90.0


class NotSent(Exception):
    """An e-mail did not go. `problem` is a word or a code for the list, never what the server said: it repeats
    addresses. `is_for_good`: this e-mail is refused, not only now; `is_server`: no other would go now either.
    """

    def __init__(self, problem: str, *, is_for_good: bool = False, is_server: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.is_for_good, self.is_server = problem, is_for_good, is_server


class Transport(Protocol):
    """A way out."""

    @property
    def sender(self) -> Address:
        """Return whom e-mails come from."""

    @property
    def encoding(self) -> str:
        """Return how the text of an e-mail is written here (message.build)."""

    def send(self, message: EmailMessage) -> None:
        """Hand an e-mail over; it is out of our hands when this returns. Raises NotSent."""


@dataclass(frozen=True)
class Folder:
    """Writes each e-mail into a folder, for the eyes of who runs a demo."""

    sender: Address
    path: Path
    encoding: str = "8bit"

    def send(self, message: EmailMessage) -> None:
        """Write an e-mail into a file of its own, whole or not at all. Raises NotSent."""
        mark = str(message["Message-ID"]).strip("<>").partition("@")[0]
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self.path / f".{mark}.part"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(message.as_bytes())
            part.replace(self.path / f"{mark}.eml")
        except OSError as error:
            raise NotSent("folder", is_server=True) from error


@dataclass(frozen=True)
class Server:
    """A mail server. TLS and its certificate are checked unless `starttls` is off, which only a loopback is given."""

    sender: Address
    host: str
    port: int
    implicit_tls: bool = False
    starttls: bool = True
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    step_seconds: float = STEP_SECONDS
    whole_seconds: float = WHOLE_SECONDS
    encoding: str = "quoted-printable"

    def send(self, message: EmailMessage) -> None:
        """Send an e-mail over a connection of its own, which ends after `whole_seconds` whatever happens.

        Raises NotSent.
        """
        try:
            connection = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            raise NotSent("sign-in refused", is_server=True) from error
        except ssl.SSLError as error:
            raise NotSent("TLS", is_server=True) from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent("no STARTTLS", is_server=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent("no answer", is_server=True) from error
        try:
            _hand_over(connection, message)
        finally:
            connection.end()

    def _connect(self) -> "_Plain | _Wrapped":
        tls = ssl.create_default_context(cafile=self.ca_file)
        named = {"local_hostname": self.sender.domain or "localhost", "timeout": self.step_seconds}
        connection: _Plain | _Wrapped
        if self.implicit_tls:
            connection = _Wrapped(self.whole_seconds, self.host, self.port, context=tls, **named)
        else:
            connection = _Plain(self.whole_seconds, self.host, self.port, **named)
        try:
            connection.ehlo_or_helo_if_needed()
            if self.starttls and not self.implicit_tls:
                connection.starttls(context=tls)
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.end()
            raise
        return connection


class _Limited(smtplib.SMTP):
    """A connection that is cut off after a time, however slowly the other side drips."""

    def __init__(self, whole_seconds: float, *args: Any, **named: Any) -> None:
        self._cut = threading.Timer(whole_seconds, self._cut_off)
        self._cut.daemon = True
        self._cut.start()
        try:
            super().__init__(*args, **named)
        except BaseException:
            self._cut.cancel()
            raise

    def end(self) -> None:
        """Say goodbye where that is possible, and close."""
        with suppress(smtplib.SMTPException, OSError):
            self.quit()
        self.close()
        self._cut.cancel()

    def _cut_off(self) -> None:
        open_socket = getattr(self, "sock", None)
        if open_socket is not None:
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)


class _Plain(_Limited):
    pass


class _Wrapped(_Limited, smtplib.SMTP_SSL):
    pass


def _hand_over(connection: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise NotSent(str(code), is_for_good=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(str(error.smtp_code), is_for_good=error.smtp_code >= 500) from error
    except TimeoutError as error:
        raise NotSent("no answer", is_server=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent("connection lost") from error
