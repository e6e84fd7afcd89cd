"""What several commands share: the instance option, the application for it, and the WSGI server."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from kaikukortti import app as application
from kaikukortti import config
from kaikukortti.cli import startup
from kaikukortti.cli.workers import ServerLog, Workers
from kaikukortti.config import Config, ConfigError
from kaikukortti.mailing import setup
from kaikukortti.running import logs, metrics, processes

KEEPS_OPEN = 75  # seconds: longer than a proxy keeps its connections to us (60), so that the proxy closes them
LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))

instance_option = click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder of settings and database. Default: KAIKU_INSTANCE, or instance/.",
)


def ready_folder(instance: Path | None) -> Path:
    """Return the instance folder, made when it is not there. Raises ConfigError when it cannot be."""
    folder = (instance or config.default_instance()).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"The instance folder {folder} cannot be made ({error.strerror}): choose another.") from error
    return folder


def load_app(instance: Path | None) -> Flask:
    """Return the application for an instance. Raises ConfigError."""
    return application.create_app(config.load(ready_folder(instance)))


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn with settings of ours: threads in one process on SQLite, where one process writes."""

    def __init__(self, app: Flask | None, options: dict[str, Any]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application that the processes are forked from; it has no connection open."""
        if self._app is None:
            raise ValueError("a server needs an application, or a load() of its own")
        return self._app


def run_server(
    settings: Config,
    *,
    bind: list[str],
    workers: int,
    when_ready: Callable[[], None] | None = None,
    sends_mail: bool = True,
    address: str | None = None,
    app: Flask | None = None,
) -> None:
    """Serve until told to stop. `when_ready` is called once, in the first worker, when it can answer and be stopped.

    Each worker sends e-mail too where it is set up and `sends_mail`; `address` begins its links where no public
    address is set. `app` is the application, if it is made and its databases have been checked. Raises ConfigError for
    settings of e-mail or figures that do not fit, DatabaseProblem for a database that cannot be used.
    """
    if app is None:
        app = application.create_app(settings)
        startup.check_database(app)
    mails = setup.find_transport(settings) is not None and sends_mail
    hands = Workers(settings, sends_mail=mails, address=address, when_ready=when_ready)
    hands.open_figures()
    startup.let_go(app)
    is_alone = workers == 1
    options = {**gunicorn_options(bind, workers=workers), **hands.hooks(), "preload_app": True}
    # One process alone is not replaced after so many requests: nobody would answer meanwhile.
    options |= {} if is_alone else {"max_requests": processes.REQUESTS, "max_requests_jitter": processes.JITTER}
    Server(app, options).run()


def set_up_log(settings: Config, default: logs.Style) -> None:
    """Let the process log as the settings say, or as is usual for the command."""
    logs.set_up(logs.Style(settings.log_style) if settings.log_style else default)


def gunicorn_options(bind: list[str], *, workers: int) -> dict[str, Any]:
    """Return gunicorn's settings: threads in each process, warnings only, no control socket.

    The heartbeat is in memory: a slow or full disk says nothing about a process.
    """
    in_memory = {"worker_tmp_dir": str(metrics.IN_MEMORY)} if os.access(metrics.IN_MEMORY, os.W_OK) else {}
    return {
        "bind": bind,
        "workers": workers,
        "worker_class": "gthread",
        "threads": processes.THREADS,
        "loglevel": "warning",
        "logger_class": ServerLog,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": KEEPS_OPEN,
        "control_socket_disable": True,
        **in_memory,
    }


def open_loopbacks(port: int) -> tuple[int, list[str]]:
    """Open one port on both loopbacks (0: a free one) and return it with gunicorn's names of the sockets.

    Raises ConfigError when the port is taken. A machine without IPv6 gets the IPv4 loopback alone.
    """
    sockets: list[socket.socket] = []
    for family, host in LOOPBACKS:
        try:
            opened = _listen(family, host, port)
        except OSError as error:
            if family == socket.AF_INET6 and not _has_ipv6():
                continue
            raise ConfigError(f"Port {port} on {host} cannot be opened ({error.strerror}): try --port 5001.") from error
        port = opened.getsockname()[1]
        sockets.append(opened)
    return port, [f"fd://{os.dup(opened.fileno())}" for opened in sockets]


def _listen(family: int, host: str, port: int) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    opened.bind((host, port))
    opened.set_inheritable(True)
    return opened


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
