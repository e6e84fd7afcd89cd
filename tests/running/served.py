"""The served program as somebody sees it who runs it: its log, its figures, its processes; locks held against it."""

import http.client
import json
import os
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from tests.serving import Service

PATIENCE_S = 60.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def ask(service: Service, path: str) -> tuple[int, dict[str, str], str]:
    """Return the status, the headers and the text of an answer."""
    return fetch(int(service.url.rpartition(":")[2]), path)


def fetch(port: int, path: str) -> tuple[int, dict[str, str], str]:
    """Return the status, the headers and the text of what is at a port of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Language": "en"})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def figure(port: int, name: str) -> float:
    """Return one figure, its series added up; `name` may go on with the beginning of its labels."""
    text = fetch(port, "/metrics")[2]
    lines = [line for line in text.splitlines() if line.startswith(f"kaikukortti_{name}")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def records(service: Service) -> list[dict[str, Any]]:
    """Return what a service has logged. Raises ValueError for a line that is no record."""
    return [json.loads(line) for line in "".join(service.complaints).splitlines()]


def workers(service: Service) -> list[int]:
    """Return the processes that answer."""
    parent = service.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return sorted(int(child) for child in children.split())


def eventually(is_so: Any, what: str) -> None:
    """Wait until something is so. Raises AssertionError where it never is."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            if is_so():
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    raise AssertionError(f"it never came that {what}")


@contextmanager
def locked(url: str, table: str = "scans") -> Iterator[None]:
    """Hold what a registration needs: the whole database on SQLite, a table on PostgreSQL."""
    if url.startswith("sqlite"):
        holder = sqlite3.connect(sa.make_url(url).database or "", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.close()
        return
    with psycopg.connect(re.sub(r"\+psycopg", "", url, count=1)) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def is_alive(process: int) -> bool:
    """Return whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
