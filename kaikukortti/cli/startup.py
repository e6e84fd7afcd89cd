"""What a start asserts: that the databases can be used, and what of them is to be worried about."""

import sqlalchemy as sa
from flask import Flask

from kaikukortti import db, requestcounts
from kaikukortti.cube import store as cube_store
from kaikukortti.followup import store as followup_store
from kaikukortti.running import checks, processes
from kaikukortti.web import status

CONNECTIONS = db.POOL + 2 * db.SIDE_POOL + requestcounts.CONNECTIONS
"""What a process keeps open on PostgreSQL: main, statistics, follow-up, counts. In a rush it may take more of them."""


def check_database(app: Flask) -> sa.Engine:
    """Assert at start that the databases can be used, and return the main one's engine. Raises db.DatabaseProblem.

    What is only to be worried about is written into the log: a schema newer than this program, a PostgreSQL server that
    may lose what it has acknowledged.
    """
    with app.app_context():
        engine = db.db.engine
        db.check(engine)
        cube_store.check(cube_store.reader())
        db.check_pragmas(cube_store.writer())
        followup_store.check()
        for part in status.parts():
            newer = None if part.steps is None else checks.check_step(part.engine, part.steps)
            if newer is not None:
                app.logger.warning("%s has schema %s, newer than this program: finish the upgrade", part.name, newer)
        for setting in checks.find_weak(engine):
            app.logger.warning("PostgreSQL runs with %s: what was acknowledged can be lost; set it right", setting)
        return engine


def choose_workers(app: Flask, wanted: int | None) -> int:
    """Return how many processes to run: one on SQLite, else as asked or as fits the machine and the server."""
    with app.app_context():
        engine = db.db.engine
        if engine.dialect.name == "sqlite":
            return 1
        connections = checks.count_connections(engine)
    if wanted is None:
        cpus, memory = processes.usable_cpus(), processes.usable_memory()
        return processes.choose(cpus=cpus, memory=memory, connections=connections, each=CONNECTIONS)
    if (need := wanted * CONNECTIONS) > connections:
        app.logger.warning("%s processes keep %s connections, the server takes %s", wanted, need, connections)
    return wanted


def let_go(app: Flask) -> None:
    """Close every connection, before the process is forked."""
    with app.app_context():
        db.db.session.remove()
        for engine in db.db.engines.values():
            engine.dispose()
