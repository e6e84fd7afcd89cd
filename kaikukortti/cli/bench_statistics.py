"""The figures at any size of ledger: CPU of the dashboards, seconds and memory of freezing, cost of twice as much.

Each step runs in a process of its own, so that its memory is its own. CPU is that of the process and, where the
database is a server on this machine, of its processes that serve us; the server is taken to have nothing else to do.
"""

import math
import multiprocessing
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
from kaikukortti import cardcounts, clock, db, monthcounts, simulate, unitcounts
from kaikukortti.cli import bench_cpu
from kaikukortti.config import Config
from kaikukortti.cube import freezing
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import Area, User
from kaikukortti.rules.access import Role
from kaikukortti.signin import demo as factors
from kaikukortti.signin import sessions
from kaikukortti.simulate.size import Size

LIMIT_MS = 50.0
PAGES = {
    Role.COORDINATOR: ("/figures/", "/figures/network/", "/statistics/"),
    Role.WORKER: ("/cards/figures/",),
    Role.VENUE_MANAGER: ("/venue/figures/",),
}
REQUESTS = 30
PASSWORD = "only-for-the-benchmark"
_context = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Step:
    """What a step took: seconds, CPU of its own process and of the server, the most memory of its own process, and what
    it returned.
    """

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
    daily: Step
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
    filling = apart(fill, settings, visits)
    write(f"  filled in {_cost(filling)}, {visits / filling.seconds:,.0f} visits a second")
    first_look = apart(_count_months, settings)
    write(f"  {first_look.result:,} months of venues counted in {_cost(first_look)}")
    daily = apart(_count_cards, settings)
    write(f"  cards of the area and of its large units, once a day, in {_cost(daily)}")
    frozen = apart(_freeze, settings)
    write(
        f"  {frozen.result} months and quarters frozen in {_cost(frozen)},"
        f" {frozen.cpu_seconds / max(frozen.result, 1):.2f} s CPU each"
    )
    pages = apart(_ask, settings).result
    for page, taken in pages.items():
        write(f"  {page:<22}{statistics.median(taken):7.1f} ms CPU, p95 {_high(taken):.1f} ms")
    return Result(visits, filling, first_look, daily, frozen, pages)


def compare(results: Sequence[Result], *, write: Callable[[str], None]) -> None:
    """Write what twice as many visits cost in CPU, from size to size, and whether the limit of the pages holds."""
    for less, more in zip(results, results[1:], strict=False):
        doublings = math.log2(more.visits / less.visits)
        line = [f"  {less.visits:,} to {more.visits:,}, each doubling:"]
        for name in ("filling", "first_look", "daily", "freezing"):
            ratio = getattr(more, name).cpu_seconds / getattr(less, name).cpu_seconds
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


def apart(work: Callable[[Config], Any] | Callable[[Config, int], Any], settings: Config, *given: int) -> Step:
    """Run a step in a process of its own. Raises RuntimeError where it fails."""
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_measure, args=(theirs, work, settings, given))
    server, before = bench_cpu.find_server(settings.database_url), time.perf_counter()
    served = bench_cpu.of_server(server)
    process.start()
    theirs.close()
    try:
        result, cpu_seconds, megabytes = ours.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__.strip('_')} failed") from None
    process.join()
    seconds = time.perf_counter() - before
    return Step(seconds, cpu_seconds + bench_cpu.of_server(server) - served, megabytes, result)


def _measure(pipe: Any, work: Callable[..., Any], settings: Config, given: tuple[int, ...]) -> None:
    result = work(settings, *given)
    used = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send((result, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
    pipe.close()


def fill(settings: Config, visits: int) -> int:
    """Fill a database with a network of so many visits and a person of each role; return how many were made."""
    with application.create_app(settings).app_context():
        now = clock.now()
        made = simulate.network(size_of(visits), seed=6, now=now)
        homes = {
            Role.COORDINATOR: accounts.Home(area_id=db.db.session.scalars(sa.select(Area.id)).one()),
            Role.WORKER: accounts.Home(unit_id=_usual(Card.unit_id)),
            Role.VENUE_MANAGER: accounts.Home(venue_id=_usual(Scan.venue_id)),
        }
        for role, home in homes.items():
            accounts.add_user(email=_email(role), name="Benchmark", role=role, home=home, password=PASSWORD, now=now)
        factors.fill(now=now, secret=settings.secret_key)
        db.db.engine.dispose()
    return made


def _usual(owner: Any) -> int:
    """Return the unit or venue in the middle of all by its cards or visits."""
    query = sa.select(owner).where(owner.is_not(None)).group_by(owner).order_by(sa.func.count(), owner)
    owners: Sequence[int] = db.db.session.scalars(query).all()
    return owners[len(owners) // 2]


def _email(role: Role) -> str:
    return f"{role.value}@kaikukortti.example"


def _count_months(settings: Config) -> int:
    with application.create_app(settings).app_context():
        return monthcounts.refresh(db.db.session.scalars(sa.select(Area.id)).one())


def _count_cards(settings: Config) -> None:
    with application.create_app(settings).app_context():
        for area_id in db.db.session.scalars(sa.select(Area.id)).all():
            cardcounts.of_area(area_id, now=clock.now())
            unitcounts.prepare(area_id, now=clock.now())


def _freeze(settings: Config) -> int:
    with application.create_app(settings).app_context():
        return len(freezing.freeze(now=clock.now(), secret=settings.rounding_key).frozen)


def _ask(settings: Config) -> dict[str, list[float]]:
    app = application.create_app(settings)
    asked = [(signed_in(app, role), page) for role, pages in PAGES.items() for page in pages]
    taken: dict[str, list[float]] = {page: [] for _, page in asked}
    for client, page in asked:
        client.get(page, follow_redirects=True)
    backends = backends_of(app)
    for _ in range(REQUESTS):
        for client, page in asked:
            before = cpu_seconds(backends)
            answer = client.get(page, follow_redirects=True)
            taken[page].append(1000 * (cpu_seconds(backends) - before))
            if answer.status_code != 200:
                raise RuntimeError(f"{page} answered {answer.status_code}")
    return taken


def signed_in(app: Flask, role: Role) -> FlaskClient:
    """Return a browser in which the person with a role, whom `fill` made, is signed in."""
    client = app.test_client()
    with app.app_context():
        user_id = db.db.session.scalars(sa.select(User.id).where(User.email == _email(role))).one()
        token = sessions.begin(user_id, browser="benchmark", now=clock.now())
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def cpu_seconds(backends: list[int]) -> float:
    """Return the CPU of this process so far, and of those of the server's processes that run on this machine."""
    total = time.process_time()
    for process in backends:
        try:
            fields = Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()
        except OSError:
            continue
        total += int(fields[0]) / 1e9
    return total


def backends_of(app: Flask) -> list[int]:
    """Return the processes of PostgreSQL that serve this application by now; none on SQLite."""
    with app.app_context():
        if db.db.engine.dialect.name != "postgresql":
            return []
        query = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return list(db.db.session.scalars(sa.text(query)))
