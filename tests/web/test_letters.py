"""The letters: every kind in every language, plain, on our own host, and silent about holders."""

from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale

from kaikukortti.mailing import kinds
from kaikukortti.mailing.message import Words
from kaikukortti.mailing.sending import Letter
from kaikukortti.partnership import missing
from kaikukortti.web import language, letters
from tests import factories
from tests.factories import NOW

BASE = "https://kaikukortti.example"
SECRET_PATH = "/invitation/salainen-sana"
ORGANISATION = "Itäinen sosiaalitoimi & <b>kulttuuri</b>"
FACTS: dict[str, list[dict[str, Any]]] = {
    "invitation": [{"organisation": ORGANISATION, "days": 7}, {"organisation": ORGANISATION, "days": 1}],
    "password_reset": [{"minutes": 10}, {"minutes": 1}],
    "factor_changed": [{"change": change} for change in kinds.FACTOR_CHANGES],
    "account_disabled_soon": [{"day": "2026-12-06"}],
    "rights_review": [{"organisation": ORGANISATION, "rights": 1}, {"organisation": ORGANISATION, "rights": 12}],
    "accessibility_answer": [{"answer": "Korjasimme lomakkeen.\n\nKiitos!", "sent_on": "2026-11-06"}],
    "instruction_due": [{"organisation": ORGANISATION, "duty": duty} for duty in ("due", "over", "never")],
    "digest_unit": [
        {"organisation": ORGANISATION, "ending": 12, "ended": "some", "unused": 0},
        {"organisation": ORGANISATION, "ending": 0, "ended": 5, "unused": "some"},
        {"organisation": ORGANISATION, "ending": "some", "ended": 0, "unused": 31},
    ],
    "digest_venue": [
        {"organisation": ORGANISATION, "questions": "some", "tablets": 0, "instruction": "none"},
        {"organisation": ORGANISATION, "questions": 7, "tablets": 1, "instruction": "due"},
        {"organisation": ORGANISATION, "questions": 0, "tablets": 2, "instruction": "never"},
    ],
    "digest_area": [
        {
            "organisation": ORGANISATION,
            "missing": [{"kind": kind, "organisation": ORGANISATION} for kind in kinds.MISSING],
            "more": more,
            "questions": questions,
            "feedback": more,
            "turned_away": more,
            "accessibility": more,
            "accessibility_due": "2026-12-01" if more else None,
        }
        for more, questions in ((0, 0), (1, "some"), (3, 9))
    ],
}
CASES = [(kind, facts, code) for kind, several in FACTS.items() for facts in several for code in language.CODES]


def letter(kind: str, facts: dict[str, Any], code: str = "fi", **changes: Any) -> Letter:
    link = SECRET_PATH if kinds.KINDS[kind].has_secret else None
    return Letter(**{
        "mail_id": 1, "kind": kind, "language": code, "facts": facts, "link": link,
        "recipient": "joku@kaikukortti.example", "created_at": NOW, "tries": 1, **changes,
    })  # fmt: skip


@pytest.fixture
def compose(app):
    def write(*args, **changes) -> Words:
        with app.app_context():
            return letters.compose(letter(*args, **changes), base=BASE)

    return write


def test_every_kind_has_a_letter_and_a_case():
    assert FACTS.keys() == kinds.KINDS.keys()
    for kind, several in FACTS.items():
        for facts in several:
            kinds.check(kind, facts)


@pytest.mark.parametrize(("kind", "facts", "code"), CASES)
def test_every_letter_reads_as_a_letter(compose, kind, facts, code):
    words = compose(kind, facts, code)
    assert words.subject.isprintable() and 10 < len(words.subject) < 70
    lines = words.text.splitlines()
    assert lines[0].endswith(",") and words.text.count("\n\n\n") == 0, words.text
    assert "None" not in words.text and "%(" not in words.text and "{" not in words.text
    assert "&amp;" not in words.text and "&lt;" not in words.text
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize(("kind", "facts", "code"), CASES)
def test_links_begin_with_the_public_address_alone(compose, kind, facts, code):
    words = compose(kind, facts, code)
    links = [word for word in words.text.split() if "://" in word]
    assert links and all(link.startswith(f"{BASE}/") for link in links), links
    assert (BASE + SECRET_PATH in links) == kinds.KINDS[kind].has_secret
    assert SECRET_PATH not in words.subject


def test_no_host_of_a_request_gets_into_a_letter(app):
    with app.test_request_context("/", base_url="https://evil.example", headers={"X-Forwarded-Host": "evil.example"}):
        words = letters.compose(letter("account_disabled_soon", {"day": "2026-12-06"}), base=BASE)
    assert "evil" not in words.text and BASE in words.text


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_letter_greets_nobody_by_name_and_shows_no_number_of_a_card(app, compose, kind):
    """Canaries: the holder's number, the person's name and address are all at hand, and none is in the letter."""
    with app.app_context():
        number = factories.make_issued_card().number
    for facts in FACTS[kind]:
        words = compose(kind, facts, recipient="kanarialintu@kaikukortti.example", mail_id=987654321)
        whole = f"{words.subject}\n{words.text}"
        assert not any(canary in whole for canary in (number, "kanarialintu", "987654321"))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_unit_of_few_cards_is_told_no_number(compose, count):
    facts = {"organisation": "Yksikkö", "ending": "some", "ended": "some", "unused": "some"}
    text = compose("digest_unit", facts).text.replace("60", "")
    assert not any(letter.isdigit() for letter in text)
    with pytest.raises(kinds.FactNotAllowed):
        kinds.check("digest_unit", {**facts, "ending": count})


@pytest.mark.parametrize(
    "name", ["Yksikkö\r\nBcc: paha@paha.example", "Yksikkö\u2028Osoite: paha", "Yksi\x00kkö\x1b[2J"]
)
def test_a_name_of_two_lines_is_one_line_in_the_letter(compose, name):
    plain = compose("invitation", {"organisation": "Yksikkö", "days": 7})
    words = compose("invitation", {"organisation": name, "days": 7})
    assert len(words.text.splitlines()) == len(plain.text.splitlines())
    assert words.subject == plain.subject
    assert all(character.isprintable() or character == "\n" for character in words.text)


def test_an_answer_keeps_its_lines_and_nothing_else(compose):
    facts = {"answer": "Hei!\r\n\r\nKorjasimme sen.\x07\nKiitos.", "sent_on": "2026-11-06"}
    assert "Hei!\n\nKorjasimme sen.\nKiitos." in compose("accessibility_answer", facts).text


def test_a_letter_that_is_not_told_enough_is_not_written(compose):
    with pytest.raises(Exception, match="undefined"):
        compose("invitation", {"days": 7})


def test_a_letter_says_when_it_was(compose):
    text = compose("factor_changed", {"change": "app_added"}, "fi", created_at=NOW + timedelta(minutes=5)).text
    assert "20.11.2026 18.35" in text


def test_what_is_missing_has_the_words_of_every_kind():
    assert tuple(kind.value for kind in missing.Kind) == kinds.MISSING == tuple(letters.MISSING_WORDS)


def test_the_pages_that_letters_name_are_there(app):
    for kind, named in letters.PAGES.items():
        assert all(endpoint in app.view_functions for endpoint in named.values()), kind


@pytest.mark.parametrize(("code", "day"), [("fi", "6.12.2026"), ("sv", "6.12.2026"), ("en", "6 Dec 2026")])
def test_a_letter_is_in_its_own_language_whoever_reads_pages_here(app, code, day):
    with app.app_context(), force_locale("en_GB" if code == "fi" else "fi"):
        words = letters.compose(letter("account_disabled_soon", {"day": "2026-12-06"}, code), base=BASE)
    assert day in words.text
