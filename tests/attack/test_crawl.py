"""Rules 1, 3 and 5 of security.md §4.5: what each role reaches holds rounded figures alone, no trait where an owner's
exact ones are; and it says the same at every look, whoever's card came or went.
"""

import os
import re
from html import unescape

import pytest
import sqlalchemy as sa

from kaikukortti.cube import freezing
from kaikukortti.cube.tables import BY_CODE, TABLES, Audience
from kaikukortti.db import db
from kaikukortti.models.network import Area, Venue
from kaikukortti.rules.access import Role
from tests.attack import crawler, town
from tests.attack.conftest import Served
from tests.attack.crawler import Answer
from tests.cubeledger import Ledger
from tests.factories import NOW, ROUNDING_KEY

REPEATS = int(os.environ.get("ATTACK_REPEATS", "100"))
EXACT_FOR_ALL = {"yearly", "uses_by_category"}
"""The yearly table in the national shape, of frozen reports: exact for a network of this size (DESIGN §6)."""
PUBLIC = {table.code for table in TABLES if table.audience is Audience.PUBLIC}
TRAITS = {"age", "situation", "origin", "gender", "language", "postcode", "residence", "birth_year"}
CUBE_ROOMS = re.compile(r"^/(figures/network|statistics)/")
NO_TEXT = re.compile(r"<(script|style|head)\b.*?</\1>|<[^>]+>", re.DOTALL)
NO_FIGURE = re.compile(r"\d{1,2} \w{3} 20\d\d( \d\d\.\d\d)?|20\d\d|quarter \d|\d\d–\d\d|under 16|\b\d{3}(\d\d|xx)\b")
OWNERS = {
    Role.COORDINATOR: ("/figures/", "/figures/?format=jsonstat", "/figures/reports/"),
    Role.VENUE_MANAGER: ("/venue/figures/", "/venue/figures/?format=jsonstat"),
    Role.WORKER: ("/cards/figures/", "/cards/figures/?format=jsonstat"),
}

MINE = """
    SELECT s.scan_id, s.venue_id FROM scans s JOIN scan_cards l ON l.scan_id = s.scan_id
    WHERE l.line = :line AND s.on_day BETWEEN :first AND :last AND s.undoes IS NULL
"""


def figures_of(answers: dict[str, Answer]) -> dict[str, dict[crawler.Cell, int | str]]:
    """Return the figures of the tables among answers, by table."""
    found: dict[str, dict[crawler.Cell, int | str]] = {}
    for dataset in crawler.datasets(answers):
        for cell, value in crawler.cells_of(dataset).items():
            found.setdefault(cell[0], {})[dataset["source"], *cell] = value
    return found


def test_who_owns_nothing_sees_rounded_figures_alone(crawled):
    seen = {who: figures_of(answers) for who, answers in crawled.items()}
    assert seen["public"].keys() | seen["program"].keys() <= PUBLIC | EXACT_FOR_ALL
    owners = {code for code, table in BY_CODE.items() if table.audience is Audience.COORDINATOR}
    assert seen["viewer"].keys() == (BY_CODE.keys() - {"uses_all"} - owners) | EXACT_FOR_ALL
    for tables in seen.values():
        for code, cells in tables.items():
            numbers = [value for value in cells.values() if isinstance(value, int)]
            assert numbers, code
            assert code in EXACT_FOR_ALL or all(number > 0 and number % 5 == 0 for number in numbers), code


def test_pages_say_no_other_figure(crawled):
    looked = 0
    for who in ("public", "viewer"):
        for path, answer in crawled[who].items():
            if CUBE_ROOMS.match(path) and (answer.status, answer.kind) == (200, "text/html"):
                words = NO_FIGURE.sub(" ", re.sub(r"\s+", " ", unescape(NO_TEXT.sub(" ", answer.body.decode()))))
                odd = [text for text in re.findall(r"\d+", words) if int(text) % 5]
                assert odd == [], (path, odd, words)
                looked += 1
    assert looked > 10


@pytest.mark.parametrize("role", OWNERS)
def test_an_owner_s_exact_figures_hold_no_trait(served: Served, role: Role):
    attacker = served.attacker(role)
    first = attacker.crawl(*OWNERS[role], within=OWNERS[role][0])
    found = [one for one in crawler.datasets(first) if one["extension"]["table"].replace("-", "_") not in BY_CODE]
    assert len(found) > 3, "each period has its tables"
    for dataset in found:
        assert not TRAITS & set(dataset["id"]), dataset["extension"]["table"]
        assert not {"unit", "venue"} <= set(dataset["id"])


def test_a_card_that_comes_or_goes_changes_nothing(served: Served):
    """Visits of a new card, and the undo of others', come to a frozen period today: every answer stays as it was."""
    before = look(served)
    with served.app.app_context():
        ledger = Ledger(area=db.session.get_one(Area, town.AREA_ID))
        venue = db.session.get_one(Venue, 1)
        holder = ledger.cards(1, first_on=min(one.first_on for one in town.months_of(town.QUARTERS[0])))[0]
        for code in town.QUARTERS:
            for month in town.months_of(code):
                ledger.visit(holder, venue, month.first_on, received_at=NOW, child=2)
        ledger.save()
        assert not freezing.freeze(now=NOW, secret=ROUNDING_KEY).frozen
    assert look(served) == before
    with served.app.app_context():
        Leaving(town.QUARTERS[0]).undo_all()
        assert not freezing.freeze(now=NOW, secret=ROUNDING_KEY).frozen
    assert look(served) == before


class Leaving:
    """A card whose visits of a quarter are all undone today."""

    def __init__(self, quarter: str) -> None:
        self._ledger = Ledger(area=db.session.get_one(Area, town.AREA_ID))
        self._quarter = town.stretch(quarter)

    def undo_all(self) -> None:
        """Undo them."""
        days = {"first": self._quarter.period.first_on, "last": self._quarter.period.last_on}
        line = next(one.line for one in self._quarter.visits if one.line and not one.is_community)
        rows = db.session.execute(sa.text(MINE), {**days, "line": line}).all()
        assert rows
        for scan_id, venue_id in rows:
            venue = db.session.get_one(Venue, venue_id)
            self._ledger.undo(scan_id, venue, self._quarter.period.first_on, received_at=NOW)
        self._ledger.save()


def look(served: Served) -> dict[str, Answer]:
    """Return all answers about figures that public, programs and a viewer get, as they are, to the byte."""
    public, viewer = served.attacker(), served.attacker(Role.VIEWER)
    paths = [*crawler.every_public_query(public), "/statistics/", "/statistics/?format=xlsx", "/reports/", "/reports/1"]
    found = {path: public.get(path) for path in paths}
    mine = ["/figures/network/", *crawler.every_quarter(town.QUARTERS)]
    return {**found, **{path: viewer.get(path) for path in mine}}


def test_a_question_asked_a_hundred_times_has_one_answer(served: Served):
    public, viewer = served.attacker(), served.attacker(Role.VIEWER)
    asked = [(public, path) for path in crawler.every_public_query(public) if path.endswith("format=jsonstat")]
    asked = [(one, path) for one, path in asked if f"network={served.town.prefix}&" in path]
    asked += [(viewer, f"/figures/network/?period={code}&format=jsonstat") for code in town.QUARTERS[-1:]]
    for attacker, path in asked:
        answers = {attacker.get(path) for _ in range(REPEATS)}
        assert len(answers) == 1 and answers.pop().status in (200, 404), path
