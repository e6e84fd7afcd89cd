"""Settings of the statistics store: where it is by default, and the rounding key that a start needs."""

import pytest
import sqlalchemy as sa

from kaikukortti import config
from kaikukortti.config import Config, ConfigError
from kaikukortti.cube import store

SECRET = "only-for-tests-" + "0" * 32


def settings(tmp_path, url, **changes):
    """Return settings for a database address."""
    return Config(instance_path=tmp_path, database_url=url, secret_key=SECRET, **changes)


def test_the_store_lies_beside_the_database(tmp_path):
    made = settings(tmp_path, f"sqlite:///{tmp_path / 'kaikukortti.db'}")
    assert config.statistics_url(made) == f"sqlite:///{tmp_path / 'statistics.db'}"
    known = store.binds(made)
    assert known[store.WRITER]["url"].database == str(tmp_path / "statistics.db")
    assert dict(known[store.READER]["url"].query) == {"mode": "ro", "uri": "true"}


def test_a_folder_with_odd_letters_is_found(tmp_path):
    folder = tmp_path / "käyttö & 100%"
    folder.mkdir()
    made = settings(folder, f"sqlite:///{folder / 'kaikukortti.db'}", rounding_key=SECRET)
    assert store.make(made) is None
    assert (folder / "statistics.db").is_file()
    options = store.binds(made)[store.READER]
    engine = sa.create_engine(options.pop("url"), **options)
    with engine.connect() as connection:
        assert connection.execute(sa.select(store.CELLS)).all() == []
    engine.dispose()


def test_on_postgresql_it_is_a_schema_read_in_a_role_of_its_own(tmp_path):
    url = "postgresql+psycopg://kaiku@db/kaiku"
    known = store.binds(settings(tmp_path, url))
    assert str(known[store.WRITER]["url"]) == url
    assert known[store.READER]["connect_args"]["options"].endswith(f"-c role={store.ROLE}")
    assert "default_transaction_read_only=on" in known[store.READER]["connect_args"]["options"]
    apart = store.binds(settings(tmp_path, url, statistics_reader_url="postgresql+psycopg://pages@db/kaiku"))
    assert "role=" not in apart[store.READER]["connect_args"]["options"], "its login is the role"


@pytest.mark.parametrize("key", ["", "short"])
def test_a_start_without_a_rounding_key_says_what_to_do(tmp_path, key):
    with pytest.raises(ConfigError, match="KAIKU_ROUNDING_KEY .*kaikukortti init"):
        config.load(tmp_path, {"KAIKU_SECRET_KEY": SECRET, "KAIKU_ROUNDING_KEY": key})


def test_a_key_is_made_where_there_is_none(tmp_path):
    assert len(config.new_rounding_key(tmp_path, {}) or "") >= config.SHORTEST_SECRET
    assert config.new_rounding_key(tmp_path, {"KAIKU_ROUNDING_KEY": SECRET}) is None
    config.write_file(tmp_path, {"rounding_key": SECRET})
    assert config.new_rounding_key(tmp_path, {}) is None
