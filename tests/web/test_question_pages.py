"""The inbox of questions: plain words, nobody's name, three answers; the figures follow; what is old settles itself."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, DeviceState, Entry, Scan, ScanDecision
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Answer, Flag
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.web.test_budgets import PAGE_BUDGET, counting
from tests.webclient import Web
from venues import decisions, sync
from venues.web import questions as inbox
from venues.web.questionwords import QUESTIONS

VENUE, AREA = "/venue/questions", "/area/questions"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def settled_today(app, monkeypatch) -> None:
    """Let each test begin like a process that has just started."""
    monkeypatch.setitem(app.extensions, inbox.SETTLING, decisions.Daily())


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


@pytest.fixture
def send(app, network):
    """Return a function that sends one visit from a tablet of the venue, and returns its scan id."""

    def one(card=network.card, *, device=network.tablet.known, received_at=NOW + MINUTE, **fields) -> str:
        with app.app_context():
            item = factories.make_item(card, **fields)
            sync.accept([item], device=device, received_at=received_at)
        return item.scan_id

    return one


@pytest.fixture
def double(app, network, send) -> str:
    """Read one card on two tablets within ten minutes; return the second reading's id."""
    with app.app_context():
        side = factories.make_tablet(network.venue, name="Sivuovi").known
    send(occurrence=network.tonight)
    return send(device=side, occurrence=network.tonight, occurred=NOW + MINUTE)


def uses(web: Web) -> int:
    web.get("/venue/")
    return onpage.figures(web)["Uses today"]


def answer(web: Web, scan_id: str, flag: Flag, given: str, *, page: str = VENUE, **more):
    web.get(page)
    fields = {"csrf_token": onpage.token(web), "answer": given, **more}
    return web.post(f"{page}/{scan_id}/{flag.value}", data=fields, follow_redirects=True)


def buttons(web: Web) -> list[tuple[str, str]]:
    """Return the answers on the page with their look."""
    found = [button for button in onpage.tree(web).iter("button") if button.get("name") == "answer"]
    return [(onpage.words(button), button.get("class", "").split()[1]) for button in found]


def test_a_double_is_told_in_plain_words_without_a_name(network, manager, double):
    manager.get(VENUE)
    said = (
        "Two registrations of the same card with the same tickets, 1 adult each. Probably the same visit."
    )
    assert said in manager.text and "1 open question" in manager.text
    for fact in ("Fri 20 Nov 18.31", "Fri 20 Nov 18.30", "Lumikuningatar", "Sivuovi", "Pääovi", "camera"):
        assert fact in manager.text, fact
    assert "within 30 days gets it by itself" in manager.text
    main = next(onpage.tree(manager).iter("main"))
    assert network.card.number not in onpage.words(main)
    assert not re.search(r"Maija|Mallikas", onpage.words(main)), "nobody's name"


def test_the_suggested_answer_is_the_first_button(manager, double):
    manager.get(VENUE)
    assert buttons(manager) == [
        ("Same visit: count once", "button-primary"),
        ("Two visits: count both", "button-secondary"),
        ("Cannot tell: leave as it is", "button-secondary"),
    ]


@pytest.mark.parametrize(("given", "counted"), [("merge", 1), ("count", 2), ("leave", 1)])
def test_an_answer_changes_the_figures_and_leaves_a_trace(app, network, manager, double, given, counted):
    assert uses(manager) == 1
    shown = answer(manager, double, Flag.DOUBLE, given)
    assert shown.request.path == VENUE and "Your answer: " in manager.text
    assert "Nothing to answer now" in manager.text and "Answered in the last 30 days" in manager.text
    assert str(QUESTIONS[Flag.DOUBLE].answers[Answer(given)]) in manager.text
    assert uses(manager) == counted
    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "question.answered")).one()
    assert entry.user_id == network.people[Role.VENUE_MANAGER].actor.user_id
    assert entry.detail == {"scan": double, "flag": "double", "answer": given, "suggested": False}


def test_an_answer_comes_once(manager, double):
    answer(manager, double, Flag.DOUBLE, "merge")
    answer(manager, double, Flag.DOUBLE, "count")
    assert "This question has been answered already." in manager.text
    assert uses(manager) == 1


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Choose a day."), ("2026-02-30", "Choose a day."), ("2026-11-21", "not in the future")]
)
def test_a_day_that_will_not_do_is_kept_and_told(manager, send, typed, said):
    scan_id = send(jumped=True)
    shown = answer(manager, scan_id, Flag.TIME, "count", on_day=typed)
    assert shown.status_code == 422 and said in manager.text
    assert onpage.fields(manager)["on_day"] == typed
    assert uses(manager) == 0


def test_a_doubtful_time_gets_its_day(app, manager, send):
    scan_id = send(jumped=True)
    manager.get(VENUE)
    assert onpage.fields(manager)["on_day"] == "2026-11-20", "the day of its arrival is suggested"
    assert "arrived here on Fri 20 Nov and took place then or before." in manager.text
    answer(manager, scan_id, Flag.TIME, "count", on_day="2026-11-18")
    manager.get("/venue/?day=2026-11-18")
    assert onpage.figures(manager)["Uses on this day"] == 1
    with app.app_context():
        assert db.session.scalars(sa.select(Scan.entry).where(Scan.scan_id != scan_id)).one() is Entry.BACKLOG


def test_what_is_not_asked_so_is_refused(manager, double):
    assert answer(manager, double, Flag.DOUBLE, "perhaps").status_code == 400
    assert answer(manager, double, Flag.OVER, "count").status_code == 404
    manager.get(VENUE)
    fields = {"csrf_token": onpage.token(manager), "answer": "count"}
    for address in (f"{VENUE}/{double}/nonsense", f"{VENUE}/x/double", f"{VENUE}/{'0' * 32}/double"):
        assert manager.post(address, data=fields).status_code == 404, address
    assert manager.post(f"{VENUE}/{double}/double", data={"answer": "count"}).status_code == 400, "no token"
    assert uses(manager) == 1


def test_other_people_s_questions_do_not_exist(network, enter, manager, coordinator, double):
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    assert answer(stranger, double, Flag.DOUBLE, "count").status_code == 404
    assert answer(coordinator, double, Flag.DOUBLE, "count", page=AREA).status_code == 404
    assert "Nothing to answer now" in (stranger.get(VENUE), stranger.text)[1]
    assert uses(manager) == 1


def test_each_inbox_has_its_readers(network, enter, double):
    for role in Role:
        web = enter(network.people[role])
        for page, reader in ((VENUE, Role.VENUE_MANAGER), (AREA, Role.COORDINATOR)):
            expected = 200 if role is reader else 403
            assert web.get(page).status_code == expected, f"{role} at {page}"
            web.get("/help")
            fields = {"csrf_token": onpage.token(web), "answer": "count"}
            if role is not reader:
                assert web.post(f"{page}/{double}/double", data=fields).status_code == 403


def test_the_coordinator_reads_what_is_no_venue_s_business(app, network, manager, coordinator, send):
    with app.app_context():
        blocked = factories.make_issued_card(network.unit, blocked_at=NOW - DAY)
    first = send(blocked)
    send(network.stock)
    manager.get(VENUE)
    assert "Nothing to answer now" in manager.text
    coordinator.get(AREA)
    assert "2 open questions" in coordinator.text and "City theatre: House visit" in coordinator.text
    assert "These cards were printed for Adult social work: ask there." in coordinator.text
    for number in (blocked.number, network.stock.number):
        assert number not in coordinator.text
    answer(coordinator, first, Flag.BLOCKED, "merge", page=AREA)
    assert "1 open question" in coordinator.text and "Registered with a new card too: count once" in coordinator.text
    assert uses(manager) == 1, "the blocked one is set aside, the unregistered one counts at the venue"
    with app.app_context():
        organisation = sa.select(AuditEntry.organisation).where(AuditEntry.action == "question.answered")
        assert db.session.scalars(organisation).all() == [f"area:{network.area.id}"]


def test_every_question_has_words_for_three_answers(app, network, coordinator, manager, send):
    """One question of each kind is on one of the two pages, told without a gap."""
    with app.app_context():
        out = factories.make_tablet(network.venue, name="Vanha").known
        device = db.session.get_one(Device, out.device_id)
        device.state, device.revoked_at = DeviceState.REVOKED, NOW
        db.session.commit()
    first = send(network.card)
    with app.app_context():
        for scan_id in (first,):
            for flag in QUESTIONS:
                db.session.add(ScanDecision(scan_id=scan_id, flag=flag, decided_at=NOW))
        db.session.commit()
    titles = []
    for web, page in ((manager, VENUE), (coordinator, AREA)):
        web.get(page)
        titles += [onpage.words(heading) for heading in onpage.tree(web).iter("h3")]
        assert "%(" not in web.text and "None" not in web.text
        assert len(buttons(web)) == 3 * len(list(onpage.tree(web).iter("article")))
    linked = {Flag.UNREGISTERED}  # a card that is linked is asked about no more
    assert sorted(titles) == sorted(str(words.title) for flag, words in QUESTIONS.items() if flag not in linked)


def test_opening_settles_what_nobody_answered_once_a_day(app, network, enter, manager, double):
    with time_machine.travel(NOW + MINUTE + 30 * DAY, tick=False):
        later = enter(network.people[Role.VENUE_MANAGER])
        later.get(VENUE)
        assert "Nothing to answer now" in later.text and "Applied by itself" in later.text
        assert "Same visit: count once" in later.text
    with app.app_context():
        row = db.session.scalars(sa.select(ScanDecision).where(ScanDecision.answer.is_not(None))).one()
        assert (row.answer, row.is_suggested, row.decided_by) == (Answer.MERGE, True, None)
    with time_machine.travel(NOW + MINUTE + 61 * DAY, tick=False):
        later = enter(network.people[Role.VENUE_MANAGER])
        later.get(VENUE)
        assert "Answered in the last 30 days" not in later.text


def test_many_questions_come_in_pages_and_cost_no_more(app, network, manager, send):
    def fill(count: int) -> None:
        with app.app_context():
            for _ in range(count):
                scan = factories.make_item("VA12345", jumped=True, occurrence=network.tonight)
                sync.accept([scan], device=network.tablet.known, received_at=NOW)

    fill(1)
    manager.get(VENUE)  # the first opening of the day settles
    few = cost(app, manager)
    fill(26)
    assert cost(app, manager) == few <= PAGE_BUDGET
    assert "27 open questions" in manager.text and "Page 1 of 2" in manager.text
    assert len(list(onpage.tree(manager).iter("article"))) == 25
    manager.get(f"{VENUE}?page=2")
    assert len(list(onpage.tree(manager).iter("article"))) == 2
    form = next(form for form in onpage.tree(manager).iter("form") if "/time" in form.get("action", ""))
    fields = {"csrf_token": onpage.token(manager), "answer": "leave"}
    manager.post(form.get("action", ""), data=fields, follow_redirects=True)
    assert "Page 2 of 2" in manager.text
    for odd in ("0", "-1", "9", "x", "9" * 30, "\x00"):
        assert manager.get(VENUE, query_string={"page": odd}).status_code == 200


def cost(app, web: Web) -> int:
    with counting(app) as counted:
        assert web.get(VENUE).status_code == 200
    return len(counted.statements)
