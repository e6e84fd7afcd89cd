"""Every look at data of a card is in the trail before it is answered: all routes × everybody, by what answers hold."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from kaikukortti import audit
from kaikukortti.db import db
from kaikukortti.followup import store
from kaikukortti.followup.models.episodes import Episode
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.purpose import Purpose
from kaikukortti.web import occasions
from kaikukortti.web.guard import PUBLIC
from tests import askers, bothsides, factories, holders, onpage, rights, tree
from tests.bothsides import Things
from tests.rights import Line

NAMES = {
    Role.WORKER: "worker",
    Role.VENUE_STAFF: "staff",
    Role.VENUE_MANAGER: "manager",
    Role.COORDINATOR: "coordinator",
    Role.VIEWER: "viewer",
    Role.ADMINISTRATOR: "administrator",
}
POSTCODE = holders.POSTCODE
BACKGROUND = re.compile(rf"\b({POSTCODE}|{holders.BIRTH_YEAR})\b")  # four digits are in many a random mark
CARDS_OF_ONE = re.compile(r"<int:card_id>")
LISTS = ("cards.", "bookings.listed", "groups.listed")


@dataclass
class Seen:
    """What was found while everybody went everywhere."""

    looks: int = 0
    lists: int = 0
    odd: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Marks:
    """By what data of cards are known in an answer: numbers by card id, each with its name in the trail."""

    numbers: dict[int, str]
    references: dict[int, str]
    case_codes: frozenset[str]

    def of(self, answer: TestResponse) -> set[int]:
        """Return the ids of the cards of which an answer holds something."""
        text = answer.get_data(as_text=True) if _is_text(answer) else ""
        return {card_id for card_id, found in self.numbers.items() if found in text or number.grouped(found) in text}


def _is_text(answer: TestResponse) -> bool:
    kind = answer.mimetype or ""
    return kind.startswith("text/") or kind.endswith(("json", "svg+xml"))


@pytest.fixture
def things(app: Flask, network) -> Things:
    """Return things to look at: the network's own, and cards that end soon, sleep, or have a rare background."""
    with app.app_context():
        made, _ = bothsides.make(network)
        profile = db.session.get_one(Profile, network.card.line)
        profile.birth_year, profile.postcode = holders.BIRTH_YEAR, POSTCODE
        db.session.commit()
        factories.make_issued_card(network.unit, first_on=factories.TODAY - 360 * factories.DAY)
        factories.make_issued_card(network.unit, first_on=factories.TODAY - 200 * factories.DAY)
        return made


@pytest.fixture
def marks(app: Flask, things) -> Marks:
    with app.app_context():
        cards = db.session.execute(sa.select(Card.id, Card.number).where(Card.line.is_not(None))).all()
        with store.reading() as session:
            codes = frozenset(session.scalars(sa.select(Episode.case_code)))
        numbers = {card.id: card.number for card in cards}
        named = {card_id: audit.card_reference(found, year=2026) for card_id, found in numbers.items()}
        db.session.commit()
        return Marks(numbers, named, codes)


def forms_of(network) -> dict[str, dict[str, str]]:
    """Return what is asked in searches, whose answers hold cards."""
    return {
        "/cards/find": {"number": network.card.number},
        "/cards/lost/": {"birth_year": str(holders.BIRTH_YEAR), "postcode": POSTCODE, "children": "2"},
        "/area/cards/": {"number": network.card.number},
        "/renewals/cards": {"numbers": network.card.number},
        "/cards/new": {"number": network.card.number},
    }


def calls(lines: Iterable[Line], name: str) -> Iterator[tuple[Line, str]]:
    """Yield what somebody may open, looks first: a change may take away what others look at."""
    mine = [line for line in lines if line.who & {name, "anybody", "everybody"}]
    yield from ((line, "GET") for line in mine if "GET" in line.methods)
    yield from ((line, "POST") for line in mine if "POST" in line.methods and _is_search(line))


def _is_search(line: Line) -> bool:
    return line.rule in {"/cards/find", "/cards/lost/", "/area/cards/", "/renewals/cards", "/cards/new"}


def written_since(last: int) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.id > last).order_by(AuditEntry.id)))


def newest() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0


def complaint(cards: set[int], marks: Marks, entries: list[AuditEntry]) -> str | None:
    """Return what is missing in the trail for an answer that holds something of cards."""
    missing = {marks.references[card_id] for card_id in cards} - {entry.card_ref for entry in entries}
    lists = [entry for entry in entries if entry.card_ref is None and entry.action.startswith(LISTS)]
    if missing and not lists:
        return f"{len(missing)} of {len(cards)} cards are not in the trail, nor is a list"
    if any(entry.purpose is None or entry.request_id is None for entry in entries):
        return "an entry does not tell its purpose or its request"
    if len({entry.request_id for entry in entries}) != 1:
        return "entries of one request have several marks"
    return None


@pytest.mark.parametrize("role", list(Role))
def test_every_answer_with_data_of_a_card_is_in_the_trail(app, network, enter, things, marks, role):
    web, seen = enter(network.people[role]), Seen()
    web.get("/help")
    token, forms = onpage.token(web), forms_of(network)
    for line, method in calls(rights.read(), NAMES[role]):
        askers.forget(app)
        with app.app_context():
            last = newest()
        sent = {"csrf_token": token, **forms[line.rule]} if method == "POST" else None
        answer = web.client.open(line.address(things, NAMES[role]), method=method, data=sent, buffered=True)
        with app.app_context():
            _check(line, method, answer, marks, written_since(last), things, seen)
    assert not seen.odd, tree.listing(seen.odd, "These answers hold data of cards that the trail knows nothing of:")
    if role is Role.WORKER:
        assert (seen.looks > 15, seen.lists >= 5) == (True, True), seen
    elif role is Role.COORDINATOR:
        assert seen.looks >= 1


def _check(
    line: Line,
    method: str,
    answer: TestResponse,
    marks: Marks,
    entries: list[AuditEntry],
    things: Things,
    seen: Seen,
) -> None:
    if line.rule.startswith("/own") or line.rule.startswith("/mobile"):
        return
    cards = marks.of(answer)
    if answer.status_code == 200 and CARDS_OF_ONE.search(line.rule):
        cards |= {int(str(things["card"]))}
    text = answer.get_data(as_text=True) if _is_text(answer) else ""
    if any(code in text for code in marks.case_codes) and not entries:
        seen.odd.append(f"{method} {line.rule}: an episode was seen and no entry written")
    if not cards:
        if BACKGROUND.search(text):
            seen.odd.append(f"{method} {line.rule}: what was answered at the desk stands there without a card")
        return
    found = complaint(cards, marks, entries)
    seen.looks += len(cards) == 1
    seen.lists += len(cards) > 1
    if found:
        seen.odd.append(f"{method} {line.rule} ({answer.status_code}): {found}")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.VIEWER, Role.VENUE_STAFF, Role.VENUE_MANAGER])
def test_who_has_no_cards_sees_none(app, network, enter, things, marks, role):
    """Every route, whether it is for the role or not, each method, with forms that a worker may send."""
    web, odd = enter(network.people[role]), []
    web.get("/help")
    token, forms = onpage.token(web), forms_of(network)
    for line in rights.read():
        for method in line.methods:
            if line.rule.endswith(("/sign-out", "/end")) or line.rule.startswith("/account"):
                continue
            askers.forget(app)
            sent = {"csrf_token": token, **forms.get(line.rule, line.form)} if method == "POST" else None
            answer = web.client.open(line.address(things, NAMES[role]), method=method, data=sent, buffered=True)
            text = answer.get_data(as_text=True) if _is_text(answer) else ""
            if marks.of(answer) or POSTCODE in text or str(holders.BIRTH_YEAR) in text:
                odd.append(f"{method} {line.rule} answered {answer.status_code}")
            if role is Role.ADMINISTRATOR and CARDS_OF_ONE.search(line.rule) and answer.status_code != 403:
                odd.append(f"{method} {line.rule} let an administrator in: {answer.status_code}")
    assert not odd, tree.listing(odd, f"A {role.value} sees cards here:")


def test_every_room_of_the_staff_has_a_purpose(app):
    rooms = {
        name for name, room in app.blueprints.items() if getattr(room, "access", None) and room.access.word != PUBLIC
    }
    assert rooms - occasions.PURPOSES.keys() == set()
    assert set(occasions.PURPOSES.values()) == set(Purpose)


def test_a_community_card_s_page_is_a_look_too(app, network, enter):
    web = enter(network.people[Role.WORKER])
    assert network.community.kind is CardKind.COMMUNITY
    assert web.get(f"/cards/{network.community.id}").status_code == 200
    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.purpose) == ("card.looked_at", Purpose.CARE)
        assert entry.card_ref == audit.card_reference(network.community.number, year=2026)
