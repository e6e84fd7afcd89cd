"""The demo's measures: enough pairs to show what is shown, once, in the area's own units."""

import sqlalchemy as sa

from kaikukortti.followup import groupchange, permissions, store
from kaikukortti.followup.demo import measures
from kaikukortti.followup.models.answers import GroupResponse
from kaikukortti.followup.models.episodes import Measurement
from kaikukortti.rules import span
from kaikukortti.rules.access import Role
from kaikukortti.rules.measure import GROUP_ONLY
from tests import leaves
from tests.factories import NOW, SECRET_KEY, TODAY
from tests.network import make_network


def counted():
    with store.reading() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (GroupResponse, Measurement)]


def test_the_demo_is_filled_once():
    network = make_network()
    for _episode in range(3):
        leaves.start(network.people[Role.WORKER].actor, network.area.id)
    measures.fill(area_id=network.area.id, now=NOW, secret=SECRET_KEY)
    first = counted()
    measures.fill(area_id=network.area.id, now=NOW, secret=SECRET_KEY)
    assert counted() == first and first[0] > 200 and first[1] == 2, "the second result of each is still to come"
    states = {code: entry.form.value for code, entry in permissions.entries_of(network.area.id, today=TODAY).items()}
    assert (states["swemwbs"], states["esis"], states["kykyviisari"]) == ("on", "expired", "never")
    with store.reading() as session:
        figures = groupchange.count(session, area_id=network.area.id, period=span.year_of(2025))
        assert not set(session.scalars(sa.select(Measurement.code))) & GROUP_ONLY
    shown = {(figure.code, figure.dims) for figure in figures if not figure.is_suppressed}
    assert {("I-15", "swemwbs:change"), ("I-15", "esis:change"), ("I-16", "swemwbs:difference")} <= shown
    assert ("I-16", "esis:difference") not in shown
