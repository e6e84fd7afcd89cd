"""The units of deploy/systemd, read by systemd's own tools, and what they run, by our own command line."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kaikukortti.cli import kaikukortti as command_line
from tests import tree

FOLDER = tree.ROOT / "deploy" / "systemd"
PROGRAM = "/opt/kaikukortti/venv/bin/kaikukortti"
MOST_EXPOSED = 2.0  # systemd's score, of 10; below 2 it is "OK" and greener
NIGHT = ("statistics", "followup", "retention", "questions", "digests", "audit")
SUBSTITUTES = {"$$last": "heads/last.jsonl", "$${last:+--heads": "--heads"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the units as deploy/README.md says, with the program where this environment has it."""
    folder = tmp_path_factory.mktemp("units")
    subprocess.run([str(FOLDER / "install"), str(folder)], check=True)
    here = str(Path(sys.executable).with_name("kaikukortti"))
    for unit in folder.rglob("kaikukortti*.*"):
        if unit.is_file():
            unit.write_text(unit.read_text(encoding="utf-8").replace(PROGRAM, here), encoding="utf-8")
    return folder


def test_systemd_finds_nothing_wrong(installed):
    units = [str(path) for path in sorted(installed.glob("kaikukortti*")) if path.is_file()]
    assert len(units) > 10
    answer = _analyze(installed, "verify", "--recursive-errors=no", "--man=no", *units)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_service_may_do_little(installed):
    open_wide = []
    for unit in sorted(installed.glob("kaikukortti*.service")):
        answer = _analyze(installed, "security", "--offline=yes", "--no-pager", unit.name)
        said = re.search(r"Overall exposure level for \S+: ([0-9.]+)", answer.stdout)
        assert said, answer.stdout + answer.stderr
        if float(said[1]) > MOST_EXPOSED:
            open_wide.append(f"{unit.name}: {said[1]}")
    assert not open_wide, tree.listing(open_wide, "Units that may do more than they need:")


@pytest.mark.parametrize("unit", sorted(path.name for path in FOLDER.glob("*.service")))
def test_units_run_commands_that_there_are(unit):
    for line in re.findall(rf"{PROGRAM}(.*)", (FOLDER / unit).read_text(encoding="utf-8")):
        words = shlex.split(_plain(line))
        answer = CliRunner().invoke(command_line, [*words, "--help"])
        assert answer.exit_code == 0, f"{unit}: kaikukortti{line}\n{answer.output}"
        unknown = [word for word in words if word.startswith("--") and word not in answer.output]
        assert not unknown, f"{unit}: {unknown}"


def test_the_night_has_its_order():
    """What freezes figures goes before what lets go of that which they are counted from."""
    after = {name: _after(f"kaikukortti-{name}.service") for name in NIGHT}
    for place, name in enumerate(NIGHT[1:], start=1):
        assert f"kaikukortti-{NIGHT[place - 1]}.service" in after[name]
    started = (FOLDER / "kaikukortti-nightly.service").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^Wants=(.*)$", started, re.MULTILINE)[0].split())
    wanted |= {word for line in re.findall(r"^Wants=(.*)$", started, re.MULTILINE) for word in line.split()}
    assert wanted == {f"kaikukortti-{name}.service" for name in NIGHT} == _after("kaikukortti-nightly.service")


def test_the_environment_file_is_read_alike_by_shell_and_systemd():
    """Every line is a comment or NAME='value'; names are settings that the service knows (README lists them)."""
    readme = (tree.ROOT / "README.md").read_text(encoding="utf-8")
    lines = (tree.ROOT / "deploy" / "kaikukortti.env.example").read_text(encoding="utf-8").splitlines()
    settings = [line.removeprefix("#") for line in lines if re.match(r"#?KAIKU_", line)]
    assert len(settings) > 10
    for setting in settings:
        found = re.fullmatch(r"(KAIKU_[A-Z_]+)='([^'$\\]*)'", setting)
        assert found and f"`{found[1]}`" in readme, setting


def test_the_wrapper_sets_user_and_settings(tmp_path):
    script = (tree.ROOT / "deploy" / "kaikukortti").read_text(encoding="utf-8")
    settings = tmp_path / "kaikukortti.env"
    settings.write_text(f"KAIKU_INSTANCE='{tmp_path}'\n", encoding="utf-8")
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "$KAIKU_INSTANCE" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    me = subprocess.run(["id", "-un"], capture_output=True, check=True, text=True).stdout.strip()
    ours = {PROGRAM: str(program), "/etc/kaikukortti/kaikukortti.env": str(settings), "= kaikukortti ]": f"= {me} ]"}
    for place, here in ours.items():
        assert place in script
        script = script.replace(place, here)
    words = ["sh", "-c", script, "kaikukortti", "user", "a b"]
    answer = subprocess.run(words, capture_output=True, check=True, text=True)
    assert answer.stdout == f"{tmp_path} user a b\n"


@pytest.fixture
def notified(tmp_path) -> Iterator[socket.socket]:
    """Listen as systemd does for what a service says of itself."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(60)
        yield listener


def test_serve_tells_systemd_that_it_is_ready_and_takes_its_socket(engine_url, notified, tmp_path):
    """As kaikukortti.socket and Type=notify have it: the port is open before, and answers when READY=1 was said."""
    with socket.create_server(("127.0.0.1", 0)) as port:
        os.set_inheritable(port.fileno(), True)
        shell = f'exec 3<&{port.fileno()}; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
        words = ["bash", "-c", shell, "sh", sys.executable, "-m", "kaikukortti", "serve", "--instance", str(tmp_path)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
        environment |= {"KAIKU_DATABASE_URL": engine_url, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        environment |= {"KAIKU_SECRET_KEY": "s" * 40, "KAIKU_ROUNDING_KEY": "r" * 40}
        process = subprocess.Popen(words, env=environment, pass_fds=[port.fileno()], stderr=subprocess.PIPE)
        try:
            said = notified.recv(1024).decode()
            assert "READY=1" in said.splitlines()
            with socket.create_connection(port.getsockname(), timeout=60) as client:
                client.sendall(b"GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n")
                assert b" 200 " in client.recv(64)
        finally:
            process.terminate()
            _, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints


def _analyze(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    # The colon: systemd's own units are found too.
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:", "SYSTEMD_COLORS": "0"}
    return subprocess.run(["systemd-analyze", *words], env=environment, capture_output=True, check=False, text=True)


def _plain(line: str) -> str:
    """Return the words of a command without what the shell and systemd put into it."""
    line = line.strip().rstrip("'")
    for shell, plain in SUBSTITUTES.items():
        line = line.replace(shell, plain)
    return re.sub(r"\$\$\([^)]*\)", "now", line).replace("}", "")


def _after(unit: str) -> set[str]:
    text = (FOLDER / unit).read_text(encoding="utf-8")
    return {word for line in re.findall(r"^After=(.*)$", text, re.MULTILINE) for word in line.split()}
