"""`kaikukortti bench`: a soak of seconds is run for real, and what grows is told from what is flat."""

import subprocess
import sys

import pytest

from kaikukortti.cli import bench_databases, bench_desk, bench_network, bench_scan, bench_served, bench_soak
from kaikukortti.cli.bench_all import Budget
from kaikukortti.cli.bench_soak import KINDS, Slice
from kaikukortti.rules.access import Role


def slices(*megabytes: float, high: float = 10) -> list[Slice]:
    return [Slice(dict.fromkeys(KINDS, high), dict.fromkeys(KINDS, 5), size) for size in megabytes]


@pytest.mark.slow
def test_every_kind_of_a_soaks_work_is_done_on_a_running_service():
    with bench_databases.sqlite_settings() as settings:
        filled = bench_network.fill(settings, visits=1_000, blank=2, tablets=2)
        with bench_served.serving(settings) as served:
            desk = bench_desk.cookie_of(settings, Role.WORKER)
            works = [
                bench_soak.scan(filled, served.port, 1),
                bench_soak.hand_out(iter(filled.stock), served.port, desk),
                bench_soak.look(served.port, bench_desk.cookie_of(settings, Role.COORDINATOR)),
                bench_soak.export(settings),
            ]
            assert [next(work) for work in works] == list(KINDS)
            for work in works:
                work.close()
            assert served.own_mb > 20
        assert (settings.instance_path / "uses.csv").read_text(encoding="utf-8").count("\n") > 500


def test_memory_that_grows_is_not_flat():
    assert bench_soak.judge(slices(90, 100, 100, 101, 100, 101, 100), 0).is_flat
    assert not bench_soak.judge(slices(90, 100, 104, 110, 114, 118, 125), 0).is_flat


def test_answers_that_become_slower_are_not_flat():
    slow = slices(100, 100, 100) + slices(100, 100, high=16)
    assert not bench_soak.judge(slow, 0).is_flat


def test_who_is_refused_breaks_a_soak():
    assert not bench_soak.judge(slices(100, 100, 100), 1).is_flat


@pytest.mark.slow
def test_a_scan_is_measured_beside_the_floor():
    asked = ["bench", "scan", "--clients", "2", "--rounds", "1", "--requests", "10"]
    done = subprocess.run([sys.executable, "-m", "kaikukortti", *asked], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()[2:5]
    assert [line[:5] for line in lines] == [bench_scan.FLOOR[:5], bench_scan.CHECK[:5], bench_scan.SCAN[:5]]
    assert all(float(line.split()[-1]) > 0 for line in lines)


@pytest.mark.parametrize(
    ("measured", "verdict"), [(0.4, "reached"), (0.5, "reached"), (0.8, "holds"), (1, "holds"), (1.1, "BROKEN")]
)
def test_a_budget_says_whether_it_holds(measured, verdict):
    assert Budget("upload", "ms", 1, 0.5, measured).line().endswith(verdict)
