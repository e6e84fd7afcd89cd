"""The real service: what is in hand is ended when it is told to stop, a killed process is there again, figures add up,
a lock is told to come again, and every line of its log is a record.
"""

import os
import re
import signal
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan
from tests import factories, tree
from tests.factories import SECRET_KEY
from tests.running import served
from tests.serving import Service


@dataclass
class Running:
    """A service, the port of its figures, a tablet of it and a card."""

    service: Service
    figures: int
    tablet: factories.Tablet
    card: Card
    url: str

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send a registration as the tablet does."""
        answers = self.service.post("/door/api/scans", {"items": [body]}, credential=self.tablet.credential)
        answer: dict[str, Any] = answers["answers"][0]
        return answer


@pytest.fixture
def running(app: Flask, tmp_path: Path) -> Iterator[Running]:
    """Serve the test's own database, with figures."""
    with app.app_context():
        tablet, card = factories.make_tablet(), factories.make_issued_card()
        url = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
    port = served.free_port()
    service = Service.start(url, instance=tmp_path, secret_key=SECRET_KEY, KAIKU_METRICS=f"127.0.0.1:{port}")
    yield Running(service, port, tablet, card, url)
    service.stop()


def count_scans(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(sa.select(sa.func.count(Scan.scan_id))) or 0
        db.session.remove()
        return found


def test_a_lock_is_told_and_what_is_in_hand_is_ended_before_the_stop(running, app):
    """One service for both: a start takes seconds."""
    lock_that_stays(running, app)
    stop_with_something_in_hand(running, app)


def lock_that_stays(running: Running, app: Flask) -> None:
    body = factories.scan_body(running.card)
    with served.locked(running.url):
        with pytest.raises(urllib.error.HTTPError) as caught:
            running.send(body)
        caught.value.close()
        assert (caught.value.code, caught.value.headers["Retry-After"]) == (503, "10")
        assert served.ask(running.service, "/healthz")[0] == 200
    assert count_scans(app) == 0, "nothing was changed"
    assert running.send(body)["result"] == "accepted"
    assert served.figure(running.figures, 'database_trouble_total{kind="busy"}') == 1
    (told,) = [record for record in served.records(running.service) if record["level"] == "error"]
    assert told["message"].startswith("no database at endpoint door_api.scans: busy")
    assert told["request"] == caught.value.headers["X-Request-ID"]


def stop_with_something_in_hand(running: Running, app: Flask) -> None:
    process, body = running.service.process, factories.scan_body(new_card(app))
    with ThreadPoolExecutor(1) as pool:
        with served.locked(running.url):
            answer = pool.submit(running.send, body)
            served.eventually(lambda: served.figure(running.figures, "requests_in_progress") == 1, "it is in hand")
            process.send_signal(signal.SIGTERM)
            served.eventually(lambda: is_told(running.service, "Handling signal"), "it is told to stop")
            assert process.poll() is None, "it waits for what is in hand"
        assert answer.result(30)["result"] == "accepted"
    assert process.wait(30) == 0
    assert count_scans(app) == 2
    told = [record["message"] for record in served.records(running.service)]
    assert {"process begun", "process ends", "request"} <= set(told)
    assert not list(
        Path("/dev/shm").glob(f"kaikukortti-metrics-*-{running.figures}")
    ), "its figures' files went with it"


def is_told(service: Service, message: str) -> bool:
    return any(record["message"].startswith(message) for record in served.records(service))


def new_card(app: Flask) -> Card:
    with app.app_context():
        return factories.make_issued_card()


def test_a_killed_process_is_there_again_and_figures_go_on(running, app):
    tells_what_runs(running)
    assert running.send(factories.scan_body(running.card))["result"] == "accepted"
    before = served.workers(running.service)
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    served.eventually(lambda: served.workers(running.service) not in ([], before), "others are there")
    served.eventually(lambda: served.ask(running.service, "/readyz")[0] == 200, "they answer")
    assert running.send(factories.scan_body(new_card(app)))["result"] == "accepted"
    assert served.figure(running.figures, "scans_total") == 2, "what the killed one counted is not lost"
    assert served.figure(running.figures, "worker_starts_total") == 2 * len(before)
    served.eventually(lambda: served.figure(running.figures, "requests_in_progress") == 0, "nothing is in hand")
    assert count_scans(app) == 2


def tells_what_runs(running: Running) -> None:
    asked = 'requests_total{method="GET",route="/help",status="200"}'
    served.ask(running.service, "/help?number=EK3F8M2X9TS")
    served.eventually(lambda: served.figure(running.figures, asked) == 1, "the request is counted")
    text = served.fetch(running.figures, "/metrics")[2]
    assert 'kaikukortti_ready{part="database"} 1.0' in text and "kaikukortti_mail_waiting 0.0" in text
    assert 'kaikukortti_durable{part="database"}' in text and "kaikukortti_disk_free_bytes" in text
    assert 'kaikukortti_build_info{schema="' in text and "EK3F8M2X9TS" not in text
    assert 30 * 2**20 < served.figure(running.figures, "worker_memory_bytes") < 4 * 2**30
    assert served.ask(running.service, "/metrics")[0] == 404, "figures are not for the world"
    told = set(re.findall(r"^([a-z_]+)[ {]", text, re.MULTILINE))
    assert {name for name in asked_by_alerts() if not name.startswith("kaikukortti_backup_")} <= told


def asked_by_alerts() -> set[str]:
    """Return the figures that the alerts of deploy/ ask for; those of backups come from `kaikukortti backup status`."""
    return set(re.findall(r"\bkaikukortti_[a-z_]+\b", (tree.ROOT / "deploy/prometheus/alerts.yml").read_text()))
