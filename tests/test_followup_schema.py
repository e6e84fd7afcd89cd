"""The follow-up database's own migrations: they lead to the very tables of its models, on both engines."""

import dataclasses

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kaikukortti.followup import schema as followup_schema
from kaikukortti.followup import store
from tests import tree
from tests.conftest import settings


def test_models_equal_migrations(app):
    with app.app_context(), store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        differences = compare_metadata(context, store.Base.metadata)
    assert not differences, tree.listing([str(item) for item in differences], "Models and migrations differ:")


def test_checks_of_models_are_in_the_database(app):
    """Alembic does not compare check constraints, so they are compared here by name."""
    with app.app_context(), store.reading() as session:
        inspector = sa.inspect(session.connection())
        tables = store.Base.metadata.tables
        found = {(name, str(check["name"])) for name in tables for check in inspector.get_check_constraints(name)}
    wanted = {
        (table.name, str(check.name))
        for table in tables.values()
        for check in table.constraints
        if isinstance(check, sa.CheckConstraint) and check.name is not None
    }
    assert wanted == found, f"only in models: {sorted(wanted - found)}; only in migrations: {sorted(found - wanted)}"


def test_migrating_again_changes_nothing(app, engine_url, tmp_path):
    followup_schema.upgrade(settings(engine_url, tmp_path))
    with app.app_context(), store.reading() as session:
        assert set(store.Base.metadata.tables) < set(sa.inspect(session.connection()).get_table_names())


@pytest.mark.parametrize(("named", "file"), [(None, "followup.db"), ("elsewhere.db", "elsewhere.db")])
def test_it_lies_beside_the_main_one_or_where_the_setting_says(tmp_path, named, file):
    url = f"sqlite:///{tmp_path / named}" if named else None
    kept = dataclasses.replace(settings(f"sqlite:///{tmp_path / 'main.db'}", tmp_path), followup_url=url)
    followup_schema.upgrade(kept)
    assert [path.name for path in tmp_path.glob("*.db")] == [file]


def test_steps_are_numbered_without_a_gap():
    steps = sorted(path.name[:4] for path in (store.MIGRATIONS / "versions").glob("0*.py"))
    assert steps == [f"{number:04d}" for number in range(1, len(steps) + 1)]
