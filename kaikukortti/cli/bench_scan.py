"""Scan and register over HTTP, beside the bare floor, rounds in turn: only ratios of one run mean anything."""

import json
import random
import statistics
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kaikukortti import app as application
from kaikukortti import clock, db, simulate
from kaikukortti.cli import bench_cpu, bench_databases, bench_floor, bench_load, bench_network
from kaikukortti.cli.bench_databases import Database
from kaikukortti.cli.bench_load import Call, Round
from kaikukortti.config import Config
from kaikukortti.models.cards import Batch, Card, new_ref
from kaikukortti.models.network import Venue
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from venues import devices

CARDS = 5_000
CLIENTS = (1, 4, 16)
WARM_UP = 20
FLOOR, CHECK, SCAN = "floor: sign-in, look-up, insert", "check: verdict only", "scan + register, durable"


@dataclass(frozen=True)
class Result:
    """Rounds of one kind of request; `bare` are the floor's of the same run, None for the floor itself."""

    name: str
    clients: int
    rounds: Sequence[Round]
    bare: Sequence[Round] | None

    @property
    def cpu_ms(self) -> float:
        """Return the median of milliseconds of CPU a request."""
        return statistics.median(taken.cpu_ms for taken in self.rounds)

    @property
    def ratio(self) -> float:
        """Return the median of the rounds' ratios to the floor's."""
        pairs = zip(self.rounds, self.bare or self.rounds, strict=True)
        return statistics.median(taken.cpu_ms / floor.cpu_ms for taken, floor in pairs)

    @property
    def longest_ms(self) -> float:
        """Return the median of the rounds' longest waits."""
        return statistics.median(taken.longest_ms for taken in self.rounds)

    def line(self) -> str:
        """Return the figures as one line."""
        rate = statistics.median(taken.per_second for taken in self.rounds)
        waits = sorted(wait for taken in self.rounds for wait in taken.waits)
        half, high = 1000 * statistics.median(waits), 1000 * waits[int(len(waits) * 0.95)]
        told = f"{self.name:<34}{self.clients:>8}{rate:>12.0f}{self.cpu_ms:>12.2f}{half:>9.1f}{high:>9.1f}"
        return told + f"{self.longest_ms:>9.0f}" + ("" if self.bare is None else f"{self.ratio:>9.2f}")


def run(
    database: Database,
    *,
    clients: Sequence[int],
    rounds: int,
    requests: int,
    workers: int,
    write: Callable[[str], None],
) -> list[Result]:
    """Measure floor, check and scan + register, interleaved, and write a line for each."""
    head = ("clients", 8), ("requests/s", 12), ("CPU ms/req", 12), ("p50 ms", 9), ("p95 ms", 9), ("longest", 9)
    write(f"{'':<34}" + "".join(name.rjust(width) for name, width in head) + f"{'x floor':>9}")
    results: list[Result] = []
    with database() as settings:
        credential, numbers = _fill(settings)
        url = bench_databases.floor_url(settings)
        bench_floor.prepare(url)
        server, secret = bench_cpu.find_server(settings.database_url), settings.secret_key
        with (
            bench_load.serving(lambda: bench_floor.create_floor(url, secret=secret), workers=workers) as floor,
            bench_load.serving(lambda: application.create_app(settings), workers=workers) as service,
        ):
            sides = _Sides(floor, service, bench_load.fetch(floor[0], "/in"), credential, server, numbers)
            sides.measure(1, WARM_UP)
            for count in clients:
                taken = [sides.measure(count, requests) for _ in range(rounds)]
                bare = [each[FLOOR] for each in taken]
                for name in (FLOOR, CHECK, SCAN):
                    mine = [each[name] for each in taken]
                    results.append(Result(name, count, mine, None if name == FLOOR else bare))
                    write(results[-1].line())
    return results


@dataclass(frozen=True)
class _Sides:
    """The floor and the service as they are served: (port, master), what their clients send along, the database."""

    floor: tuple[int, int]
    service: tuple[int, int]
    floor_cookie: str
    credential: str
    server: int | None
    numbers: Sequence[str]

    def measure(self, clients: int, requests: int) -> dict[str, Round]:
        """Send one round to each, in turn."""
        chosen = random.sample(self.numbers, requests)
        door = f"kaiku_device={self.credential}"
        turns = (
            (FLOOR, self.floor, self.floor_cookie, _floor_calls(requests)),
            (CHECK, self.service, door, _check_calls(chosen)),
            (SCAN, self.service, door, _scan_calls(chosen)),
        )
        return {
            name: bench_load.run_round(
                *side,
                calls,
                clients=clients,
                headers={"Cookie": cookie, "Content-Type": "application/json"},
                database=self.server,
            )
            for name, side, cookie, calls in turns
        }


def _fill(settings: Config) -> tuple[str, list[str]]:
    """Make a demo network with CARDS more cards in use; return a tablet's credential and the numbers."""
    app = application.create_app(settings)
    with app.app_context():
        now = clock.now()
        simulate.fill(now=now, password="kaiku-benchmark")
        numbers = _add_cards(app)
        venue_id = db.db.session.scalar(sa.select(sa.func.min(Venue.id))) or 0
        manager = Actor(None, "bench", Role.VENUE_MANAGER, venue_id=venue_id)
        code = devices.plan_enrolment(actor=manager, venue_id=venue_id, now=now)
        credential = devices.enrol(code=code, name="bench", secret_key=settings.secret_key, now=now).credential
        db.db.session.remove()
        for engine in db.db.engines.values():
            engine.dispose()
    return credential, numbers


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
    return [bench_network.scan_call([text]) for text in numbers]


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
