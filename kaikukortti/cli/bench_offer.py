"""The public offer with many places and dates: CPU of a request beside a bare page of the same frame, and its bytes."""

import random
import statistics
import tempfile
import time as clocks
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from kaikukortti import app as application
from kaikukortti import clock, config, db, schema
from kaikukortti.config import Config
from kaikukortti.models.network import Area, PartnerState, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.programme import Category, EventKind, Planned

AREAS, VENUES, OCCURRENCES, EVENTS_A_VENUE = 12, 450, 20_000, 6
SEASON_DAYS = 60
LIMIT_MS = 20.0
PAGES = {
    "bare page: the frame alone": "/about",
    "offer: next two weeks": "/offer/",
    "offer: easy Finnish": "/offer/?easy=1",
    "offer: an area, culture": "/offer/?area=3&category=culture",
    "offer: every choice at once": "/offer/?area=3&category=sport&children=1&step_free=1&stop=1",
    "offer: a day, step-free": "/offer/?day={day}&step_free=1",
    "offer: page 200": "/offer/?page=200",
    "offer: choices that nothing meets": "/offer/?area=1&category=science&children=1&step_free=1&stop=1&page=20",
    "places: page 10": "/offer/venues?page=10",
    "a place": "/offer/venues/100",
}


@dataclass(frozen=True)
class Taken:
    """CPU milliseconds of each request for one page, and the bytes of an answer."""

    name: str
    cpu_ms: list[float]
    size: int

    @property
    def median(self) -> float:
        """Return the median."""
        return statistics.median(self.cpu_ms)

    @property
    def high(self) -> float:
        """Return the 95th percentile."""
        return statistics.quantiles(self.cpu_ms, n=20)[18]


def run(*, requests: int, write: Callable[[str], None]) -> list[Taken]:
    """Fill a service, ask for each page in turn, a line for each; the bare page is that without a programme."""
    with tempfile.TemporaryDirectory(prefix="kaikukortti-bench-") as folder:
        app = _fill(Path(folder))
        today = period.day_of(clock.now())
        pages = {name: path.format(day=today + timedelta(days=5)) for name, path in PAGES.items()}
        for path in pages.values():
            _ask(app, path, 0)
        taken: dict[str, list[tuple[float, int]]] = {name: [] for name in pages}
        for turn in range(requests):
            for name, path in pages.items():
                taken[name].append(_ask(app, path, turn))
        results = [Taken(name, [ms for ms, _ in every], every[-1][1]) for name, every in taken.items()]
        with app.app_context():
            db.db.engine.dispose()
    write(f"{VENUES} venues, {OCCURRENCES} dates over {SEASON_DAYS} days; SQLite; {requests} requests a page, in turn")
    write(f"{'':<36}{'CPU ms':>8}{'p95':>8}{'x bare':>8}{'KB':>8}")
    for result in results:
        ratio = result.median / results[0].median
        write(f"{result.name:<36}{result.median:>8.2f}{result.high:>8.2f}{ratio:>8.2f}{result.size / 1000:>8.1f}")
    worst = max(results[1:], key=lambda result: result.high)
    verdict = "holds" if worst.high < LIMIT_MS else "is broken"
    write(f"The limit of {LIMIT_MS:.0f} ms {verdict}: {worst.name}, p95 {worst.high:.2f} ms")
    return results


def _ask(app: Flask, path: str, turn: int) -> tuple[float, int]:
    """Answer one request as a stranger's and return its CPU milliseconds and bytes. Raises RuntimeError on an error."""
    environ = app.test_request_context(path).request.environ
    environ["REMOTE_ADDR"] = f"10.{turn >> 8 & 255}.{turn & 255}.1"
    statuses: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return len

    begun = clocks.process_time()
    answer = app.wsgi_app(environ, start)
    body = b"".join(answer)
    took = clocks.process_time() - begun
    if not statuses[0].startswith("200"):
        raise RuntimeError(f"{path} answered {statuses[0]}")
    return 1000 * took, len(body)


def _fill(folder: Path) -> Flask:
    """Make a service with many places and a season of dates."""
    settings = Config(folder, config.sqlite_url(folder), "only-for-the-benchmark-" + "0" * 32, secure_cookies=False)
    schema.upgrade(settings.database_url)
    app = application.create_app(settings)
    with app.app_context():
        chance, now = random.Random(7), clock.now()
        db.insert_rows(Area, [{"name_fi": f"Alue {n}", "prefix": f"A{chr(65 + n)}"} for n in range(AREAS)])
        areas = list(db.db.session.scalars(sa.select(Area.id)))
        db.insert_rows(Venue, [_venue(number, chance, areas) for number in range(VENUES)])
        homes = list(db.db.session.scalars(sa.select(Venue.id)))
        db.insert_rows(Event, [_event(number, chance, homes, now) for number in range(VENUES * EVENTS_A_VENUE)])
        events = db.db.session.execute(sa.select(Event.id, Event.venue_id)).all()
        db.insert_rows(Occurrence, [_occurrence(chance, *chance.choice(events), now=now) for _ in range(OCCURRENCES)])
        db.db.session.remove()
    return app


def _venue(number: int, chance: random.Random, areas: list[int]) -> dict[str, object]:
    return {
        "area_id": areas[number % len(areas)],
        "name_fi": f"Esimerkkitalo {number}",
        "name_sv": f"Exempelhuset {number}",
        "municipality": f"Kunta {number % 40}",
        "category": chance.choice(list(Category)),
        "state": PartnerState.ACTIVE,
        "street": f"Esimerkkikatu {number}",
        "postcode": f"{53000 + number}",
        "bus_stop": chance.choice(("", f"Pysäkki {number}, linja 3")),
        "ticket_phone": "05 000 0000",
        "step_free": chance.choice((True, False, None)),
    }


def _event(number: int, chance: random.Random, homes: list[int], now: datetime) -> dict[str, object]:
    return {
        "venue_id": homes[number % len(homes)],
        "title_fi": f"Esitys numero {number}",
        "title_sv": "",
        "title_en": "",
        "category": chance.choice(list(Category)),
        "kind": chance.choice(list(EventKind)),
        "created_at": now,
    }


def _occurrence(chance: random.Random, event_id: int, venue_id: int, *, now: datetime) -> dict[str, object]:
    day = period.day_of(now) + timedelta(days=chance.randrange(SEASON_DAYS))
    starts_at = now + timedelta(days=(day - period.day_of(now)).days, minutes=15 * chance.randrange(-40, 40))
    return {
        "event_id": event_id,
        "venue_id": venue_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "on_day": period.day_of(starts_at),
        "state": Planned.CANCELLED if chance.random() < 0.02 else Planned.ON,
        "sold_out": chance.random() < 0.05,
    }
