"""Social reports: what was seen stays with the area's figures as they were; what came of it goes back to the units."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.followup import socialreports, store
from kaikukortti.followup.models.learning import (
    FrozenPeriod,
    Grain,
    IndicatorSnapshot,
    Phenomenon,
    ReportStatus,
    SocialReport,
)
from kaikukortti.followup.texts import TextMissing, TextNamesCard, TextNamesPerson, TextTooLong
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests.factories import NOW
from tests.network import Network, make_network

SUMMER = date(2026, 7, 1)


@pytest.fixture
def network(app) -> Iterator[Network]:
    """Return the network of the web tests, in an application context."""
    with app.app_context():
        yield make_network()


def freeze(network, *figures, first_on=SUMMER):
    """Put frozen figures of the area into the store: (code, dims, number, n, share), all None where hidden."""
    where = {"area_id": network.area.id, "grain": Grain.QUARTER, "first_on": first_on}
    with store.writing() as session:
        session.add(FrozenPeriod(**where, frozen_at=NOW, revision=0, definitions=1))
        for code, dims, number, n, share in figures:
            values = {"number": number, "n": n, "share": share, "is_suppressed": number is None, "facts": {}}
            session.add(IndicatorSnapshot(**where, unit_id=0, code=code, dims=dims, low=None, high=None, **values))


def write(network, *, actor=None, observation="The last bus leaves before the play ends.", codes=(), now=NOW):
    facts = {"phenomenon": Phenomenon.TRANSPORT, "recipient": "Bus company", "codes": codes, "now": now}
    actor = actor or network.people[Role.WORKER].actor
    return socialreports.write(actor=actor, observation=observation, **facts)


def test_a_report_keeps_the_figures_as_they_were(network):
    freeze(network, ("I-05", "", 60, 100, 0.6), ("I-04", "", None, None, None), ("I-03", "30", 5, 10, 0.5))
    found = socialreports.offered(network.area.id)
    assert found is not None and [figure.code for figure in found.figures] == ["I-05"]
    report_id = write(network, codes=("I-05", "I-04", "I-99"))
    with store.writing() as session:
        session.execute(sa.update(IndicatorSnapshot).values(number=1, n=1, share=1.0, is_suppressed=False))
    report = socialreports.look(report_id, actor=network.people[Role.COORDINATOR].actor)
    assert [(kept.period, kept.figure.code, kept.figure.share) for kept in report.figures] == [("2026-Q3", "I-05", 0.6)]
    assert (report.unit_id, report.status, report.steps) == (network.unit.id, ReportStatus.RECEIVED, ())


def test_before_the_first_freeze_a_report_has_no_figures(network):
    assert socialreports.offered(network.area.id) is None
    report_id = write(network, codes=("I-05",))
    assert socialreports.look(report_id, actor=network.people[Role.WORKER].actor).figures == ()


def test_every_unit_reads_what_came_of_it(network):
    report_id, later = write(network), NOW + timedelta(days=3)
    actor = network.people[Role.COORDINATOR].actor
    socialreports.decide(report_id, actor=actor, status=ReportStatus.IN_HAND, words="", now=later)
    said = "The bus waits on Fridays from January."
    socialreports.decide(report_id, actor=actor, status=ReportStatus.CHANGED, words=said, now=later)
    for reader in (network.people[Role.WORKER].actor, network.strangers[Role.WORKER].actor):
        (found,) = socialreports.list_reports(actor=reader)
        assert (found.status, found.reason, found.decided_at) == (ReportStatus.CHANGED, said, later)
    steps = socialreports.look(report_id, actor=actor).steps
    assert [step.status for step in steps] == [ReportStatus.IN_HAND, ReportStatus.CHANGED]
    actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.like("followup.report%"))).all()
    assert sorted(actions) == ["followup.report_decided", "followup.report_decided", "followup.report_written"]


@pytest.mark.parametrize("status", [ReportStatus.CHANGED, ReportStatus.UNCHANGED])
def test_a_decision_needs_words(network, status):
    report_id, actor = write(network), network.people[Role.COORDINATOR].actor
    with pytest.raises(socialreports.ReportWordsMissing):
        socialreports.decide(report_id, actor=actor, status=status, words=" ", now=NOW)
    assert socialreports.look(report_id, actor=actor).status is ReportStatus.RECEIVED


def test_a_report_is_not_new_again_nor_decided_twice_alike(network):
    report_id, actor = write(network), network.people[Role.COORDINATOR].actor
    for status in (ReportStatus.RECEIVED, ReportStatus.IN_HAND, ReportStatus.IN_HAND):
        if status is ReportStatus.IN_HAND and not socialreports.look(report_id, actor=actor).steps:
            socialreports.decide(report_id, actor=actor, status=status, words="", now=NOW)
            continue
        with pytest.raises(socialreports.ReportStatusImpossible):
            socialreports.decide(report_id, actor=actor, status=status, words="", now=NOW)


def test_the_day_of_the_first_decision_stays(network):
    report_id, actor = write(network), network.people[Role.COORDINATOR].actor
    for days, words in ((5, "No money this year."), (200, "Still none.")):
        at = NOW + timedelta(days=days)
        socialreports.decide(report_id, actor=actor, status=ReportStatus.UNCHANGED, words=words, now=at)
    assert socialreports.look(report_id, actor=actor).decided_at == NOW + timedelta(days=5)


def test_another_area_finds_nothing(network):
    report_id = write(network)
    stranger = network.strangers[Role.COORDINATOR].actor
    with pytest.raises(NotFound):
        socialreports.look(report_id, actor=stranger)
    with pytest.raises(NotFound):
        socialreports.decide(report_id, actor=stranger, status=ReportStatus.CHANGED, words="x", now=NOW)
    assert socialreports.list_reports(actor=stranger) == []


@pytest.mark.parametrize("role", [Role.VENUE_MANAGER, Role.VENUE_STAFF, Role.VIEWER, Role.ADMINISTRATOR])
def test_others_neither_write_nor_read(network, role):
    with pytest.raises(NotAllowed):
        write(network, actor=network.people[role].actor)
    with pytest.raises(NotAllowed):
        socialreports.list_reports(actor=network.people[role].actor)


def test_a_worker_does_not_decide(network):
    report_id = write(network)
    with pytest.raises(NotFound):
        actor = network.people[Role.WORKER].actor
        socialreports.decide(report_id, actor=actor, status=ReportStatus.CHANGED, words="Done.", now=NOW)


def test_a_report_names_nobody(network):
    grouped = f"{network.card.number[:2]} {network.card.number[2:]}".lower()
    for text, error in (
        ("131052-308T does not get there", TextNamesPerson),
        (f"card {grouped} was refused", TextNamesCard),
        ("  ", TextMissing),
        ("x" * 1001, TextTooLong),
    ):
        with pytest.raises(error):
            write(network, observation=text)
    with store.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SocialReport)) == 0
