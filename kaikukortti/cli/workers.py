"""What happens beside the answering in each process of the server: e-mail, figures, making way for another process.

The application is made once and the processes are forked from it: a process that was killed is there again at once, and
they share what they have in memory. No connection to a database crosses the fork.
"""

import gc
import logging
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from socket import socket
from typing import Any

from flask import Flask
from gunicorn.glogging import Logger

from kaikukortti import db
from kaikukortti.cli import mailsender
from kaikukortti.cli.livefigures import LiveFigures
from kaikukortti.cli.mailsender import Sender
from kaikukortti.config import Config
from kaikukortti.running import exposition, logs, metrics, processes
from kaikukortti.running.exposition import Exposition
from kaikukortti.running.metrics import Figures
from kaikukortti.running.processes import Places

log = logging.getLogger(__name__)


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn's log as part of ours."""

    def setup(self, cfg: Any) -> None:
        """Hand records on: starts and ends of processes too where requests are noted."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        if logs.is_noting():
            self.error_log.setLevel(logging.INFO)


class Workers:
    """The processes of one server, seen from the parent and from each of them."""

    def __init__(
        self,
        settings: Config,
        *,
        sends_mail: bool,
        address: str | None = None,
        when_ready: Callable[[], None] | None = None,
    ) -> None:
        self._settings, self._sends_mail = settings, sends_mail
        self._address, self._when_ready = address, when_ready
        self._places = Places()
        self._figures: Figures | None = None
        self._folder: Path | None = None
        self._opened: socket | None = None
        self._senders: list[Sender] = []

    def hooks(self) -> dict[str, Any]:
        """Return gunicorn's hooks."""
        return {
            "pre_fork": self._before_fork,
            "post_fork": self._after_fork,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
            "child_exit": self._gone,
            "on_exit": self._tidy,
        }

    def open_figures(self) -> None:
        """Open the address of the figures, if one is set, and begin to count. Raises ConfigError when it is taken."""
        if self._settings.metrics_address is None:
            return
        host, port = self._settings.metrics_address
        self._opened = exposition.open_socket(host, port)
        self._folder = metrics.own_folder(self._opened.getsockname()[1])
        self._figures = metrics.begin(self._folder, lambda: self._places.own)
        db.tell_retry.append(metrics.count_retry)

    def _before_fork(self, _server: Any, worker: Any) -> None:
        self._places.take(worker.age)
        gc.freeze()  # what is there now stays shared: the collector does not write into it

    def _after_fork(self, _server: Any, worker: Any) -> None:
        self._places.own = self._places.of(worker.age)

    def _begin(self, worker: Any) -> None:
        app: Flask = worker.wsgi
        if self._figures is not None and self._opened is not None:
            self._figures.begin_process()
            live = LiveFigures(app)
            text = partial(self._figures.text, live)
            Exposition(self._opened, text, partial(self._look, worker)).start()
        if self._sends_mail:
            self._senders.append(mailsender.make(app, address=self._address))
            self._senders[-1].start()
        log.info("process begun")
        if self._when_ready is not None and worker.age == 1:
            self._when_ready()

    def _look(self, worker: Any) -> None:
        """Tell the memory of this process, and let another take its place when it has grown too large."""
        resident = processes.resident_bytes()
        if self._figures is not None:
            self._figures.memory.set(resident)
        if resident > processes.RECYCLE_ABOVE and worker.alive:
            log.warning("%s MiB of memory: this process makes way for another", resident // 2**20)
            worker.alive = False

    def _end(self, _server: Any, _worker: Any) -> None:
        for sender in self._senders:
            sender.stop()
        if self._figures is not None:
            self._figures.memory.set(0)
        log.info("process ends")

    def _gone(self, _server: Any, worker: Any) -> None:
        self._places.give_back(worker.age)

    def _tidy(self, _server: Any) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
