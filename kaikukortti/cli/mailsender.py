"""The sender of e-mail: a thread beside the pages (`serve`, the demo) or in a process of its own (`mail run`)."""

import logging
import threading
from contextlib import suppress

import sqlalchemy as sa
from flask import Flask

from kaikukortti import clock
from kaikukortti.config import Config, ConfigError
from kaikukortti.db import db
from kaikukortti.mailing import sending, setup
from kaikukortti.mailing.sending import Report
from kaikukortti.mailing.transports import Transport
from kaikukortti.web import letters

POLL_SECONDS = 5.0
AFTER_TROUBLE_SECONDS = 60.0
STOPS_WITHIN = 1.5
NOT_SET = "No e-mail is set up: set KAIKU_SMTP_URL and KAIKU_MAIL_FROM, or KAIKU_MAIL_FOLDER (see README)."

log = logging.getLogger(__name__)


class Sender:
    """Looks every few seconds for e-mail that is due, until it is stopped. Many may do so on one database."""

    def __init__(self, app: Flask, transport: Transport, *, address: str, poll_seconds: float = POLL_SECONDS) -> None:
        self._app, self._transport, self._address = app, transport, address
        self._poll_seconds = poll_seconds
        self._stopped = threading.Event()
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self, within: float = STOPS_WITHIN) -> bool:
        """Stop, and wait so many seconds for an e-mail that is on its way; return whether that was enough.

        One that takes longer goes out anew.
        """
        self._stopped.set()
        self._thread.join(within)
        return not self._thread.is_alive()

    def send_once(self) -> Report:
        """Send what is due now, in an application context of its own."""
        settings: Config = self._app.config["KAIKU"]
        with self._app.app_context():
            try:
                return sending.send_due(
                    transport=self._transport,
                    write=letters.writer(self._address),
                    secret=settings.secret_key,
                    now=clock.now,
                    is_stopped=self._stopped.is_set,
                )
            finally:
                with suppress(sa.exc.SQLAlchemyError):
                    db.session.remove()

    def _run(self) -> None:
        while not self._stopped.is_set():
            trouble = self._trouble_of_round()
            if trouble and trouble != self._trouble:
                log.warning("e-mail waits: %s", trouble)
            self._trouble = trouble
            self._stopped.wait(AFTER_TROUBLE_SECONDS if trouble else self._poll_seconds)

    def _trouble_of_round(self) -> str:
        try:
            return self.send_once().server_problem
        except Exception as error:  # a database that is away now may be back in a minute; its text stays unsaid
            return type(error).__name__


def make(app: Flask, *, address: str | None = None) -> Sender:
    """Return a sender for an application. `address` begins links where KAIKU_PUBLIC_URL is not set, in the demo.

    Raises ConfigError where no e-mail is set up.
    """
    settings: Config = app.config["KAIKU"]
    transport = setup.find_transport(settings)
    begins = settings.public_url or address
    if transport is None:
        raise ConfigError(NOT_SET)
    if begins is None:
        raise ConfigError("Set KAIKU_PUBLIC_URL: links in e-mails begin with it.")
    return Sender(app, transport, address=begins)
