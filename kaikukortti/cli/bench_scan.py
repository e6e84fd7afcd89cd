"""Scan and register over HTTP, beside the bare floor, rounds in turn: only ratios of one run mean anything."""

import json
import random
import statistics
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from kaikukortti import app as application
from kaikukortti import clock, config, db, simulate
from kaikukortti.cli import bench_floor, bench_load
from kaikukortti.cli.bench_load import Call, Round
from kaikukortti.config import Config
from kaikukortti.models.cards import Batch, Card, new_ref
from kaikukortti.models.network import Venue
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from venues import devices

CARDS = 5_000
SECRET = "only-for-the-benchmark-" + "0" * 32


@dataclass(frozen=True)
class Result:
    """Rounds of one kind of request."""

    name: str
    clients: int
    rounds: list[Round]

    def line(self, floor: "Result | None") -> str:
        """Return the figures as one line; the ratio is the median of the rounds' ratios to the floor's."""
        cpu = statistics.median(taken.cpu_ms for taken in self.rounds)
        rate = statistics.median(taken.per_second for taken in self.rounds)
        ratio = "" if floor is None else f"{self._ratio(floor):>9.2f}"
        return f"{self.name:<34}{self.clients:>8}{rate:>12.0f}{cpu:>12.2f}{ratio}"

    def _ratio(self, floor: "Result") -> float:
        pairs = zip(self.rounds, floor.rounds, strict=True)
        return statistics.median(taken.cpu_ms / bare.cpu_ms for taken, bare in pairs)


def run(*, clients: tuple[int, ...], rounds: int, requests: int, write: Callable[[str], None]) -> list[Result]:
    """Measure floor, check and scan + register, interleaved, and write a line for each."""
    write(f"{'':<34}{'clients':>8}{'requests/s':>12}{'CPU ms/req':>12}{'x floor':>9}")
    results = []
    with tempfile.TemporaryDirectory(prefix="kaikukortti-bench-") as folder:
        settings, credential, numbers = _fill(Path(folder))
        with (
            bench_load.serving(lambda: bench_floor.create_floor(Path(folder))) as (floor_port, floor_master),
            bench_load.serving(lambda: application.create_app(settings)) as (port, master),
        ):
            floor_headers = {"Cookie": bench_load.fetch(floor_port, "/in"), "Content-Type": "application/json"}
            door_headers = {"Cookie": f"kaiku_device={credential}", "Content-Type": "application/json"}
            for count in clients:
                taken: dict[str, list[Round]] = {"floor": [], "check": [], "scan": []}
                for _ in range(rounds):
                    chosen = random.sample(numbers, requests)
                    taken["floor"].append(
                        bench_load.run_round(
                            floor_port, floor_master, _floor_calls(requests), clients=count, headers=floor_headers
                        )
                    )
                    for name, calls in (("check", _check_calls(chosen)), ("scan", _scan_calls(chosen))):
                        taken[name].append(
                            bench_load.run_round(port, master, calls, clients=count, headers=door_headers)
                        )
                floor = Result("floor: sign-in, look-up, insert", count, taken["floor"])
                for result in (
                    floor,
                    Result("check: verdict only", count, taken["check"]),
                    Result("scan + register, durable", count, taken["scan"]),
                ):
                    write(result.line(None if result is floor else floor))
                    results.append(result)
    return results


def _fill(folder: Path) -> tuple[Config, str, list[str]]:
    """Make a demo network with CARDS more cards in use; return settings, a tablet's credential and the numbers."""
    settings = Config(folder, config.sqlite_url(folder), SECRET, secure_cookies=False)
    db.upgrade(settings.database_url)
    app = application.create_app(settings)
    with app.app_context():
        now = clock.now()
        simulate.fill(now=now, password="kaiku-benchmark")
        numbers = _add_cards(app)
        venue_id = db.db.session.scalar(sa.select(sa.func.min(Venue.id))) or 0
        manager = Actor(None, "bench", Role.VENUE_MANAGER, venue_id=venue_id)
        code = devices.plan_enrolment(actor=manager, venue_id=venue_id, now=now)
        credential = devices.enrol(code=code, name="bench", secret_key=SECRET, now=now).credential
        db.db.session.remove()
        db.db.engine.dispose()
    return settings, credential, numbers


def _add_cards(app: Flask) -> list[str]:
    chance, today = random.Random(1), period.day_of(clock.now())
    batch_id, unit_id = db.db.session.execute(sa.select(Batch.id, Batch.unit_id).limit(1)).one()
    taken = set(db.db.session.scalars(sa.select(Card.number)))
    numbers: set[str] = set()
    while len(numbers) < CARDS:
        numbers.add(number.make("EK", chance.choice))
    fresh = sorted(numbers - taken)
    rows = [
        {
            "number": text,
            "ref": new_ref(),
            "batch_id": batch_id,
            "kind": CardKind.PERSONAL,
            "unit_id": unit_id,
            "line": f"{chance.getrandbits(128):032x}",
            "state": State.ACTIVE,
            "first_on": today,
            "last_valid_on": today + timedelta(days=364),
            "children": chance.choice((0, 0, 0, 1, 2)),
        }
        for text in fresh
    ]
    db.insert_rows(Card, rows)
    return fresh


def _floor_calls(count: int) -> list[Call]:
    return [
        Call("/mark", _json({"code": f"T{index % bench_floor.ROWS:010d}", "scan_id": str(uuid.uuid4())}))
        for index in range(count)
    ]


def _check_calls(numbers: list[str]) -> list[Call]:
    return [Call("/door/api/checks", _json({"code": text, "occurrence": None})) for text in numbers]


def _scan_calls(numbers: list[str]) -> list[Call]:
    at = clock.now().isoformat()
    return [
        Call(
            "/door/api/scans",
            _json(
                {
                    "items": [
                        {
                            "scan_id": str(uuid.uuid4()),
                            "occurred": at,
                            "counts": {"adult": 1},
                            "code": text,
                            "occurrence": None,
                            "entry": "camera",
                            "shown": "welcome",
                        }
                    ]
                }
            ),
        )
        for text in numbers
    ]


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
