"""A group of commands whose modules are imported when a command is asked for: a server carries no benchmark with it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows where its commands are. `places` gives "module:attribute" by the name of the command."""

    def __init__(self, *args: Any, places: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the alphabet."""
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, its module imported with it; None for a name that is not known."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, _colon, attribute = place.partition(":")
        with _nothing_thrown_away():
            command: click.Command = getattr(import_module(module), attribute)
        return command


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Leave the garbage collector out while modules are imported, and what they hold for good: they stay as long as the
    process, and looking through them again and again takes a fifth of its start. Processes forked from it share them.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
