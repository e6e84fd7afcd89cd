"""The holder's own card: what stands there, what never does, and how a visit felt."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import store
from kaikukortti.followup.models.holders import OwnSession
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.card import State
from kaikukortti.rules.number import grouped
from kaikukortti.web.followup.own import ownreading
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.followupown import make_key, open_card, try_to_open
from tests.webclient import Web
from venues import scanning

READINGS = tuple(ownreading.READINGS)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def key(app, network) -> str:
    return make_key(app, network)


@pytest.fixture
def holder(web, network, key) -> Web:
    return open_card(web, network.card, key)


@pytest.fixture
def visited(app, network) -> None:
    """Record two visits of the card: one today with children, one in October."""
    with app.app_context():
        for at, child in ((NOW, 2), (NOW - 30 * DAY, 0)):
            item = factories.make_item(network.card, occurred=at, child=child)
            scanning.record(item, device=network.tablet.known, received_at=at)


def sessions(app) -> int:
    with app.app_context(), store.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(OwnSession)) or 0


def main(web: Web) -> str:
    """Return the words of the page's main part, without what is on soon."""
    return onpage.words(next(onpage.tree(web).iter("main"))).partition("On soon")[0]


def test_number_and_key_open_the_card(holder, visited, network):
    holder.get("/own/card")
    assert "The card is valid until" in holder.text and "Last recorded visit" in holder.text
    assert "November 2026" in holder.text and "Culture 2" in holder.text
    assert "20 Nov" not in main(holder), "months for days"
    holder.get("/own/card?dates=1")
    assert "20 Nov 2026" in main(holder) and "21 Oct 2026" in main(holder)
    assert "City theatre" in main(holder) and main(holder).count("Children along") == 2


def test_no_use_is_said_kindly(holder):
    assert "No recorded use" in holder.text and "whenever you like" in holder.text
    assert "not visited" not in holder.text


def test_no_page_holds_number_line_or_number_of_children(holder, visited, network):
    for path in ("/own/card", "/own/card?dates=1", "/own/key"):
        source = holder.get(path).get_data(as_text=True)
        for secret in (network.card.number, grouped(network.card.number), network.card.line, "1980", "53100"):
            assert secret not in source, (path, secret)


def test_nobody_in_between_keeps_finds_or_passes_it_on(holder):
    for path in ("/own/", "/own/card", "/own/key"):
        headers = holder.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.BLOCKED, "is not in use now"), (State.SUSPENDED, "is on a pause"), (State.ACTIVE, "valid")],
)
def test_a_card_out_of_use_says_so_and_still_shows(app, web, network, key, visited, state, words):
    with app.app_context():
        db.session.get_one(Card, network.card.id).state = state
        db.session.commit()
    open_card(web, network.card, key)
    assert words in web.text and "Visits by month" in web.text


def test_an_ended_card_says_so(app, web, network, key):
    with app.app_context():
        db.session.get_one(Card, network.card.id).last_valid_on = (NOW - DAY).date()
        db.session.commit()
    open_card(web, network.card, key)
    assert "The card was valid until 19 Nov 2026" in web.text


def test_a_mood_is_asked_and_answered(app, holder, visited):
    holder.submit("/own/card", {"mood": "4"}, form="/own/mood")
    assert "Thank you for your answer!" in holder.text
    assert "How did the visit feel?" in holder.text, "two visits to the theatre in this quarter"
    holder.submit("/own/card", {"mood": "2"}, form="/own/mood")
    assert "How did the visit feel?" not in holder.text
    token = onpage.token(holder)
    assert holder.post("/own/mood", data={"csrf_token": token, "venue": "1", "mood": "3"}).status_code in (404, 409)


@pytest.mark.parametrize("mood", [None, "0", "6", "good", "9" * 400])
def test_a_mood_that_is_none_is_asked_again(holder, visited, mood):
    holder.get("/own/card")
    venue = next(field.get("value") for field in onpage.tree(holder).iter("input") if field.get("name") == "venue")
    answer = holder.post("/own/mood", data={"csrf_token": onpage.token(holder), "venue": venue, "mood": mood})
    assert answer.status_code == 422 and "Choose one." in holder.text


@pytest.mark.parametrize("venue", ["", "x", "-1", "9" * 30, "999999999"])
def test_a_mood_of_a_place_that_was_not_visited(holder, visited, venue):
    holder.get("/own/card")
    answer = holder.post("/own/mood", data={"csrf_token": onpage.token(holder), "venue": venue, "mood": "3"})
    assert answer.status_code in (404, 422)


def test_no_entry_of_the_log_tells_of_the_holder(app, holder, visited):
    holder.submit("/own/card", {"mood": "4"}, form="/own/mood")
    with app.app_context():
        actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert "followup.own_key_made" in actions
    assert not [action for action in actions if "mood" in action or "own_card" in action or "open" in action]


def test_the_holder_removes_the_key(holder, network, key):
    holder.submit("/own/key", form="/own/key")
    assert "The own key has been removed" in holder.text
    assert holder.get("/own/card").status_code == 303
    assert try_to_open(holder, network.card.number, key).status_code == 422
