"""A command imports its own modules and no other command's: a server carries no benchmark, no made-up network."""

import gc
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from kaikukortti import cli

NOT_THE_SERVERS = {"numpy", "kaikukortti.simulate", "kaikukortti.cli.bench", "kaikukortti.cli.demo"}


def test_server_carries_no_other_command():
    look = (
        "import sys, click; from kaikukortti import cli;"
        " cli.kaikukortti.get_command(click.Context(cli.kaikukortti), 'serve'); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "kaikukortti.cli.serve" in loaded
    assert not loaded & NOT_THE_SERVERS


@pytest.mark.parametrize("name", cli.kaikukortti.list_commands(click.Context(cli.kaikukortti)))
def test_every_name_is_the_one_that_its_command_bears(name):
    command = cli.kaikukortti.get_command(click.Context(cli.kaikukortti), name)
    assert command is not None and command.name == name
    assert gc.isenabled(), "the collector is left out while modules are imported, and no longer"


def test_unknown_command_is_said():
    answer = CliRunner().invoke(cli.kaikukortti, ["benhc"])
    assert answer.exit_code == 2 and "No such command 'benhc'" in answer.output
