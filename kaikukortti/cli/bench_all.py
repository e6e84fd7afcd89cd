"""`kaikukortti bench all`: every budget in one table: what is allowed, what is aimed at, what came out."""

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from kaikukortti import app as application
from kaikukortti import db
from kaikukortti.cli import (
    bench_cards,
    bench_cpu,
    bench_databases,
    bench_desk,
    bench_door,
    bench_network,
    bench_scan,
    bench_served,
    bench_statistics,
)
from kaikukortti.cli.bench_databases import Database
from kaikukortti.cli.bench_desk import Browser
from kaikukortti.config import Config
from kaikukortti.rules.access import Role
from kaikukortti.transfer import exporting, rowfile
from kaikukortti.transfer.columns import USES

EXPORTED, ISSUED = 20_000, 30
DESK = ("/cards/", "/cards/new", "/cards/{card}", "/renewals/", "/sleeping/")


@dataclass(frozen=True)
class Budget:
    """One figure: at most so much is allowed, so much is aimed at (None: no aim)."""

    what: str
    unit: str
    allowed: float
    aim: float | None
    measured: float

    def line(self) -> str:
        """Return the figures as one line."""
        aim = "" if self.aim is None else f"{self.aim:g}"
        verdict = "reached" if self.aim is not None and self.measured <= self.aim else "holds"
        verdict = verdict if self.measured <= self.allowed else "BROKEN"
        return f"{self.what:<58}{self.allowed:>8g}{aim:>8}{self.measured:>10.2f} {self.unit:<14}{verdict}"


def run(
    postgresql: str | None, *, visits: Sequence[int], rounds: int, requests: int, write: Callable[[str], None]
) -> list[Budget]:
    """Measure everything and write a line for each figure as soon as it is known."""
    write(f"{'':<58}{'budget':>8}{'aim':>8}{'measured':>10}")
    found = []
    for budget in _all(postgresql, visits, rounds, requests):
        write(budget.line())
        found.append(budget)
    broken = [budget.what for budget in found if budget.measured > budget.allowed]
    write("Every budget holds." if not broken else f"Broken: {'; '.join(broken)}")
    return found


def _all(postgresql: str | None, visits: Sequence[int], rounds: int, requests: int) -> Iterator[Budget]:
    for engine, database in bench_databases.engines(postgresql):
        yield from _scans(engine, database, rounds, requests)
    yield from _door()
    for engine, database in bench_databases.engines(postgresql):
        for size in visits:
            with database() as settings:
                yield from _figures(engine, size, settings)
    for engine, database in bench_databases.engines(postgresql):
        with database() as settings:
            yield from _service(engine, settings)
    sheet = bench_cards.sheet_speed(cards=1_000)
    yield Budget("sheet of 1,000 cards", "s", 5, 3, sheet.seconds)


def _scans(engine: str, database: Database, rounds: int, requests: int) -> Iterator[Budget]:
    workers = 1 if engine == bench_databases.SQLITE else 2
    results = bench_scan.run(
        database, clients=(1, 16), rounds=rounds, requests=requests, workers=workers, write=lambda _line: None
    )
    by_name = {(result.name, result.clients): result for result in results}
    yield Budget(f"scan + register, {engine}", "x floor", 1.5, None, by_name[bench_scan.SCAN, 1].ratio)
    yield Budget(f"check, {engine}", "x floor", 1.0, None, by_name[bench_scan.CHECK, 1].ratio)
    yield Budget(f"check, {engine}", "ms CPU", 10, 0.6, by_name[bench_scan.CHECK, 1].cpu_ms)
    if engine == bench_databases.SQLITE:
        yield Budget("longest wait of 16 clients", "ms", 250, 100, by_name[bench_scan.SCAN, 16].longest_ms)


def _door() -> Iterator[Budget]:
    lines: list[str] = []
    measured = bench_door.run(batches=10, write=lines.append)
    yield Budget("SQL statements of a scan, its commit apart", "", 8, 5, measured.statements)
    yield Budget("upload of 100 queued scans, each durable", "ms CPU a scan", 1, 0.5, measured.upload_ms)
    yield Budget("list of 100,000 cards over the wire", "MB", 2.5, None, measured.whole.size / 1e6)
    yield Budget("list of 100,000 cards", "s CPU", 1, None, measured.whole.cpu_s)
    yield Budget("list of 10 changed cards of 100,000", "ms CPU", 1_000, 5, 1000 * measured.changed.cpu_s)
    slowed = re.search(r"p95 at a speed of 1/4: ([\d.]+) ms", "\n".join(lines))
    if slowed is not None:
        yield Budget("decoded text to verdict on a slow tablet, p95", "ms", 300, 100, float(slowed[1]))


def _figures(engine: str, visits: int, settings: Config) -> Iterator[Budget]:
    done = bench_statistics.run(settings, visits, write=lambda _line: None)
    for page, taken in done.pages.items():
        what = f"{page} at {visits:,} visits, {engine}"
        yield Budget(what, "ms CPU", bench_statistics.LIMIT_MS, 15, statistics.median(taken))
    each = done.freezing.cpu_seconds / max(done.periods, 1)
    yield Budget(f"freezing a month of {visits:,} visits, {engine}", "s CPU", 60, 10, each)
    yield Budget(f"memory of freezing {visits:,} visits, {engine}", "MB", 250, None, done.freezing.megabytes)


def _service(engine: str, settings: Config) -> Iterator[Budget]:
    filled = bench_network.fill(settings, visits=int(EXPORTED * 1.1), blank=ISSUED)
    database = bench_cpu.find_server(settings.database_url)
    with bench_served.serving(settings) as served, ExitStack() as stack:
        yield Budget(f"start until the first answer, {engine}", "s", 2, 1, served.started_s)
        desk = stack.enter_context(closing(Browser(served.port, bench_desk.cookie_of(settings, Role.WORKER))))
        addresses = [page.format(card=filled.card_id) for page in DESK]
        for page in addresses:
            desk.get(page)

        def cost(act: Callable[[str], object], given: Sequence[str]) -> float:
            before = served.cpu_s + bench_cpu.of_server(database)
            for each in given:
                act(each)
            return 1000 * (served.cpu_s + bench_cpu.of_server(database) - before) / len(given)

        handed_out = cost(desk.issue, filled.stock)
        yield Budget(f"a card handed out, five requests, {engine}", "ms CPU", 250, None, handed_out)
        worst, page = max((cost(desk.get, [page] * ISSUED), page) for page in addresses)
        yield Budget(f"dearest page of the desk ({page}), {engine}", "ms CPU", 50, 15, worst)
        yield Budget(f"memory of a worker (shared parts by halves), {engine}", "MB", 130, 90, served.worker_mb)
    yield Budget(f"export of {EXPORTED:,} uses, {engine}", "s CPU", 1, 0.2, _export(settings, filled.area_id))


def _export(settings: Config, area_id: int) -> float:
    """Return the seconds of CPU that the first EXPORTED uses take, this process's and the server's."""
    server = bench_cpu.find_server(settings.database_url)
    with application.create_app(settings).app_context(), tempfile.TemporaryDirectory() as folder:
        before, served = time.process_time(), bench_cpu.of_server(server)
        with (Path(folder) / "uses.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            count = rowfile.write_rows(stream, USES, exporting.uses(area_id))
        took = time.process_time() - before + bench_cpu.of_server(server) - served
        db.db.session.remove()
        for engine in db.db.engines.values():
            engine.dispose()
    return took * EXPORTED / max(count, 1)
