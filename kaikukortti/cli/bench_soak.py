"""`kaikukortti bench soak`: everything at once for a while, the answers' p95 and the memory by the minute, and whether
they stay flat. Tablets scan, a desk hands out cards, a coordinator looks at figures, uses are exported.
"""

import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate, cycle
from typing import Any

from kaikukortti.cli import bench_desk, bench_load, bench_network, bench_served
from kaikukortti.cli.bench_databases import Database
from kaikukortti.cli.bench_desk import Browser
from kaikukortti.cli.bench_load import Refused
from kaikukortti.cli.bench_network import Filled
from kaikukortti.cli.bench_served import Served
from kaikukortti.config import Config
from kaikukortti.rules.access import Role

VISITS, STOCK = 20_000, 2_000
SCANS_A_SECOND = 3  # half an hour is a month of the whole country (domain.md §4: some 116,000 uses in 22 months)
PAGE_EVERY_S, CARD_EVERY_S, EXPORT_EVERY_S = 0.5, 2.0, 30.0
TABLETS, SENDERS = 13, 3  # a tablet at each venue of Lappeenranta's network; processes that send for them
PAGES = ("/figures/", "/figures/network/", "/statistics/")
FLAT_MEMORY, FLAT_WAITS = 1.15, 1.5  # how much more the last third may be than the first
SCAN, CARD, PAGE, EXPORT = "scan", "card handed out", "dashboard", "export of uses"
KINDS = (SCAN, CARD, PAGE, EXPORT)
PAUSES = {CARD: CARD_EVERY_S, PAGE: PAGE_EVERY_S, EXPORT: EXPORT_EVERY_S}
REFUSED = "refused"
_context = multiprocessing.get_context("fork")

Took = tuple[str, float]
"""What was done, and the seconds that it took."""


@dataclass(frozen=True)
class Slice:
    """A minute: p95 in milliseconds and count of each kind, and the workers' megabytes at its end."""

    high_ms: dict[str, float]
    count: dict[str, int]
    megabytes: float


@dataclass(frozen=True)
class Verdict:
    """How many times the first third the last third is: memory, p95 of each kind; how often one was refused."""

    memory: float
    waits: dict[str, float]
    refused: int

    @property
    def is_flat(self) -> bool:
        """Return whether nothing grew and nobody was refused."""
        return self.memory <= FLAT_MEMORY and not self.refused and max(self.waits.values(), default=0) <= FLAT_WAITS


def run(
    database: Database,
    *,
    minutes: int,
    write: Callable[[str], None],
    slice_s: float = 60,
    scans_a_second: float = SCANS_A_SECOND,
) -> Verdict:
    """Keep a service busy and write a line for each minute, then the verdict.

    Each tablet is at a venue of its own, and they scan in turn. A dashboard counts a venue's month anew when visits
    have come in since: `scans_a_second` decides how long these months become, and with it what a look costs.
    """
    pauses = {**PAUSES, SCAN: SENDERS / scans_a_second}
    with database() as settings:
        filled = bench_network.fill(settings, visits=VISITS, blank=STOCK, tablets=TABLETS)
        with bench_served.serving(settings) as served:
            slices, refused = _watch(settings, filled, served, pauses, minutes * [slice_s], write)
    verdict = judge(slices, refused)
    grown = ", ".join(f"p95 of {kind} x{times:.2f}" for kind, times in verdict.waits.items())
    said = "flat" if verdict.is_flat else "NOT flat"
    write(f"{said}: the last third beside the first: memory x{verdict.memory:.2f}, {grown}; refused {verdict.refused}")
    return verdict


def judge(slices: Sequence[Slice], refused: int) -> Verdict:
    """Compare the last third with the first, the warm-up of one slice left out where there are more than three."""
    counted = slices[1:] if len(slices) > 3 else slices
    third = max(1, len(counted) // 3)
    first, last = counted[:third], counted[-third:]
    waits = {}
    for kind in KINDS:
        before, after = ([each.high_ms[kind] for each in part if kind in each.high_ms] for part in (first, last))
        if before and after:
            waits[kind] = statistics.median(after) / statistics.median(before)
    memory = statistics.median(each.megabytes for each in last) / statistics.median(each.megabytes for each in first)
    return Verdict(memory, waits, refused)


def _watch(
    settings: Config,
    filled: Filled,
    served: Served,
    pauses: Mapping[str, float],
    minutes: Sequence[float],
    write: Callable[[str], None],
) -> tuple[list[Slice], int]:
    write(f"{'':>6}" + "".join(f"{kind:>26}" for kind in KINDS) + f"{'memory MB':>12}")
    write(f"{'minute':>6}" + f"{'number':>14}{'p95 ms':>12}" * len(KINDS))
    told: Any = _context.Queue()
    begun = time.monotonic()
    until = begun + sum(minutes)
    works: list[tuple[Any, ...]] = [(scan, filled, served.port, share) for share in range(SENDERS)]
    works.append((hand_out, iter(filled.stock), served.port, bench_desk.cookie_of(settings, Role.WORKER)))
    works.append((look, served.port, bench_desk.cookie_of(settings, Role.COORDINATOR)))
    works.append((export, settings))
    processes = [_context.Process(target=_work, args=(told, until, pauses, *work)) for work in works]
    for process in processes:
        process.start()
    slices, refused = [], 0
    for minute, end in enumerate(accumulate(minutes), start=1):
        time.sleep(max(0.0, begun + end - time.monotonic()))
        took = _drained(told)
        refused += sum(kind == REFUSED for kind, _ in took)
        slices.append(_slice(took, served.own_mb))
        write(_line(minute, slices[-1]))
    for process in processes:
        while process.is_alive():  # it cannot end before what it told has been taken
            refused += sum(kind == REFUSED for kind, _ in _drained(told))
            process.join(0.1)
    return slices, refused + sum(process.exitcode != 0 for process in processes)


def _drained(told: Any) -> list[Took]:
    found = []
    while not told.empty():
        found.append(told.get())
    return found


def _slice(took: Sequence[Took], megabytes: float) -> Slice:
    by_kind = {kind: sorted(seconds for done, seconds in took if done == kind) for kind in KINDS}
    high = {kind: 1000 * every[int(len(every) * 0.95)] for kind, every in by_kind.items() if every}
    return Slice(high, {kind: len(every) for kind, every in by_kind.items()}, megabytes)


def _line(minute: int, done: Slice) -> str:
    cells = (f"{done.count[kind]:>14,}{done.high_ms.get(kind, 0):>12.0f}" for kind in KINDS)
    return f"{minute:>6}" + "".join(cells) + f"{done.megabytes:>12.0f}"


def _work(
    told: Any, until: float, pauses: Mapping[str, float], work: Callable[..., Iterator[str]], *given: Any
) -> None:
    """Do one kind of work again and again until the end; what is refused is told and done anew."""
    steps = work(*given)
    while time.monotonic() < until:
        begun = time.perf_counter()
        try:
            kind = next(steps)
        except Refused:
            kind, steps = REFUSED, work(*given)
        took = time.perf_counter() - begun
        told.put((kind, took))
        pause = pauses.get(kind, 0)
        time.sleep(max(0.0, min(pause - took, until - time.monotonic())))


def scan(filled: Filled, port: int, share: int) -> Generator[str]:
    """Scan a share of the cards at a share of the tablets in turn, one a request. Raises Refused."""
    doors = [f"kaiku_device={credential}" for credential in filled.credentials[share::SENDERS]]
    with bench_load.connected(port) as connection:
        for number, door in zip(cycle(filled.numbers[share::SENDERS]), cycle(doors), strict=False):
            headers = {"Cookie": door, "Content-Type": "application/json"}
            bench_load.send(connection, bench_network.scan_call([number]), headers)
            yield SCAN


def hand_out(blank: Iterator[str], port: int, cookie: str) -> Generator[str]:
    """Hand out blank cards at the desk. Raises Refused."""
    with closing(Browser(port, cookie)) as desk:
        for number in blank:
            desk.issue(number)
            yield CARD


def look(port: int, cookie: str) -> Generator[str]:
    """Look at the coordinator's figures. Raises Refused."""
    with closing(Browser(port, cookie)) as browser:
        while True:
            for page in PAGES:
                browser.get(page)
                yield PAGE


def export(settings: Config) -> Generator[str]:
    """Export all uses by the command."""
    folder = settings.instance_path
    command = [sys.executable, "-m", "kaikukortti", "export", "uses", "--instance"]
    command += [str(folder), str(folder / "uses.csv")]
    while True:
        subprocess.run(command, env=bench_served.environment(settings), check=True, capture_output=True)
        yield EXPORT
