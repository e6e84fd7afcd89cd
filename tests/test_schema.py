"""The migrations: they lead to the very tables of the models, on both engines; their numbers have no gap."""

import ast

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kaikukortti import db, schema
from tests import engines, tree


def test_models_equal_migrations(app, engine_url):
    """Taking `app` loads every module that defines a table."""
    engine = sa.create_engine(engine_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, db.Base.metadata)
    assert not differences, tree.listing([str(item) for item in differences], "Models and migrations differ:")


def test_checks_of_models_are_in_the_database(app, engine_url):
    """Alembic does not compare check constraints, so they are compared here by name."""
    engine = sa.create_engine(engine_url, poolclass=sa.NullPool)
    found = {
        (table, str(check["name"]))
        for table in db.Base.metadata.tables
        for check in sa.inspect(engine).get_check_constraints(table)
    }
    wanted = {
        (table.name, str(constraint.name))
        for table in db.Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint) and not _is_boolean(constraint)
    }
    assert wanted == found, f"only in models: {sorted(wanted - found)}; only in migrations: {sorted(found - wanted)}"


def test_migrating_again_changes_nothing(engine_url):
    engine = sa.create_engine(engine_url, poolclass=sa.NullPool)
    before = _tables(engine)
    schema.upgrade(engine_url)
    assert _tables(engine) == before


def test_migrations_are_numbered_without_a_gap():
    steps = sorted(path for path in tree.MIGRATIONS.glob("*.py") if path.name != "__init__.py")
    numbers = [path.name[:4] for path in steps]
    assert numbers == [f"{number:04d}" for number in range(1, len(steps) + 1)]
    chain = [_assigned(path) for path in steps]
    assert [step["revision"] for step in chain] == numbers, "a step's revision is the number in its file name"
    assert [step["down_revision"] for step in chain] == [None, *numbers[:-1]]


def test_the_promised_postgresql_is_there(postgres_server):
    assert int(postgres_server.version.split(".")[0]) >= engines.OLDEST_POSTGRESQL


def _is_boolean(constraint: sa.CheckConstraint) -> bool:
    return getattr(constraint, "_type_bound", False) and constraint.name is None


def _tables(engine: sa.Engine) -> dict[str, list[str]]:
    inspector = sa.inspect(engine)
    return {name: [column["name"] for column in inspector.get_columns(name)] for name in inspector.get_table_names()}


def _assigned(path) -> dict[str, object]:
    values: dict[str, object] = {}
    for node in tree.syntax(path).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id in {"revision", "down_revision"}:
                values[target.id] = ast.literal_eval(node.value)
    return values
