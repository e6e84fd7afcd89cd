"""With every role, over every address there is: no page, file or JSON ever shows somebody's ESIS or SWEMWBS total."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from kaikukortti.followup import groupchange, measurements, store
from kaikukortti.followup.measurements import Given
from kaikukortti.followup.models.answers import UsedCard
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.rules import span
from kaikukortti.rules.access import Role
from kaikukortti.rules.measure import GROUP_ONLY
from tests import frozenfigures, leaves, pairs
from tests.factories import NOW, TODAY
from tests.web.test_every_route import address, roles_of

UNUSUAL = (13.33, 33.17, 41.93, 57.29)  # nobody's number but these answers'
CONTROL = 87.61  # a total that its own unit may see
FILES = {"static", "tablet", "offline", "openapi"}  # the same for everybody
ASKED = ("", "?period=2025", "?period=2025&format=csv", "?period=2025&format=jsonstat", "?format=csv")
ABOUT_FIGURES = (".figures.", ".followup.")  # modules whose pages have periods and files


def shape(total: float) -> re.Pattern[str]:
    """Return what a total looks like on a page or in a file, with one digit or with all, point or comma."""
    written = "|".join(text.replace(".", "[.,]") for text in (str(total), f"{total:.1f}"))
    return re.compile(rf"(?<![\d.,])(?:{written})(?![\d%])")


@pytest.fixture
def planted(app, network):
    """Plant pairs of unusual totals, freeze their year, and record the total that may be seen."""
    with app.app_context():
        usual = [(18 + number % 7, 21 + number % 5) for number in range(38)]
        pairs.add_pairs(network.unit, [UNUSUAL[:2], *usual], used=UsedCard.YES)
        pairs.add_pairs(network.unit, usual, used=UsedCard.NO)
        pairs.add_pairs(network.other_unit, [UNUSUAL[2:]] * 3, code="esis")
        with store.reading() as session:
            figures = groupchange.count(session, area_id=network.area.id, period=span.year_of(2025))
        frozenfigures.freeze(span.year_of(2025), figures, area_id=network.area.id)
        actor = network.people[Role.WORKER].actor
        episode = leaves.start(actor, network.area.id)
        given = Given(TODAY, Phase.START, Mode.SELF, {"": CONTROL})
        result = measurements.record(episode.id, actor=actor, code="who5", given=given, now=NOW)
    assert result == episode.id, "one number stands for both in an address"
    return episode


def addresses(app: Flask, rule: Rule, numbers: set[int]) -> Iterator[str]:
    """Yield the addresses of a rule: with each number, each code of a group measure, each period and form."""
    module = app.view_functions[rule.endpoint].__module__
    asked = ASKED if any(part in module for part in ABOUT_FIGURES) else ASKED[:1]
    for number in sorted(numbers) if "int:" in rule.rule else [0]:
        filled = address(rule, number)
        codes = sorted(GROUP_ONLY) if "<code>" in rule.rule else [""]
        for code in codes:
            page = re.sub(r"/x(?=/|$)", f"/{code}", filled) if code else filled
            yield from (page + one for one in asked)


@pytest.mark.parametrize("role", Role)
def test_nobody_ever_sees_a_person_s_group_measure(app, network, enter, planted, role):
    numbers = {planted.id, network.card.id}
    seen, leaked, control = 0, [], []
    for person in (network.people[role], network.strangers[role]):
        web = enter(person)
        for rule in app.url_map.iter_rules():
            allowed = roles_of(app, rule)
            if "GET" not in (rule.methods or ()) or rule.endpoint.partition(".")[0] in FILES:
                continue
            if allowed and role not in allowed:
                continue
            for page in addresses(app, rule, numbers):
                text = web.get(page).data.decode("latin-1")  # figures alone are looked for
                seen += 1
                leaked += [(page, total) for total in UNUSUAL if shape(total).search(text)]
                control += [page] if shape(CONTROL).search(text) else []
    assert leaked == []
    assert seen > 40, "the crawl has been everywhere"
    assert bool(control) == (role is Role.WORKER), "the same look finds a total that its own unit may see"
