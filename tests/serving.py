"""The real service as a child process: the demo, whose one line is read, or `kaikukortti serve` on a database."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar

READY_WITHIN = 180.0  # seconds: patience for a busy machine; a quiet one needs a tenth of it
STOPS_WITHIN = 60.0  # seconds; a browser that holds a connection open is waited for 20 of them (cli/service.py)


@dataclass
class Demo:
    """A running demo and what it said about itself."""

    started: ClassVar[dict[str, Path]] = {}  # the instance of each demo of this run by its address
    process: "subprocess.Popen[str]"
    instance: Path
    said: dict[str, Any]
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, command: Path, *, instance: Path, folder: Path, port: int = 0) -> "Demo":
        """Start `command demo` (port 0: a free one), wait for its line. Raises AssertionError with its output."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
        words = [str(command), "demo", "--json", "--port", str(port), "--instance", str(instance)]
        process = subprocess.Popen(
            words, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        complaints: list[str] = []
        _drain(process.stderr, complaints)
        line = _first_line(process, READY_WITHIN)
        if not line:
            process.kill()
            process.wait()
            raise AssertionError("kaikukortti demo did not get ready:\n" + "".join(complaints))
        _drain(process.stdout, complaints)
        demo = cls(process, instance, json.loads(line), complaints)
        cls.started[demo.url] = instance
        return demo

    @classmethod
    def instance_at(cls, url: str) -> Path:
        """Return the instance folder of the demo that was started at an address."""
        return cls.started[url]

    @property
    def url(self) -> str:
        """Return the service's address, without a slash at the end."""
        return str(self.said["url"]).rstrip("/")

    def sign_in(self, role: str) -> dict[str, str]:
        """Return the first sign-in with a role: organisation, email and password."""
        return next(sign_in for sign_in in self.said["sign_ins"] if sign_in["role"] == role)

    def get(self, path: str) -> bytes:
        """Fetch something that needs no sign-in."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            body: bytes = answer.read()
        return body

    def stop(self) -> None:
        """Stop it as a service manager does. Raises AssertionError where it does not obey or ends badly."""
        self.process.terminate()
        try:
            code = self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        assert code in (0, -15), f"kaikukortti demo ended with {code}:\n" + "".join(self.complaints[-40:])


@dataclass
class Service:
    """The production server on a migrated database, answering at `url`."""

    process: "subprocess.Popen[str]"
    url: str
    complaints: list[str]

    @classmethod
    def start(
        cls,
        database_url: str,
        *,
        instance: Path,
        secret_key: str,
        module: str = "kaikukortti",
        words: Sequence[str] = (),
        **settings: str,
    ) -> "Service":
        """Start it on a free port and wait until it answers; `settings` are further ones, by the names of their
        variables, `words` follow `serve`, `module` is run instead of the program itself. Raises AssertionError with its
        output.
        """
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
        environment |= {"KAIKU_DATABASE_URL": database_url, "KAIKU_SECRET_KEY": secret_key}
        environment |= {"KAIKU_ROUNDING_KEY": secret_key[::-1], **settings}
        command = [sys.executable, "-m", module, "serve", "--instance", str(instance), "--port", str(port), *words]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=environment, text=True, stdout=pipe, stderr=pipe)
        complaints: list[str] = []
        _drain(process.stdout, complaints)
        _drain(process.stderr, complaints)
        service = cls(process, f"http://127.0.0.1:{port}", complaints)
        service._wait()
        return service

    def post(self, path: str, body: dict[str, Any], *, credential: str) -> dict[str, Any]:
        """Send JSON as a tablet does, and return the JSON that is answered. Raises urllib's HTTPError."""
        headers = {"Content-Type": "application/json", "Cookie": f"__Host-kaiku-device={credential}"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            said: dict[str, Any] = json.load(answer)
        return said

    def stop(self) -> None:
        """Stop it as a service manager does."""
        self.process.terminate()
        try:
            self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise AssertionError("kaikukortti serve did not get ready:\n" + "".join(self.complaints))


def _drain(stream: IO[str] | None, into: list[str]) -> None:
    """Read a stream to its end beside us, and close it there."""
    assert stream is not None

    def read() -> None:
        with stream:
            into.extend(stream)

    threading.Thread(target=read, daemon=True).start()


def _first_line(process: "subprocess.Popen[str]", patience: float) -> str:
    lines: list[str] = []
    stream = process.stdout
    assert stream is not None
    reader = threading.Thread(target=lambda: lines.append(stream.readline()), daemon=True)
    reader.start()
    reader.join(patience)
    return lines[0] if lines else ""
