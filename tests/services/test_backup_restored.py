"""A backup is taken, put back elsewhere, and everything is there: what was registered, the keys, the log."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import config
from kaikukortti.auditing import verification
from kaikukortti.backup import keeping, restarting, standing
from kaikukortti.cube import store as cube_store
from kaikukortti.db import db
from kaikukortti.models.cards import Card, ListCounter
from kaikukortti.models.ledger import Scan
from kaikukortti.models.signins import StaffSession
from kaikukortti.rules.access import Role
from kaikukortti.signin import sessions
from tests import backups, factories, letgo
from tests.factories import DAY, NOW
from tests.network import Network, make_network
from tests.serving import Service
from venues import sync

CHANGED_BY_A_RESTORE = {"list_counters", "staff_sessions"}


@pytest.fixture
def network() -> Network:
    """Return the small network, with visits, frozen figures and a signed-in person."""
    made = make_network()
    send(made, *(factories.scan_body(made.card, occurrence=made.tonight, occurred=NOW - ago * DAY) for ago in (9, 40)))
    letgo.freeze(NOW + 90 * DAY)
    sessions.begin(made.people[Role.WORKER].user_id, browser="Firefox", now=NOW)
    return made


def send(network: Network, *bodies: dict[str, Any]) -> list[str]:
    """Send registrations as a tablet does and return what was answered to each."""
    items = [factories.item_of(body) for body in bodies]
    return [answer.result for answer in sync.accept(items, device=network.tablet.known, received_at=NOW)]


def test_everything_is_there_again(keeper, network):
    before, epoch = backups.all_rows(), db.session.scalar(sa.select(ListCounter.epoch))
    cells = db.session.connection(bind_arguments={"bind": cube_store.writer()})
    frozen = cells.execute(sa.select(cube_store.PERIODS)).all()
    assert before["scans"] and before["staff_sessions"] and frozen
    folder = keeper.restore(keeper.take())
    with backups.inside(folder):
        after = backups.all_rows()
        assert {name for name in before if before[name] != after[name]} == CHANGED_BY_A_RESTORE
        assert after["staff_sessions"] == [] and db.session.scalar(sa.select(ListCounter.epoch)) != epoch
        with cube_store.reader().connect() as connection:
            assert connection.execute(sa.select(cube_store.PERIODS)).all() == frozen
        assert all(verification.find_break(one) is None for one in verification.list_organisations())
    assert backups.all_rows() == before, "the live databases are as they were"


def test_the_keys_come_back_and_no_setting_of_the_environment_is_taken(keeper, network):
    settings = config.load(keeper.restore(keeper.take(KAIKU_LOG_MONTHS="144")), {})
    assert (settings.secret_key, settings.rounding_key) == (keeper.settings.secret_key, keeper.settings.rounding_key)
    assert settings.log_months == 144 and settings.database_url != keeper.url


def test_a_restored_service_starts_and_answers_the_same_tablet(keeper, network):
    folder = keeper.restore(keeper.take())
    settings = config.load(folder, {})
    served = Service.start(
        settings.database_url, instance=folder, secret_key=settings.secret_key, KAIKU_ROUNDING_KEY=settings.rounding_key
    )
    try:
        answer = served.post("/door/api/checks", {"code": network.card.number}, credential=network.tablet.credential)
        assert answer["verdict"]["card"]["children"] == 2, answer
    finally:
        served.stop()


def test_an_old_backup_takes_in_what_tablets_send_again(keeper, network):
    kept = factories.scan_body(network.card, occurrence=network.tonight, occurred=NOW - 3 * DAY)
    later = factories.scan_body(network.card, occurrence=network.tonight, occurred=NOW - DAY)
    send(network, kept)
    old = keeper.take()
    assert send(network, later) == ["flagged"]  # a later day than its date
    with backups.inside(keeper.restore(old)):
        assert db.session.get(Scan, str(later["scan_id"])) is None
        first, second = send(network, kept, later), send(network, kept, later)
        assert first == ["replay", "flagged"] and second == ["replay", "replay"]
        assert db.session.get(Scan, str(later["scan_id"])) is not None


def test_a_restored_list_is_fetched_whole_and_nobody_stays_signed_in(network):
    before = db.session.scalar(sa.select(ListCounter.epoch))
    restarting.begin_anew()
    assert db.session.scalar(sa.select(ListCounter.epoch)) != before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StaffSession)) == 0


def test_proof_says_that_the_newest_is_good_and_leaves_nothing_behind(keeper, network):
    old, new = keeper.take(), keeper.take()
    before = {path.name for path in keeper.place.iterdir()}
    result = keeper.run("restore", "--verify", "--to", str(keeper.place), "--identity", str(keeper.key_file))
    assert result.exit_code == 0 and "Proven to be good" in result.output, backups.said(result)
    assert {path.name for path in keeper.place.iterdir()} == before
    proven = {one.path for one in keeping.list_kept(keeper.folder) if one.proof}
    assert proven == {new} and old != new
    assert standing.look(keeper.folder, now=NOW + 3650 * DAY).proven is not None
    if keeper.server is not None:
        engine = sa.create_engine(keeper.server, poolclass=sa.NullPool)
        with engine.connect() as connection:
            query = "SELECT datname FROM pg_database WHERE datname LIKE 'kaikukortti_restore_check%%'"
            assert connection.exec_driver_sql(query).all() == []


def test_only_the_sealed_file_leaves_and_nothing_of_it_can_be_read(keeper, network):
    file = keeper.take()
    assert not list(keeper.live.iterdir()) and file.stat().st_mode & 0o077 == 0
    lying = b"".join(path.read_bytes() for path in keeper.folder.iterdir())
    assert network.card.number.encode() not in lying and b"SQLite format" not in lying and b"PGDMP" not in lying
    assert keeper.settings.secret_key.encode() not in lying
    note = json.loads(file.with_name(file.name + ".json").read_text())
    assert sorted(note) == ["bytes", "file", "format", "program", "sha256", "taken_at"]
    assert note["bytes"] == file.stat().st_size and note["sha256"] == keeping.hash_of(file)


def test_cards_of_the_backup_only_are_in_it(keeper, network):
    """The positive control of all others here: what was added after a backup is not in it."""
    file = keeper.take()
    added = factories.make_stock_card(network.unit)
    with backups.inside(keeper.restore(file)):
        assert db.session.get(Card, added.id) is None
