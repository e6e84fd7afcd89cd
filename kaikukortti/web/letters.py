"""What each kind of e-mail says, from templates/mail, in fi, sv and en. It is written where it is sent: no request."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined

from kaikukortti.mailing.message import Words
from kaikukortti.mailing.sending import Letter
from kaikukortti.web import language

SUBJECT = "Subject: "
KEEPS_LINES = {"answer"}
# The pages that letters lead to, beside a secret link.
PAGES: Mapping[str, Mapping[str, str]] = {
    "factor_changed": {"page": "newpassword.forgotten"},
    "account_disabled_soon": {"page": "accounts.sign_in"},
    "rights_review": {"page": "rights.review"},
    "accessibility_answer": {"page": "statement.show"},
    "instruction_due": {"page": "ourpart.instructed"},
    "digest_unit": {"renewals": "renewals.index", "sleeping": "sleeping.index"},
    "digest_venue": {"questions": "questions.of_venue", "tablets": "tablets.index", "page": "ourpart.instructed"},
    "digest_area": {"questions": "questions.of_area", "messages": "areamessages.index", "page": "network.index"},
}
# What is missing, after the name of whom it is missing from.
MISSING_WORDS: Mapping[str, Any] = {
    "few_responsible": _l("fewer than two people are responsible for the area"),
    "popup_ending": _l("its last day is near"),
    "popup_over": _l("its last day has passed"),
    "no_people": _l("nobody can sign in for it"),
    "invited_long": _l("invited more than a month ago, not in use yet"),
    "contact": _l("no contact person"),
    "commitment": _l("has not agreed to the commitment"),
    "instruction": _l("no instruction for a year"),
    "no_device": _l("no tablet in use"),
    "silent_device": _l("a tablet has been silent for two weeks"),
    "no_use": _l("no visits for 60 days"),
}


def writer(base: str) -> Callable[[Letter], Words]:
    """Return what writes letters whose links all begin with `base`, the service's public address without a slash."""

    def write(letter: Letter) -> Words:
        return compose(letter, base=base)

    return write


def compose(letter: Letter, *, base: str) -> Words:
    """Return what a letter says in its language. Needs an application, no request."""
    template = current_app.jinja_env.overlay(undefined=StrictUndefined).get_template(f"mail/{letter.kind}.txt")
    facts = {name: _clean(value, keeps_lines=name in KEEPS_LINES) for name, value in letter.facts.items()}
    with force_locale(language.locale_name(letter.language)):
        said = template.render(
            **facts,
            base=base,
            link=base + (letter.link or ""),
            missing_words=MISSING_WORDS,
            pages=_pages(letter.kind, base),
            written_at=letter.created_at,
            parse_day=date.fromisoformat,
        )
    first, _newline, rest = said.partition("\n")
    return Words(subject=_clean(first.removeprefix(SUBJECT)), text=_spaced(rest))


def _pages(kind: str, base: str) -> dict[str, str]:
    addresses = current_app.url_map.bind("")  # the paths alone: no host that anybody sent gets into a letter
    return {name: base + addresses.build(endpoint) for name, endpoint in PAGES.get(kind, {}).items()}


def _spaced(text: str) -> str:
    """Return a letter's text without blanks at line ends and with one empty line between paragraphs."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _clean(value: Any, *, keeps_lines: bool = False) -> Any:
    """Return a fact fit for a letter: a text without control characters and, but for an answer, on one line."""
    if isinstance(value, list):
        return [{name: _clean(fact) for name, fact in row.items()} for row in value]
    if not isinstance(value, str):
        return value
    lines = [" ".join(_printable(line).split()) for line in value.splitlines()]
    return "\n".join(lines).strip() if keeps_lines else " ".join(line for line in lines if line)


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
