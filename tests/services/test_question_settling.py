"""Questions that nobody answers: settled by the command, or by whoever opens the inbox first; and looked back on."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner

from kaikukortti import cli
from kaikukortti.cli import service
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Answer, Flag
from tests import factories
from tests.factories import DAY, NOW, SECRET_KEY
from venues import decisions, questions, sync
from venues.decisions import Daily, Given

MINUTE = timedelta(minutes=1)
DUE = NOW + 30 * DAY


@pytest.fixture
def manager():
    return factories.make_actor(Role.VENUE_MANAGER)


@pytest.fixture
def ask(manager):
    """Return a function that sends visits whose time is in doubt, each a question, and returns their scan ids."""
    tablet = factories.make_tablet(db.session.get_one(Venue, manager.venue_id)).known

    def doubtful(count: int = 1, *, received_at=NOW) -> list[str]:
        items = [factories.make_item(f"VA{number:05d}", jumped=True) for number in range(count)]
        sync.accept(items, device=tablet, received_at=received_at)
        return [item.scan_id for item in items]

    return doubtful


def answers() -> list[tuple[str, Answer | None]]:
    query = sa.select(ScanDecision.scan_id, ScanDecision.answer).where(ScanDecision.is_suggested)
    return [(scan_id, answer) for scan_id, answer in db.session.execute(query.order_by(ScanDecision.id))]


def test_a_day_settles_once_and_the_next_one_again(ask):
    daily = Daily()
    assert daily.apply(now=DUE) == 0
    (first,) = ask()
    assert daily.apply(now=DUE + MINUTE) == 0, "done today"
    assert answers() == []
    assert Daily().apply(now=DUE - MINUTE) == 0, "not yet due"
    assert daily.apply(now=DUE + DAY) == 1
    assert answers() == [(first, Answer.COUNT)]
    assert daily.apply(now=DUE + 2 * DAY) == 0


def test_a_new_day_is_one_of_helsinki(ask):
    daily = Daily()
    assert daily.apply(now=DUE) == 0
    ask()
    before_midnight = DUE.replace(hour=21, minute=59)
    assert daily.apply(now=before_midnight) == 0
    assert daily.apply(now=before_midnight + MINUTE) == 1, "midnight there is 22.00 UTC in winter"


def test_more_than_one_round_are_settled_on_the_same_day(ask, monkeypatch):
    monkeypatch.setattr(decisions, "MOST_APPLIED", 2)
    ask(3)
    daily = Daily()
    assert [daily.apply(now=DUE + MINUTE) for _ in range(3)] == [2, 1, 0]
    assert len(answers()) == 3


@pytest.fixture
def settle(monkeypatch, tmp_path):
    """Return a function that runs the command on the test's database, and returns what it prints."""
    monkeypatch.setenv("KAIKU_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", SECRET_KEY)
    monkeypatch.setenv("KAIKU_DATABASE_URL", db.engine.url.render_as_string(hide_password=False))
    load, made = service.load_app, []

    def noted(instance):
        made.append(load(instance))
        return made[-1]

    monkeypatch.setattr(service, "load_app", noted)

    def run() -> str:
        db.session.rollback()  # let go of what the test has read
        result = CliRunner().invoke(cli.kaikukortti, ["questions", "settle", "--instance", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return result.output

    yield run
    for app in made:
        with app.app_context():
            db.engine.dispose()  # a command's process ends here


def test_the_command_settles_all_and_says_so(ask, settle, monkeypatch):
    monkeypatch.setattr(decisions, "MOST_APPLIED", 2)
    asked = ask(3)
    with time_machine.travel(DUE - MINUTE, tick=False):
        assert settle() == "No question is older than 30 days.\n"
    with time_machine.travel(DUE + MINUTE, tick=False):
        assert settle() == "3 questions settled by the suggested answer.\n"
        assert settle() == "No question is older than 30 days.\n"
    assert answers() == [(scan_id, Answer.COUNT) for scan_id in asked]


def test_questions_are_counted_and_come_in_pages(manager, ask):
    asked = ask(27)
    assert questions.count_questions(actor=manager, now=NOW) == 27
    pages = [questions.list_questions(actor=manager, now=NOW, skip=skip) for skip in (0, 25)]
    assert [[one.scan_id for one in page] for page in pages] == [asked[:25], asked[25:]]
    for stranger in (factories.make_actor(Role.VENUE_STAFF), factories.make_actor(Role.WORKER)):
        for look in (questions.count_questions, questions.list_answered):
            with pytest.raises(NotFound):
                look(actor=stranger, now=NOW)


def test_a_question_that_was_left_for_long_is_settled_and_asked_no_more(manager, ask):
    (asked,) = ask(1)
    for days, count in ((44, 1), (46, 0)):
        now = NOW + days * DAY
        assert questions.count_questions(actor=manager, now=now) == count
        assert len(questions.list_questions(actor=manager, now=now)) == count
    assert decisions.Daily().apply(now=NOW + 46 * DAY) == 1
    assert answers() == [(asked, Answer.COUNT)]


def test_what_was_answered_is_listed_for_thirty_days(manager, ask):
    first, second, _third = ask(3)
    decisions.answer(first, Given(Flag.TIME, Answer.LEAVE), actor=manager, now=NOW)
    decisions.answer(second, Given(Flag.TIME, Answer.MERGE), actor=manager, now=NOW + DAY)
    decisions.apply_suggestions(now=DUE)
    listed = questions.list_answered(actor=manager, now=DUE)
    assert [(one.answer, one.is_suggested) for one in listed] == [(Answer.COUNT, True), (Answer.MERGE, False)]
    assert (listed[1].flag, listed[1].answered_at, listed[1].visit.device) == (Flag.TIME, NOW + DAY, "Pääovi")
    assert questions.list_answered(actor=factories.make_actor(Role.VENUE_MANAGER), now=DUE) == []
    assert questions.list_answered(actor=factories.make_actor(Role.COORDINATOR), now=DUE) == [], "the venue's business"
