"""The bare floor that a scan is measured against: a signed-in Flask request, one look-up, one durable insert.

Flask, Flask-Login and Flask-SQLAlchemy as their manuals show them, on the same database settings and server.
"""

import sqlalchemy as sa
from flask import Flask, Response, jsonify, request
from flask_login import LoginManager, UserMixin, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kaikukortti import db as ours

ROWS = 5_000


class FloorBase(DeclarativeBase):
    """Tables of the floor, apart from the service's."""


class Thing(FloorBase):
    """What is looked up."""

    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(11), unique=True)


class Mark(FloorBase):
    """What is inserted."""

    __tablename__ = "marks"
    id: Mapped[int] = mapped_column(primary_key=True)
    thing_id: Mapped[int]
    scan_id: Mapped[str] = mapped_column(String(36), unique=True)


class SomebodyWith(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    """A signed-in person who is nothing but an id."""

    def __init__(self, key: str) -> None:
        self.id = key


def prepare(url: str) -> None:
    """Make the floor's tables in a database and fill them with ROWS things."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    FloorBase.metadata.create_all(engine)
    with engine.connect().execution_options(kaiku_writes=True) as connection, connection.begin():
        connection.execute(sa.insert(Thing), [{"number": f"T{row:010d}"} for row in range(ROWS)])
    engine.dispose()


def create_floor(url: str, *, secret: str) -> Flask:
    """Return the floor's application on a database that `prepare` has filled."""
    app = Flask("floor")
    app.config.update(
        SECRET_KEY=secret,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=ours.engine_options(url),
    )
    database = SQLAlchemy(app, model_class=FloorBase)
    manager = LoginManager(app)
    manager.user_loader(SomebodyWith)
    _add_routes(app, database)
    return app


def _add_routes(app: Flask, database: SQLAlchemy) -> None:
    @app.get("/in")
    def sign_in() -> Response:
        login_user(SomebodyWith("1"))
        return jsonify(ok=True)

    @app.post("/mark")
    @login_required  # type: ignore[untyped-decorator]  # Flask-Login carries no types
    def mark() -> Response:
        body = request.get_json()
        with database.session.begin():
            database.session.connection(execution_options={"kaiku_writes": True})  # BEGIN IMMEDIATE, as the service
            thing = database.session.execute(database.select(Thing).filter_by(number=body["code"])).scalar_one()
            database.session.add(Mark(thing_id=thing.id, scan_id=body["scan_id"]))
        return jsonify(thing=thing.id)
