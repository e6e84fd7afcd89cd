"""The way out that the settings name: a mail server or a folder. Settings that do not fit stop the start."""

from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from kaikukortti.config import Config, ConfigError
from kaikukortti.mailing.transports import Folder, Server, Transport

NAME = "Kaikukortti"
PORTS = {"smtp": 587, "smtps": 465}
LOOPBACKS = {"localhost", "127.0.0.1", "::1"}
SHAPE = "smtp://user:password@host:587 or smtps://user:password@host:465 (@, : and / in a password as %40, %3A, %2F)"


def is_set(settings: Config) -> bool:
    """Return whether e-mail goes out."""
    return bool(settings.smtp_url or settings.mail_folder)


def find_transport(settings: Config) -> Transport | None:
    """Return the way out, or None where no e-mail is set up. Raises ConfigError with one line that says what to do."""
    if not is_set(settings):
        return None
    if settings.smtp_url and settings.mail_folder:
        raise ConfigError("Set KAIKU_SMTP_URL or KAIKU_MAIL_FOLDER, not both: e-mail goes one way.")
    if not settings.public_url and not settings.demo:
        raise ConfigError(
            "E-mail is set up without KAIKU_PUBLIC_URL: links in e-mails begin with it and with nothing else, so set it"
            " to the address that people open (https://kaikukortti.example)."
        )
    if settings.mail_folder:
        return Folder(_sender(settings.mail_from or "kaikukortti@localhost"), Path(settings.mail_folder))
    return _server(settings, settings.smtp_url or "")


def _server(settings: Config, address: str) -> Server:
    url = urlsplit(address)
    try:
        port = url.port or PORTS.get(url.scheme, 0)
    except ValueError:
        port = 0
    if not (url.hostname and port) or url.path.strip("/"):
        raise ConfigError(f"KAIKU_SMTP_URL cannot be read: write it as {SHAPE}.")
    if not settings.mail_from:
        raise ConfigError("KAIKU_MAIL_FROM is missing: the address that e-mails come from (kaikukortti@example.fi).")
    if settings.smtp_ca and not Path(settings.smtp_ca).is_file():
        raise ConfigError("KAIKU_SMTP_CA names no file: give the certificate that the mail server's one is checked by.")
    return Server(
        sender=_sender(settings.mail_from),
        host=url.hostname,
        port=port,
        implicit_tls=url.scheme == "smtps",
        starttls=_wants_starttls(url),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        ca_file=settings.smtp_ca or None,
    )


def _wants_starttls(url: SplitResult) -> bool:
    said = parse_qs(url.query, keep_blank_values=True)
    if said.keys() - {"starttls"} or said.get("starttls", ["on"]) not in (["on"], ["off"]):
        raise ConfigError("KAIKU_SMTP_URL knows ?starttls=on and ?starttls=off, nothing else after the question mark.")
    is_on = said.get("starttls", ["on"]) == ["on"]
    if not is_on and url.scheme == "smtp" and url.hostname not in LOOPBACKS:
        raise ConfigError("KAIKU_SMTP_URL: ?starttls=off is for a mail server on this machine (localhost) alone.")
    return is_on


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        found = Address(display_name=name or NAME, addr_spec=address)
    except (ValueError, IndexError):
        found = Address()
    if not (found.username and found.domain) or not text.isprintable():
        raise ConfigError("KAIKU_MAIL_FROM is no e-mail address: write kaikukortti@example.fi.")
    return found
