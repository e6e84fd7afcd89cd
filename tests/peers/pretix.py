"""A ticket read at the door by pretix, beside a scan of ours: `python -m tests.peers.pretix --postgresql URL`.

pretix is installed from PyPI into an environment of its own and served by gunicorn, as its manual says; nothing of it
is copied. Rounds in turn on one machine and one engine: only the ratios mean anything.
"""

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kaikukortti import app as application
from kaikukortti.cli import bench_cpu, bench_databases, bench_load, bench_network
from kaikukortti.cli.bench_load import Call, Round
from kaikukortti.cli.bench_served import free_port

VERSION = "2026.8.0"
WORKERS = 2
PATIENCE_S = 120
DATABASE = "kaikukortti_bench_pretix"


def main() -> int:
    """Install, fill, measure, print."""
    given = _arguments()
    python = _install(given.folder)
    tickets = given.rounds * given.requests * len(given.clients)
    postgresql = bench_databases.POSTGRESQL, lambda: bench_databases.postgresql_settings(given.postgresql)
    sqlite = bench_databases.SQLITE, bench_databases.sqlite_settings
    engine, database = sqlite if given.postgresql is None else postgresql
    sys.stdout.write(f"{engine}; pretix {VERSION}; {given.tickets:,} tickets; medians of {given.rounds} rounds\n")
    with ExitStack() as stack:
        settings = stack.enter_context(database())
        filled = bench_network.fill(settings, visits=given.tickets, blank=1)
        workers = 1 if given.postgresql is None else WORKERS
        ours = stack.enter_context(
            bench_load.serving(lambda: application.create_app(settings), workers=workers)
        )
        theirs, facts = stack.enter_context(_serving(python, given.postgresql, max(given.tickets, tickets)))
        server = bench_cpu.find_server(settings.database_url)
        door = {"Cookie": f"kaiku_device={filled.credentials[0]}", "Content-Type": "application/json"}
        reader = {"Authorization": f"Device {facts['token']}", "Content-Type": "application/json"}
        secret = iter(f"benchB{number:05d}" for number in range(max(given.tickets, tickets)))
        for clients in given.clients:
            rounds: dict[str, list[Round]] = {"pretix": [], "ours": []}
            for _ in range(given.rounds):
                calls = [_redeem(next(secret), int(str(facts["list"]))) for _ in range(given.requests)]
                scans = [bench_network.scan_call([number]) for number in filled.numbers[: given.requests]]
                for name, side, sent, headers in (("pretix", theirs, calls, reader), ("ours", ours, scans, door)):
                    rounds[name].append(
                        bench_load.run_round(*side, sent, clients=clients, headers=headers, database=server)
                    )
            _tell(clients, rounds)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", metavar="URL", help="a server on which databases may be made and dropped")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kaikukortti-pretix")
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4])
    return parser.parse_args()


def _install(folder: Path) -> Path:
    """Return the interpreter of an environment that has pretix."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    installed = subprocess.run([python, "-m", "pip", "show", "pretix"], capture_output=True, text=True)
    if f"Version: {VERSION}" not in installed.stdout:
        command = [str(python), "-m", "pip", "install", "--quiet", f"pretix=={VERSION}", "gunicorn"]
        subprocess.run([*command, "psycopg2-binary"], check=True)
    return python


@contextmanager
def _serving(python: Path, postgresql: str | None, tickets: int) -> Iterator[tuple[tuple[int, int], dict[str, object]]]:
    """Serve pretix with an event; yields port and master, and what its reader needs."""
    with tempfile.TemporaryDirectory(prefix="kaikukortti-pretix-") as folder:
        port = free_port()
        environment = {**os.environ, "PRETIX_CONFIG_FILE": str(_configure(Path(folder), port, postgresql))}
        environment |= {"DJANGO_SETTINGS_MODULE": "pretix.settings"}

        def run(*command: str) -> str:
            done = subprocess.run([python, *command], env=environment, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(f"pretix: {' '.join(command[:3])} failed\n{done.stderr[-2000:]}")
            return done.stdout

        run("-m", "pretix", "migrate")
        # -P: beside that script lies this one, whose name is pretix, too.
        facts = json.loads(run("-P", str(Path(__file__).with_name("pretix_event.py")), str(tickets)).splitlines()[-1])
        served = [str(python), "-m", "gunicorn", "pretix.wsgi", "--workers", str(WORKERS)]
        served += ["--bind", f"127.0.0.1:{port}"]
        with subprocess.Popen(served, env=environment, cwd=folder, stderr=subprocess.DEVNULL) as process:
            try:
                _await(port)
                yield (port, process.pid), facts
            finally:
                process.terminate()


def _configure(folder: Path, port: int, postgresql: str | None) -> Path:
    lines = ["[pretix]", "instance_name=bench", f"url=http://127.0.0.1:{port}", f"datadir={folder / 'data'}"]
    lines += ["[django]", f"secret={secrets.token_hex(32)}", "debug=off", "[database]"]
    if postgresql is None:
        lines += ["backend=sqlite3"]
    else:
        url = bench_databases.fresh_database(postgresql, DATABASE)
        lines += ["backend=postgresql", f"name={DATABASE}", f"user={url.username or ''}"]
        lines += [f"password={url.password or ''}", f"host={url.host or url.query.get('host', '')}"]
        lines += [f"port={url.port}"] if url.port else []
    path = folder / "pretix.cfg"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _await(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            bench_load.fetch(port, "/healthcheck/")
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _redeem(secret: str, list_id: int) -> Call:
    body = {"secret": secret, "source_type": "barcode", "lists": [list_id], "nonce": secrets.token_hex(8)}
    return Call("/api/v1/organizers/bench/checkinrpc/redeem/", json.dumps(body).encode())


def _tell(clients: int, rounds: dict[str, list[Round]]) -> None:
    for name, taken in rounds.items():
        cpu, rate = (statistics.median(getattr(one, what) for one in taken) for what in ("cpu_ms", "per_second"))
        sys.stdout.write(f"  {name:<8}{clients:>3} clients{rate:>9.0f} a second{cpu:>9.2f} ms CPU a request\n")
    pairs = zip(rounds["pretix"], rounds["ours"], strict=True)
    ratio = statistics.median(one.cpu_ms / two.cpu_ms for one, two in pairs)
    sys.stdout.write(f"  pretix takes x{ratio:.1f} the CPU\n")


if __name__ == "__main__":
    sys.exit(main())
