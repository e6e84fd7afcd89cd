"""The real service as a child process: `kaikukortti demo --json`, its one line read, and stopped again."""

import json
import os
import subprocess
import threading
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

READY_WITHIN = 60.0
STOPS_WITHIN = 15.0


@dataclass
class Demo:
    """A running demo and what it said about itself."""

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
        return cls(process, instance, json.loads(line), complaints)

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
