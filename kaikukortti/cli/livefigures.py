"""Figures that are asked for when they are read, not counted: readiness, e-mail that waits, room on the disk."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kaikukortti import clock
from kaikukortti.backup import standing
from kaikukortti.backup.problem import BackupProblem
from kaikukortti.config import Config
from kaikukortti.db import MIGRATIONS, db
from kaikukortti.mailing import queue
from kaikukortti.running import checks, health
from kaikukortti.running.metrics import PREFIX
from kaikukortti.web import status

Gauges = Iterable[GaugeMetricFamily]


class LiveFigures(Collector):
    """Asks in the application's context; what does not answer is left out, and `ready` says why."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._asked: list[Callable[[], Gauges]] = [_readiness, _durability, _mail]

    def collect(self) -> Iterator[Metric]:
        """Return the figures of this moment."""
        yield _build()
        yield from _room(self._app.config["KAIKU"])
        yield from _backups(self._app.config["KAIKU"])
        for ask in self._asked:
            with self._app.app_context():
                try:
                    with suppress(sa.exc.SQLAlchemyError):
                        yield from list(ask())
                finally:
                    with suppress(sa.exc.SQLAlchemyError):
                        db.session.remove()

    def describe(self) -> list[Metric]:
        """Return nothing: nobody needs the names before the first reading."""
        return []


def _gauge(name: str, text: str, values: dict[str, float], label: str = "part") -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _build() -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_build_info", "What runs", labels=["version", "schema"])
    family.add_metric([version(PREFIX), checks.newest_step(MIGRATIONS)], 1)
    return family


def _readiness() -> Gauges:
    found = {part.name: float(health.find_problem(part) is None) for part in status.parts()}
    yield _gauge("ready", "Whether a part answers and has our schema, as /readyz says", found)


def _durability() -> Gauges:
    found = {part.name: float(not checks.find_weak(part.engine)) for part in status.parts() if part.steps is not None}
    yield _gauge("durable", "Whether what is acknowledged survives a power cut", found)


def _mail() -> Gauges:
    now = clock.now()
    waiting, oldest = queue.count_due(now=now)
    yield GaugeMetricFamily(f"{PREFIX}_mail_waiting", "E-mails that are due and have not gone", value=waiting)
    seconds = 0.0 if oldest is None else _seconds_since(oldest, now)
    yield GaugeMetricFamily(f"{PREFIX}_mail_oldest_seconds", "Since when the oldest of them waits", value=seconds)


def _seconds_since(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())


def _room(settings: Config) -> Gauges:
    places = {"instance": settings.instance_path}
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        places["database"] = Path(url.database).parent
    free = {}
    for name, folder in places.items():
        with suppress(OSError):
            free[name] = float(shutil.disk_usage(folder).free)
    yield _gauge("disk_free_bytes", "Room that is left on the disk", free)


def _backups(settings: Config) -> Gauges:
    if settings.backup_folder:
        with suppress(BackupProblem):
            found = standing.look(Path(settings.backup_folder), now=clock.now())
            for name, text, value in standing.list_figures(found):
                yield GaugeMetricFamily(name, text, value=value)
