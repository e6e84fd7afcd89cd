"""Nobody but the holder, and whom the holder lets look, ever meets a visit of a holder: every role, every address."""

import re

import pytest

from kaikukortti.followup import episodes
from kaikukortti.followup.models.episodes import Scope
from kaikukortti.rules.access import Role
from tests import followupown, leaves
from tests.factories import DAY, NOW, TODAY
from tests.web.test_every_route import address

# Days that nothing else in the tests' network falls on, as the service writes days in its three languages.
VISITED = (TODAY - 201 * DAY, TODAY - 233 * DAY)
ROLES = [Role.WORKER, Role.COORDINATOR, Role.VIEWER, Role.ADMINISTRATOR]
NUMBERS = (1, 2)


@pytest.fixture
def visited(app, network):
    """Return the network with two visits of its card, an own key, and an episode of its unit."""
    with app.app_context():
        leaves.visit(network.other_card, network.venue, TODAY - 300 * DAY)  # the figures' beginning, which they tell
        for day in VISITED:
            leaves.visit(network.card, network.venue, day)
        leaves.start(network.people[Role.WORKER].actor, network.area.id)
    return network


def written(day) -> re.Pattern[str]:
    """Return what a day looks like on a page or in a file."""
    forms = (f"{day:%Y-%m-%d}", f"{day.day}.{day.month}.{day.year}", f"{day.day} {day:%b %Y}", f"{day:%Y%m%d}")
    return re.compile("|".join(map(re.escape, forms)))


def pages_with_a_visit(app, web) -> list[str]:
    """Return the addresses at which one of the visits can be read by whoever uses the browser."""
    found = []
    for rule in app.url_map.iter_rules():
        for number in NUMBERS if rule.arguments else NUMBERS[:1]:
            if "GET" in (rule.methods or ()):
                text = web.get(address(rule, number)).get_data().decode(errors="replace")
                found += [rule.rule for day in VISITED if written(day).search(text)]
    return sorted(set(found))


@pytest.mark.parametrize("role", ROLES)
def test_no_role_meets_a_visit(app, visited, enter, role):
    followupown.make_key(app, visited)
    assert pages_with_a_visit(app, enter(visited.people[role])) == []
    assert pages_with_a_visit(app, enter(visited.strangers[role])) == []


def test_a_visit_is_met_with_the_holders_leave_and_by_the_holder(app, visited, enter, web):
    """The crawl above can fail: with leave for these two days, the named worker does meet them."""
    with app.app_context():
        worker = visited.people[Role.WORKER].actor
        (episode,) = episodes.list_open(actor=worker, now=NOW)
        leaves.give(episode, leaves.opened(visited.card), actor=worker, scope=Scope.TIMELINE, earlier=VISITED)
    assert pages_with_a_visit(app, enter(visited.people[Role.WORKER])) != []
    assert pages_with_a_visit(app, enter(visited.strangers[Role.WORKER])) == []
    key = followupown.make_key(app, visited)
    holder = followupown.open_card(web, visited.card, key)
    page = holder.get("/own/card?dates=1").get_data(as_text=True)
    assert all(written(day).search(page) for day in VISITED)
