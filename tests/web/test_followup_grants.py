"""Leave to look, as client and worker meet it: given with the own card open, refused without a trace, taken back."""

import pytest
import sqlalchemy as sa

from kaikukortti import cards
from kaikukortti.db import db
from kaikukortti.followup.models.episodes import Grant, Look
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason
from kaikukortti.web.followup.cases import episodewords
from tests import factories, leaves, onpage
from tests.factories import DAY, NOW, TODAY
from tests.web.test_budgets import PAGE_BUDGET
from tests.webclient import Web

LIST = "/followup/episodes/"
CAUTION = "The figure tells of a connection, not of the card's effect."
AGREED = {"scope": "timeline", "is_of_age": "y", "confirmed": "1"}


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def episode(app, network):
    with app.app_context():
        for days in (-20, -5, 0):
            leaves.visit(network.card, network.venue, TODAY + days * DAY)
        return leaves.start(network.people[Role.WORKER].actor, network.area.id)


def open_card(web: Web, card) -> Web:
    """Open a card in a browser as its holder does."""
    with web.app.app_context():
        token = leaves.opened_token(card)
    web.client.set_cookie("kaiku_own", token)
    return web


@pytest.fixture
def holder(app, network) -> Web:
    """Return the holder's own browser, where nobody is signed in."""
    web = Web(app)
    web.language("en")
    return open_card(web, network.card)


def give(worker, episode, **values):
    return worker.submit(f"{LIST}{episode.id}/leave", {**AGREED, **values})


def traces(app, web):
    """Return all that is kept anywhere: every row of both databases, and what the browser's session holds.

    But for the log's looks, which say that the episode was opened, from this page as from its own.
    """
    with app.app_context(), web.client.session_transaction() as session:
        kept = leaves.everything()
        kept = {table: rows for table, rows in kept.items() if table not in ("main audit_entries", "main audit_heads")}
        return kept, dict(session)


def looks(app):
    """Return what the log says, without when and where in the chain."""
    with app.app_context():
        entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
        return {(entry.action, entry.purpose, entry.card_ref, str(entry.detail)) for entry in entries}


def grants(app):
    with app.app_context():
        return leaves.rows_of(Grant)


def test_the_client_opens_the_own_card_first(app, worker, episode):
    answer = worker.get(f"{LIST}{episode.id}/leave")
    assert answer.status_code == 200 and "Only the client can open the way" in worker.text
    assert [link.get("href") for link in onpage.main_of(worker).iter("a")].count("/own/") == 1
    token = onpage.token(worker)
    refused = worker.post(f"{LIST}{episode.id}/leave", data={**AGREED, "csrf_token": token, "workers": "1"})
    assert refused.status_code == 409 and not grants(app)


def test_leave_is_given_looked_through_and_seen_by_the_holder(network, worker, holder, episode):
    open_card(worker, network.card)
    give(worker, episode, earlier=["2026-11-15"], expires_on="2027-01-31")
    assert "how many times, in what kinds of places and on which days" in worker.text
    assert "31 Jan 2027" in worker.text and "15 Nov 2026" not in worker.text
    worker.get(f"{LIST}{episode.id}/use")
    assert CAUTION in worker.text and "1 recorded visit" in worker.text and "15 Nov 2026" in worker.text
    assert "31 Oct 2026" not in worker.text and "City theatre" not in worker.text
    holder.get("/own/shared")
    for words in ("Maija Mallikas", "Adult social work", "31 Jan 2027", "15 Nov 2026", "on which days"):
        assert words in holder.text, words
    assert list(onpage.table(holder, "Who has looked")) == ["20 Nov 2026"]


def test_refusal_is_a_link_and_leaves_no_trace(app, network, worker, episode):
    open_card(worker, network.card)
    worker.get(f"{LIST}{episode.id}")
    worker.get(LIST)
    opened = looks(app)
    worker.get(f"{LIST}{episode.id}/leave")
    ways = [link for link in onpage.main_of(worker).iter("a") if "do not want" in onpage.words(link)]
    assert [way.get("href") for way in ways] == [LIST, LIST]
    before = traces(app, worker)
    assert worker.get(ways[0].get("href")).status_code == 200
    assert traces(app, worker) == before and looks(app) == opened


def test_asking_alone_leaves_no_trace_either(app, network, worker, episode):
    open_card(worker, network.card)
    worker.get(f"{LIST}start")  # where the session gets its token against forgery, as with any form
    worker.get(f"{LIST}{episode.id}")
    before, opened = traces(app, worker), looks(app)
    worker.get(f"{LIST}{episode.id}/leave")
    assert "May your worker see how you use your card?" in worker.text
    assert traces(app, worker) == before and looks(app) == opened


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scope": None}, "Choose how much."),
        ({"workers": None}, "Choose one or two workers."),
        ({"is_of_age": None}, "Only a client who is 18 or older"),
        ({"expires_on": "2026-11-20"}, "Choose a day to come, at the latest"),
        ({"expires_on": "2028-01-01"}, "Choose a day to come, at the latest"),
        ({"confirmed": None}, "Nothing has been done yet."),
        ({"expires_on": "131052-308T"}, "personal identity code"),
    ],
)
def test_what_is_missing_is_told_and_all_stays(app, network, worker, episode, given, said):
    open_card(worker, network.card)
    answer = give(worker, episode, earlier=["2026-11-15"], **given)
    assert answer.status_code == 422 and said in worker.text
    (day,) = (box for box in onpage.main_of(worker).iter("input") if box.get("value") == "2026-11-15")
    assert day.get("checked") is not None
    assert not grants(app)


def test_a_stranger_cannot_be_named(app, network, worker, episode):
    open_card(worker, network.card)
    stranger = network.strangers[Role.WORKER].actor.user_id
    worker.get(f"{LIST}{episode.id}/leave")
    data = {**AGREED, "csrf_token": onpage.token(worker), "workers": stranger, "expires_on": "2027-01-31"}
    assert worker.post(f"{LIST}{episode.id}/leave", data=data).status_code == 422
    assert not grants(app)


def test_a_blocked_card_is_told_kindly(app, network, worker, episode):
    open_card(worker, network.card)
    with app.app_context():
        cards.block(network.card.id, reason=CardReason.LOST, actor=network.people[Role.WORKER].actor, now=NOW)
    assert worker.get(f"{LIST}{episode.id}/leave").status_code == 409
    assert "The card is not in use now, so its use is not shown." in worker.text


@pytest.mark.parametrize("by", ["holder", "named worker", "another worker of the unit"])
def test_taking_back_is_one_press_and_its_answer_shows_nothing(app, network, worker, holder, enter, episode, by):
    open_card(worker, network.card)
    give(worker, episode, earlier=["2026-11-15"])
    worker.get(f"{LIST}{episode.id}/use")
    assert worker.response is not None and worker.response.headers["Cache-Control"] == "no-store"
    if by == "holder":
        ending = holder
        (grant,) = grants(app)
        holder.submit("/own/shared", form=f"/own/shared/{grant.id}/stop")
        assert "You show the use of your card to nobody." in holder.text
    else:
        with app.app_context():
            colleague = factories.make_person(Role.WORKER, network.unit)
        ending = worker if by == "named worker" else enter(colleague)
        ending.submit(f"{LIST}{episode.id}", form=f"{LIST}{episode.id}/leave/end")
        assert "Nothing is shown." in ending.text
    assert "15 Nov 2026" not in ending.text.split("Who has looked")[0]
    assert not grants(app)
    assert worker.get(f"{LIST}{episode.id}/use").status_code == 404
    assert onpage.json_of(worker.get(f"{LIST}{episode.id}/use/check")) == {"shown": False}
    for page in (LIST, f"{LIST}{episode.id}", f"{LIST}{episode.id}/change"):
        worker.get(page)
        assert "15 Nov 2026" not in worker.text and "Look at the use" not in worker.text


def test_who_is_not_named_may_end_but_not_look(app, network, worker, enter, episode):
    open_card(worker, network.card)
    give(worker, episode)
    with app.app_context():
        other = enter(factories.make_person(Role.WORKER, network.unit))
    other.get(f"{LIST}{episode.id}")
    assert "You can end the showing, but not look." in other.text and "Look at the use" not in other.text
    assert other.get(f"{LIST}{episode.id}/use").status_code == 404
    assert onpage.json_of(other.get(f"{LIST}{episode.id}/use/check")) == {"shown": False}
    with app.app_context():
        assert not leaves.rows_of(Look)
    assert onpage.json_of(worker.get(f"{LIST}{episode.id}/use/check")) == {"shown": True}
    with app.app_context():
        assert not leaves.rows_of(Look)


def test_without_the_log_the_page_of_use_shows_nothing(network, worker, episode, monkeypatch):
    open_card(worker, network.card)
    give(worker, episode, earlier=["2026-11-15"])

    def fail(*args, **kwargs):
        raise OSError("the log cannot be written")

    monkeypatch.setattr("kaikukortti.followup.looking.trail.record", fail)
    monkeypatch.setitem(worker.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(worker.app.config, "TESTING", False)
    assert worker.get(f"{LIST}{episode.id}/use").status_code == 500
    assert "15 Nov 2026" not in worker.text


def test_an_open_own_card_is_shown_without_leave_and_without_a_look(app, network, worker, episode):
    assert worker.get(f"{LIST}{episode.id}/own-use").status_code == 409
    open_card(worker, network.card)
    worker.get(f"{LIST}{episode.id}/change")
    assert "Show the use of the card that is open here" in worker.text and CAUTION not in worker.text
    worker.get(f"{LIST}{episode.id}/own-use")
    assert CAUTION in worker.text and "3 recorded visits" in worker.text and "15 Nov 2026" in worker.text
    with app.app_context():
        assert not leaves.rows_of(Look)


def test_a_holder_ends_nobody_elses_leave(app, network, worker, episode):
    open_card(worker, network.card)
    give(worker, episode)
    (grant,) = grants(app)
    other = Web(app)
    other.language("en")
    open_card(other, network.other_card)
    other.get("/own/shared")
    assert "You show the use of your card to nobody." in other.text
    other.post(f"/own/shared/{grant.id}/stop", data={"csrf_token": onpage.token(other)})
    assert len(grants(app)) == 1


def test_what_is_shared_needs_the_open_card(web, network):
    answer = web.get("/own/shared")
    assert answer.status_code == 303 and answer.location.startswith("/own/")


@pytest.mark.parametrize("reading", ["fi", "easy", "sv", "en", "ru"])
def test_the_holders_page_has_five_readings(network, worker, holder, episode, reading):
    open_card(worker, network.card)
    give(worker, episode)
    worker.get(f"{LIST}{episode.id}/use")
    assert holder.get(f"/own/shared?reading={reading}").status_code == 200
    title = {"easy": "Mitä jaan", "en": "What I share", "ru": "Кому я показываю"}.get(reading)
    assert title is None or title in holder.text
    assert "Maija Mallikas" in holder.text


def test_pages_keep_their_budget(network, worker, holder, episode):
    open_card(worker, network.card)
    costs = {}
    for web, address in (
        (worker, f"{LIST}{episode.id}/leave"),
        (worker, f"{LIST}{episode.id}/own-use"),
        (worker, f"{LIST}{episode.id}"),
        (worker, f"{LIST}{episode.id}/use"),
        (holder, "/own/shared"),
    ):
        if address.endswith("/use"):
            give(worker, episode)
        costs[address] = leaves.cost(web, address)
    assert max(map(max, costs.values())) <= PAGE_BUDGET, costs


def test_no_use_is_called_no_recorded_use():
    assert str(episodewords.times(0)) == "No recorded use"
