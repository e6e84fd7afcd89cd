"""A process that has grown too large makes way for another; one that has not stays."""

from types import SimpleNamespace

import pytest

from kaikukortti.cli.workers import Workers
from kaikukortti.running import processes
from tests.conftest import settings


@pytest.mark.parametrize(("most", "stays"), [(2**50, True), (2**20, False)])
def test_a_process_that_has_grown_too_large_makes_way(tmp_path, monkeypatch, caplog, most, stays):
    monkeypatch.setattr(processes, "RECYCLE_ABOVE", most)
    worker = SimpleNamespace(alive=True)
    Workers(settings("sqlite://", tmp_path), sends_mail=False)._look(worker)
    assert worker.alive is stays
    assert ("makes way for another" in caplog.text) is not stays
