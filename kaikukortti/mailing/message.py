"""One e-mail as it goes over the wire: plain text in UTF-8 with the headers that machines' letters carry (RFC 3834)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Words:
    """What a letter says, in one language."""

    subject: str
    text: str


def build(
    words: Words,
    *,
    sender: Address,
    recipient: str,
    language: str,
    mark: str,
    now: datetime,
    encoding: str = "quoted-printable",
) -> EmailMessage:
    """Return an e-mail. Raises ValueError for a recipient that is no address, or a subject of more than one line.

    `mark` names it: sent a second time after a crash, it carries the same Message-ID, by which mail programs know it.
    `encoding` is how its text is written: quoted-printable for any server, 8bit to be read as a file.
    """
    if not recipient.isprintable() or not words.subject.isprintable():
        raise ValueError("a header is one line")
    message = EmailMessage(policy=POLICY.clone(cte_type="8bit") if encoding == "8bit" else POLICY)
    message["From"] = sender
    message["To"] = Address(addr_spec=_ascii_domain(recipient))
    message["Subject"] = words.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mark}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(words.text, charset="utf-8", cte=encoding)
    message["Content-Language"] = language
    return message


def _ascii_domain(address: str) -> str:
    """Return an address whose domain is written as the name service knows it (åland.example: xn--land-poa.example)."""
    name, at, domain = address.rpartition("@")
    return name + at + domain.encode("idna").decode()


def mark_of(mail_id: int, created_at: datetime, *, secret: str) -> str:
    """Return the keyed name of an e-mail: it tells nobody how many were sent."""
    text = f"kaikukortti mail {mail_id} {created_at.isoformat()}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
