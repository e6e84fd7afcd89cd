"""`kaikukortti questions`: settle what nobody has answered in time; the inbox does it too, for want of a timer."""

from pathlib import Path

import click

from kaikukortti import clock
from kaikukortti.cli import service
from venues import decisions


@click.group(name="questions")
def questions_group() -> None:
    """Questions about visits."""


@questions_group.command()
@service.instance_option
def settle(instance: Path | None) -> None:
    """Apply the suggested answer to every question that nobody has answered for 30 days. For a daily timer.

    Each answer is noted in the log of its venue. Without a timer the same happens once a day, when a venue manager or a
    coordinator opens the questions.
    """
    settled = 0
    with service.load_app(instance).app_context():
        while applied := decisions.apply_suggestions(now=clock.now()):
            settled += applied
    if not settled:
        click.echo("No question is older than 30 days.")
    else:
        click.echo(f"{settled} question{'' if settled == 1 else 's'} settled by the suggested answer.")
