"""strace beside a running process: what it asks of the kernel, and answers that the kernel never gave."""

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ATTACHED_WITHIN_S = 20.0


@dataclass(frozen=True)
class Call:
    """A call as it ended: the thread that made it, its name, what it was given and what came of it."""

    thread: int
    name: str
    text: str

    @property
    def has_failed(self) -> bool:
        """Return whether the kernel said no."""
        return "= -1 " in self.text


class Trace:
    """strace on some processes and all that they start, until it is let go. It needs the right to trace them."""

    def __init__(self, processes: list[int], log: Path, *words: str) -> None:
        self._log = log
        targets = [word for process in processes for word in ("-p", str(process))]
        command = ["strace", "-f", "-y", "-s", "64", "-o", str(log), *words, *targets]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._wait(len(processes))

    def end(self) -> list[Call]:
        """Let the processes go, and return what they called, in the order in which the calls ended."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(ATTACHED_WITHIN_S)
        if self._process.stderr:
            self._process.stderr.close()
        return _read(self._log)

    def _wait(self, processes: int) -> None:
        """Wait for as many lines that say "attached"."""
        assert self._process.stderr
        until = time.monotonic() + ATTACHED_WITHIN_S
        said, attached = "", 0
        while attached < processes and time.monotonic() < until:
            line = self._process.stderr.readline()
            if not line:
                break
            said, attached = said + line, attached + ("attached" in line)
        assert attached >= processes, f"strace must be there and allowed to trace: {said.strip()}"


def _read(log: Path) -> list[Call]:
    """Return the finished calls; one that another thread's interrupted is put together again."""
    begun: dict[tuple[int, str], str] = {}
    calls = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        thread, _, rest = line.partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            name, _, given = rest.removesuffix("<unfinished ...>").partition("(")
            begun[int(thread), name] = given
        elif rest.startswith("<... "):
            name, _, end = rest.removeprefix("<... ").partition(" resumed>")
            calls.append(Call(int(thread), name, begun.pop((int(thread), name), "") + end))
        elif "(" in rest and rest[0].isalpha():
            name, _, text = rest.partition("(")
            calls.append(Call(int(thread), name, text))
    return calls
