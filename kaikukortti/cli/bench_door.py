"""The figures of `kaikukortti bench door`: what the tablets' list costs to make and to send, what a batch of queued
scans costs to take in, and how long a tablet takes from a decoded text to its own verdict.

In one process, on SQLite, CPU seconds of the server alone; the tablet's part runs the very modules of static/door in
Node.js.
"""

import json
import random
import shutil
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kaikukortti import app as application
from kaikukortti import cardregister, clock, config, db, schema
from kaikukortti.config import Config, assets_folder
from kaikukortti.models.cards import Batch, Card, new_ref
from kaikukortti.models.network import Area, PartnerState, Unit, Venue
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import Category
from venues import devices

SIZES = (258, 100_000)
CHANGED = 10
BATCH = 100
READINGS = 2_000
THROTTLE = 4  # a cheap tablet beside this machine
SECRET = "only-for-the-benchmark-" + "0" * 32
ADDRESS = "/door/api/snapshot"


@dataclass(frozen=True)
class Fetch:
    """One call of the snapshot: what went over the wire, what it cost."""

    name: str
    size: int
    cpu_s: float

    def line(self) -> str:
        """Return the figures as one line."""
        return f"  {self.name:<34}{self.size / 1000:>12,.1f} kB{self.cpu_s:>10.3f} s CPU"


@dataclass(frozen=True)
class Door:
    """A service with cards and one tablet: its client, its list key as the tablet got it, its cards' numbers."""

    app: Flask
    client: FlaskClient
    list_key: bytes
    numbers: list[str]


@dataclass(frozen=True)
class Measured:
    """The figures of the largest list: fetched whole, after a change, uploads, and the statements of one scan."""

    whole: Fetch
    changed: Fetch
    upload_ms: float
    statements: int


def run(*, batches: int, write: Callable[[str], None], sizes: tuple[int, ...] = SIZES) -> Measured:
    """Measure lists of all sizes, with the last one uploads and the tablet's own verdict; write a line for each."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="kaikukortti-bench-") as folder:
            door = _open_door(Path(folder), size)
            write(f"The tablets' list of {size:,} cards (gzip)")
            snapshot, fetches = _fetch_all(door)
            for fetch in fetches:
                write(fetch.line())
            if size == sizes[-1]:
                write(f"Upload, batches of {BATCH} queued scans, each in a durable commit of its own")
                upload_ms, statements = _upload_ms(door, batches), _count_statements(door)
                write(f"  {upload_ms:.2f} ms CPU a scan, median of {batches} batches; {statements} statements")
                for line in _tablet_lines(door, snapshot, Path(folder)):
                    write(line)
            with door.app.app_context():
                db.db.engine.dispose()
    whole, changed, _ = fetches
    return Measured(whole, changed, upload_ms, statements)


def _fetch_all(door: Door) -> tuple[bytes, list[Fetch]]:
    whole, plain = _fetch(door, "whole", {})
    first = json.loads(plain)
    asked = {"epoch": first["epoch"], "since": first["n"]}
    tag = door.client.get(ADDRESS, query_string=asked).headers["ETag"]
    unchanged, _ = _fetch(door, "nothing new: 304", asked, {"If-None-Match": tag})
    _change_cards(door, CHANGED)
    changed, _ = _fetch(door, f"{CHANGED} cards changed", asked)
    return plain, [whole, changed, unchanged]


def _fetch(
    door: Door, name: str, asked: dict[str, object], headers: dict[str, str] | None = None
) -> tuple[Fetch, bytes]:
    """Fetch three times packed, and return the median with the text of a fourth that is not packed."""
    costs = []
    for _ in range(3):
        begun = time.process_time()
        packed = door.client.get(ADDRESS, query_string=asked, headers={**(headers or {}), "Accept-Encoding": "gzip"})
        costs.append(time.process_time() - begun)
    plain = door.client.get(ADDRESS, query_string=asked).data if headers is None else b""
    return Fetch(name, len(packed.data), statistics.median(costs)), plain


def _upload_ms(door: Door, batches: int) -> float:
    chance, costs = random.Random(3), []
    _upload(door, chance.sample(door.numbers, BATCH))  # the first one prepares the statements
    for _ in range(batches):
        wanted = chance.sample(door.numbers, BATCH)
        begun = time.process_time()
        _upload(door, wanted)
        costs.append((time.process_time() - begun) * 1000 / BATCH)
    return statistics.median(costs)


def _count_statements(door: Door) -> int:
    """Return how many statements one scan costs, the look for its tablet among them; transactions begin apart."""
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            counted.append(statement)

    with door.app.app_context():
        engine = db.db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    _upload(door, door.numbers[-1:])
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(counted)


def _upload(door: Door, numbers: list[str]) -> None:
    at = clock.now().isoformat()
    items = [
        {"scan_id": str(uuid.uuid4()), "occurred": at, "counts": {"adult": 1}, "code": text, "entry": "camera"}
        for text in numbers
    ]
    answer = door.client.post("/door/api/scans", json={"items": items})
    found = {one["result"] for one in answer.get_json()["answers"]}
    if found - {"accepted", "flagged"}:
        raise RuntimeError(f"the batch was answered with {sorted(found)}")


def _tablet_lines(door: Door, snapshot: bytes, folder: Path) -> list[str]:
    node = shutil.which("node")
    if node is None:
        return ["Decode to verdict: needs Node.js, which is not here."]
    given = {
        "list_key": list(door.list_key),
        "texts": random.Random(5).choices(door.numbers, k=READINGS),
        "snapshot": json.loads(snapshot),
        "modules": (assets_folder() / "static").as_uri(),
    }
    (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
    script = Path(__file__).with_name("bench_door.mjs")
    done = subprocess.run([node, script, folder / "given.json"], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    if told["classes"].get("check", 0):
        raise RuntimeError(f"the tablet did not find its cards: {told['classes']}")
    return [
        f"The tablet, {told['cards']:,} cards, in Node.js: decoded text to verdict, {READINGS:,} readings",
        f"  p50 {told['p50']:.2f} ms, p95 {told['p95']:.2f} ms; p95 at a speed of 1/{THROTTLE}:"
        f" {told['p95'] * THROTTLE:.1f} ms",
        f"  list unpacked, its digest checked, encrypted: {told['take']:.0f} ms; opened again: {told['open']:.0f} ms",
    ]


def _open_door(folder: Path, size: int) -> Door:
    settings = Config(folder, config.sqlite_url(folder), SECRET, secure_cookies=False)
    schema.upgrade(settings.database_url)
    app = application.create_app(settings)
    with app.app_context():
        unit_id, venue_id, batch_id = _add_network()
        numbers = _add_cards(size, unit_id, batch_id)
        manager = Actor(None, "bench", Role.VENUE_MANAGER, venue_id=venue_id)
        code = devices.plan_enrolment(actor=manager, venue_id=venue_id, now=clock.now())
        enrolled = devices.enrol(code=code, name="bench", secret_key=SECRET, now=clock.now())
    client = app.test_client()
    client.set_cookie("kaiku_device", enrolled.credential)
    return Door(app, client, enrolled.list_key, numbers)


@db.transactional
def _add_network() -> tuple[int, int, int]:
    session = db.db.session
    area = Area(name_fi="Alue", prefix="EK", municipalities=[])
    session.add(area)
    session.flush()
    unit = Unit(area_id=area.id, name_fi="Yksikkö", state=PartnerState.ACTIVE)
    venue = Venue(area_id=area.id, name_fi="Kohde", state=PartnerState.ACTIVE, category=Category.CULTURE)
    session.add_all([unit, venue])
    session.flush()
    batch = Batch(area_id=area.id, unit_id=unit.id, kind=CardKind.PERSONAL, created_at=clock.now())
    session.add(batch)
    session.flush()
    return unit.id, venue.id, batch.id


def _add_cards(size: int, unit_id: int, batch_id: int) -> list[str]:
    chance, today = random.Random(1), period.day_of(clock.now())
    numbers: set[str] = set()
    while len(numbers) < size:
        numbers.add(number.make("EK", chance.choice))
    rows = [
        {
            "number": text,
            "ref": new_ref(),
            "batch_id": batch_id,
            "kind": CardKind.PERSONAL,
            "unit_id": unit_id,
            "line": f"{chance.getrandbits(128):032x}",
            "state": State.ACTIVE,
            "first_on": today - timedelta(days=days),
            "last_valid_on": today + timedelta(days=364 - days),
            "children": chance.choice((0, 0, 0, 1, 2)),
            "n": place,
        }
        for place, text in enumerate(sorted(numbers), start=1)
        for days in (chance.randrange(364),)
    ]
    db.insert_rows(Card, rows)
    _take_places(size)
    return sorted(numbers)


@db.transactional
def _take_places(count: int) -> None:
    cardregister.take_numbers(count)


def _change_cards(door: Door, count: int) -> None:
    with door.app.app_context():
        _block(door.numbers[:count])


@db.transactional
def _block(numbers: list[str]) -> None:
    last = cardregister.take_numbers(len(numbers))
    for place, text in enumerate(numbers):
        values = {"state": State.BLOCKED, "n": last - place}
        db.db.session.execute(sa.update(Card).where(Card.number == text).values(**values))
