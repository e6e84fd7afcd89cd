"""The figures: counted by several processes together, taken over by a successor, read over HTTP on loopback alone."""

import http.client
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import values

from kaikukortti.config import ConfigError
from kaikukortti.running import exposition, metrics
from kaikukortti.running.exposition import Exposition
from kaikukortti.running.metrics import Figures


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Begin to count in a folder of the test's, and return the number of this process, to be changed."""
    number = {"own": 0}
    before = values.ValueClass
    monkeypatch.setenv(metrics.SHARED_FOLDER, str(tmp_path))
    monkeypatch.setattr(metrics, "_figures", None)
    metrics.begin(tmp_path, lambda: number["own"])
    yield number
    values.ValueClass = before


def figures() -> Figures:
    found = metrics.current()
    assert found is not None
    return found


def in_another_process(place: dict[str, int], number: int, scans: int) -> None:
    """Count scans in a forked process that has a number, and end it as SIGKILL would."""
    child = os.fork()
    if child == 0:
        place["own"] = number
        figures().begin_process()
        figures().in_progress.inc()
        for _ in range(scans):
            metrics.count_scan("accepted")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def read(name: str) -> float:
    lines = [line for line in figures().text().decode().splitlines() if line.startswith(f"kaikukortti_{name}")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def test_processes_count_together_and_a_successor_goes_on(place, tmp_path):
    in_another_process(place, 1, 3)
    in_another_process(place, 2, 4)
    assert (read("scans_total"), read("worker_starts_total"), read("requests_in_progress")) == (7, 2, 2)
    files = sorted(tmp_path.iterdir())
    in_another_process(place, 2, 5)
    assert (read("scans_total"), read("worker_starts_total")) == (12, 3)
    assert read("requests_in_progress") == 2, "what the killed one had in hand is not counted on"
    assert sorted(tmp_path.iterdir()) == files, "no more files than processes"


def test_nothing_is_counted_where_nobody_asked_for_figures(monkeypatch):
    monkeypatch.setattr(metrics, "_figures", None)
    metrics.count_scan("accepted")
    metrics.count_trouble("busy")
    metrics.count_retry()
    assert metrics.current() is None


def test_trouble_and_retries_are_counted(place):
    metrics.count_trouble("busy")
    metrics.count_retry()
    assert (read('database_trouble_total{kind="busy"}'), read("transaction_retries_total")) == (1, 1)


def test_the_folder_is_emptied_and_is_nobody_elses(tmp_path, monkeypatch):
    monkeypatch.setenv(metrics.RUNTIME_FOLDER, f"{tmp_path}:/elsewhere")
    folder = metrics.own_folder(9108)
    assert folder.parent == tmp_path and folder.stat().st_mode & 0o077 == 0
    (folder / "counter_1.db").write_bytes(b"left")
    assert list(metrics.own_folder(9108).iterdir()) == []
    (tmp_path / f"kaikukortti-metrics-{os.getuid()}-9109").symlink_to(tmp_path)
    with pytest.raises(ConfigError, match="belongs to somebody else"):
        metrics.own_folder(9109)
    own = os.getuid()
    with monkeypatch.context() as changed:
        changed.setattr("os.getuid", lambda: own + 1)
        with pytest.raises(ConfigError, match="belongs to somebody else"):
            metrics.own_folder(9111)
    (tmp_path / f"kaikukortti-metrics-{own}-9110").write_bytes(b"")
    with pytest.raises(ConfigError, match="cannot be used"):
        metrics.own_folder(9110)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_figures_are_read_over_http(place, host):
    opened = exposition.open_socket(host, 0)
    looked: list[int] = []
    metrics.count_scan("flagged")
    served = Exposition(opened, lambda: figures().text(), lambda: looked.append(1))
    served.start()
    try:
        answers = {path: fetch(host, opened.getsockname()[1], path) for path in ("/metrics", "/", "/healthz")}
    finally:
        served.shutdown()
        served.server_close()
    status, text = answers["/metrics"]
    assert status == 200 and 'kaikukortti_scans_total{result="flagged"} 1.0' in text
    assert [answers[path][0] for path in ("/", "/healthz")] == [404, 404]
    assert looked, "the process looks at itself meanwhile"


def fetch(host: str, port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_an_address_that_stays_taken_is_told(monkeypatch):
    monkeypatch.setattr(exposition, "OPENS_WITHIN", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(ConfigError, match="KAIKU_METRICS"):
            exposition.open_socket("127.0.0.1", taken.getsockname()[1])
