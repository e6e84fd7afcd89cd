"""`kaikukortti bench door` on small lists: every figure is there, and the tablet's modules find their cards."""

import re

import pytest

from kaikukortti.cli import bench_door


@pytest.mark.slow
def test_the_door_is_measured() -> None:
    lines: list[str] = []
    bench_door.run(batches=1, write=lines.append, sizes=(110, 120))
    told = "\n".join(lines)
    assert "list of 110 cards" in told and "list of 120 cards" in told
    for name in ("whole", "10 cards changed", "nothing new: 304"):
        sizes = [float(size) for size in re.findall(rf"{name} +([\d.]+) kB +[\d.]+ s CPU", told)]
        assert len(sizes) == 2 and all((size == 0) == (name == "nothing new: 304") for size in sizes)
    assert re.search(r"[\d.]+ ms CPU a scan, median of 1 batches", told)
    assert re.search(r"120 cards, in Node.js: .*\n +p50 [\d.]+ ms, p95 [\d.]+ ms", told)
