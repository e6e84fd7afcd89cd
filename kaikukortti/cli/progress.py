"""How far a long command is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from types import TracebackType
from typing import Any

import click

EVERY_S = 5.0


class Progress:
    """Tells how far each stage of a command is; called with the stage, how much is done and how much there is."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._bar: Any = None
        self._stage = self._line = ""
        self._told_at = 0.0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show a stage; a new name ends the one before. A total of 0 is one that nobody knows yet."""
        if self._is_terminal:
            self._draw(stage, done, total)
            return
        now = time.monotonic()
        line = f"{stage}: {done:,} of {total:,}" if total else f"{stage}: {done:,}"
        if line != self._line and (stage != self._stage or now - self._told_at >= EVERY_S or done == total):
            click.echo(line, err=True)
            self._stage, self._line, self._told_at = stage, line, now

    def _draw(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._close()
            self._stage = stage
            self._bar = click.progressbar(length=total or done, label=f"{stage:<10}", file=sys.stderr)
            self._bar.__enter__()
        self._bar.length = total or done
        self._bar.update(done - self._bar.pos)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
