"""Changes past the database's own guards, as somebody with the database's password could make them."""

from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db


def change_report(statement: sa.Update | sa.Delete) -> None:
    """Change the table of reports though its triggers refuse that. On SQLite they are gone until the next test."""
    session: Any = db.session
    if db.engine.dialect.name == "sqlite":
        for act in ("update", "delete"):
            session.execute(sa.text(f"DROP TRIGGER reports_no_{act}"))
        session.execute(statement)
    else:
        session.execute(sa.text("ALTER TABLE reports DISABLE TRIGGER USER"))
        session.execute(statement)
        session.execute(sa.text("ALTER TABLE reports ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()
