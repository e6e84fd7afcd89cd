"""The wheel: built from what git keeps, installed away from the checkout, and served from an empty folder."""

import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest

from tests import tree
from tests.serving import Demo

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a source archive and from it a wheel; nothing is looked up, nothing in the checkout changes."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for path in tree.files():
        target = source / path.relative_to(tree.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source)]
    answer = subprocess.run(command, capture_output=True, check=False, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment that shares the libraries of this one, but not this checkout."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    site = next((environment / "lib").glob("python*/site-packages"))
    shared = Path(flask.__file__).parents[1]
    # A plain line adds the folder's packages; its .pth files, the editable install among them, are not read.
    (site / "libraries.pth").write_text(f"{shared}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    options = ["--quiet", "--no-deps", "--no-index", "--ignore-installed"]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True, capture_output=True)
    return environment


@pytest.fixture(scope="module")
def served(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Serve the demo from the installed wheel, in an empty folder."""
    empty = tmp_path_factory.mktemp("elsewhere")
    demo = Demo.start(installed / "bin" / "kaikukortti", instance=empty / "instance", folder=empty)
    yield demo
    demo.stop()


def test_wheel_holds_everything(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    inside = {"static": "kaikukortti/static", "templates": "kaikukortti/templates"}
    wanted = {tree.name(path) for path in tree.files()} - {"kaikukortti/translations/babel.cfg"}
    for top, folder in inside.items():
        files = {name.replace(top, folder, 1) for name in wanted if name.startswith(top + "/")}
        assert not files - packed, f"{top}/ is not whole in the wheel: {sorted(files - packed)}"
    for package in tree.PACKAGES:
        files = {name for name in wanted if name.startswith(package + "/")}
        assert not files - packed, f"{package}/ is not whole in the wheel: {sorted(files - packed)}"
    strangers = {name.split("/")[0] for name in packed} - {*tree.PACKAGES}
    assert all(name.endswith(".dist-info") for name in strangers), strangers


def test_installed_code_is_not_the_checkout(installed, tmp_path):
    command = [installed / "bin" / "python", "-c", "import kaikukortti; print(kaikukortti.__file__)"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True)
    assert Path(answer.stdout.strip()).is_relative_to(installed)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/static/css/tokens.css", "text/css"), ("/door/", "text/html"), ("/healthz", None)],
)
def test_installed_service_serves(served, path, kind):
    with urllib.request.urlopen(served.url + path, timeout=10) as answer:
        assert answer.status == 200
        assert kind is None or answer.headers.get_content_type() == kind
        assert answer.read()
