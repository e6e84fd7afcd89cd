"""How many processes a machine is given, and the numbers that they have."""

import pytest

from kaikukortti.running import processes
from kaikukortti.running.processes import Places

GIB = 2**30


@pytest.mark.parametrize(
    ("cpus", "memory", "connections", "wanted"),
    [
        (1, 8 * GIB, 97, 2),  # one goes on while the other is replaced
        (2, 24 * GIB, 97, 2),
        (4, 24 * GIB, 97, 3),  # a server as it comes: half of its connections
        (4, 24 * GIB, 400, 4),
        (64, 256 * GIB, 4000, 16),
        (8, 1 * GIB, 400, 3),
        (8, GIB // 8, 400, 1),  # never none
        (8, 24 * GIB, 10, 1),
    ],
)
def test_a_process_for_each_processor_as_far_as_memory_and_connections_reach(cpus, memory, connections, wanted):
    assert processes.choose(cpus=cpus, memory=memory, connections=connections, each=16) == wanted


def test_the_machine_is_looked_at():
    assert 1 <= processes.usable_cpus() <= 4096
    assert 2**20 < processes.usable_memory() < 2**50
    assert 2**20 < processes.resident_bytes() < processes.usable_memory() + 2**34


def test_a_container_gets_its_share(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "CGROUP", tmp_path)
    monkeypatch.setattr("os.sched_getaffinity", lambda _process: set(range(8)))
    assert processes.usable_cpus() == 8
    for written, cpus in (("max 100000", 8), ("150000 100000", 2), ("50000 100000", 1), ("999900000 100000", 8)):
        (tmp_path / "cpu.max").write_text(written, encoding="ascii")
        assert processes.usable_cpus() == cpus
    free = processes.usable_memory()
    for written, least in (("max\n", free // 2), ("1048576\n", 1048576)):
        (tmp_path / "memory.max").write_text(written, encoding="ascii")
        assert least <= processes.usable_memory() <= (free * 2 if written == "max\n" else least)


def test_the_lowest_free_number_is_given():
    places = Places()
    assert [places.take(key) for key in (11, 12, 13)] == [1, 2, 3]
    places.give_back(12)
    places.give_back(99)
    assert (places.take(14), places.of(14), places.take(15)) == (2, 2, 4)
