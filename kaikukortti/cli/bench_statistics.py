"""The figures at any size of ledger: CPU of the dashboards, seconds and memory of freezing, cost of twice as much.

Each step runs in a process of its own, so that its memory is its own. CPU is that of the web process and, where the
database is a server on this machine, of its processes that serve us.
"""

import math
import multiprocessing
import re
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kaikukortti import accounts
from kaikukortti import app as application
from kaikukortti import clock, db, monthcounts, simulate
from kaikukortti.config import Config
from kaikukortti.cube import freezing
from kaikukortti.models.network import Area
from kaikukortti.rules.access import Role
from kaikukortti.simulate.size import Size

LIMIT_MS = 50.0
PAGES = ("/figures/", "/figures/network/", "/statistics/")
REQUESTS = 30
EMAIL, PASSWORD = "bench@kaikukortti.example", "only-for-the-benchmark"
_context = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Step:
    """What a step took: seconds, of them CPU of its own process, the most memory, and what it returned."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    result: Any


@dataclass(frozen=True)
class Result:
    """What was measured with so many visits. `pages` are CPU milliseconds of each request, by page."""

    visits: int
    filling: Step
    first_look: Step
    freezing: Step
    pages: dict[str, list[float]]

    @property
    def periods(self) -> int:
        """Return how many months and quarters were frozen."""
        return int(self.freezing.result)


def size_of(visits: int) -> Size:
    """Return a network of one area with so many visits: as many places and years whatever the number of cards."""
    return Size(areas=1, units=40, venues=60, cards=max(visits // 17, 100), years=3, visits=visits)


def run(settings: Config, visits: int, *, write: Callable[[str], None]) -> Result:
    """Fill a database, count months, freeze, ask for the pages; writes a line for each."""
    filling = _apart(_fill, settings, visits)
    write(f"  filled in {_cost(filling)}, {visits / filling.seconds:,.0f} visits a second")
    first_look = _apart(_count_months, settings)
    write(f"  {first_look.result:,} months of venues counted in {_cost(first_look)}")
    frozen = _apart(_freeze, settings)
    write(
        f"  {frozen.result} months and quarters frozen in {_cost(frozen)},"
        f" {frozen.seconds / max(frozen.result, 1):.2f} s each"
    )
    pages = _apart(_ask, settings).result
    for page, taken in pages.items():
        write(f"  {page:<22}{statistics.median(taken):7.1f} ms CPU, p95 {_high(taken):.1f} ms")
    return Result(visits, filling, first_look, frozen, pages)


def compare(results: Sequence[Result], *, write: Callable[[str], None]) -> None:
    """Write what twice as many visits cost, from one size to the next, and whether the limit of the pages holds."""
    for less, more in zip(results, results[1:], strict=False):
        doublings = math.log2(more.visits / less.visits)
        line = [f"  {less.visits:,} to {more.visits:,}, each doubling:"]
        for name in ("filling", "first_look", "freezing"):
            ratio = getattr(more, name).seconds / getattr(less, name).seconds
            line.append(f"{name.replace('_', ' ')} x{ratio ** (1 / doublings):.2f},")
        slower = max(statistics.median(more.pages[page]) / statistics.median(less.pages[page]) for page in less.pages)
        line.append(f"slowest page x{slower ** (1 / doublings):.2f} (x{slower:.2f} in all)")
        write(" ".join(line))
    every = [(page, taken, result.visits) for result in results for page, taken in result.pages.items()]
    worst = max((statistics.median(taken), page, visits) for page, taken, visits in every)
    verdict = "holds" if worst[0] <= LIMIT_MS else "is broken"
    write(f"  The limit of {LIMIT_MS:.0f} ms {verdict}: {worst[1]} at {worst[2]:,} visits, {worst[0]:.1f} ms")


def _cost(step: Step) -> str:
    return f"{step.seconds:.1f} s ({step.cpu_seconds:.1f} s CPU), {step.megabytes:,.0f} MB"


def _high(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[18]


def _apart(work: Callable[..., Any], *given: Any) -> Step:
    """Run a step in a process of its own. Raises RuntimeError where it fails."""
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_measure, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        found: Step = ours.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__.strip('_')} failed") from None
    process.join()
    return found


def _measure(pipe: Any, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    begun = time.perf_counter()
    result = work(*given)
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send(Step(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, result))
    pipe.close()


def _fill(settings: Config, visits: int) -> int:
    with application.create_app(settings).app_context():
        now = clock.now()
        made = simulate.network(size_of(visits), seed=6, now=now)
        home = accounts.Home(area_id=db.db.session.scalars(sa.select(Area.id)).one())
        accounts.add_user(email=EMAIL, name="Benchmark", role=Role.COORDINATOR, home=home, password=PASSWORD, now=now)
        db.db.engine.dispose()
    return made


def _count_months(settings: Config) -> int:
    with application.create_app(settings).app_context():
        return monthcounts.refresh(db.db.session.scalars(sa.select(Area.id)).one())


def _freeze(settings: Config) -> int:
    with application.create_app(settings).app_context():
        return len(freezing.freeze(now=clock.now(), secret=settings.rounding_key).frozen)


def _ask(settings: Config) -> dict[str, list[float]]:
    app = application.create_app(settings)
    client = app.test_client()
    _sign_in(client)
    taken: dict[str, list[float]] = {page: [] for page in PAGES}
    for page in PAGES:
        client.get(page, follow_redirects=True)
    backends = _backends(app)
    for _ in range(REQUESTS):
        for page in PAGES:
            before = _cpu_seconds(backends)
            answer = client.get(page, follow_redirects=True)
            taken[page].append(1000 * (_cpu_seconds(backends) - before))
            if answer.status_code != 200:
                raise RuntimeError(f"{page} answered {answer.status_code}")
    return taken


def _sign_in(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    given = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1] if token else ""}
    if client.post("/sign-in", data=given).status_code not in (302, 303):
        raise RuntimeError("nobody could sign in")


def _cpu_seconds(backends: list[int]) -> float:
    """Return the CPU of this process so far, and of those of the server's processes that run on this machine."""
    total = time.process_time()
    for process in backends:
        try:
            fields = Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()
        except OSError:
            continue
        total += int(fields[0]) / 1e9
    return total


def _backends(app: Flask) -> list[int]:
    """Return the processes of PostgreSQL that serve this application by now; none on SQLite."""
    with app.app_context():
        if db.db.engine.dialect.name != "postgresql":
            return []
        query = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return list(db.db.session.scalars(sa.text(query)))
