"""Changes past the database's own guards, as somebody with the database's password could make them."""

from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.trail import AuditEntry


def delete_entries(*conditions: sa.ColumnElement[bool]) -> None:
    """Delete entries of the trail though its triggers refuse that."""
    _past_triggers(sa.delete(AuditEntry).where(*conditions))


def change_entry(seq: int, **values: object) -> None:
    """Change an entry of the trail though its triggers refuse that."""
    _past_triggers(sa.update(AuditEntry).where(AuditEntry.seq == seq).values(**values))


def _past_triggers(statement: sa.Update | sa.Delete) -> None:
    session: Any = db.session
    if db.engine.dialect.name == "sqlite":
        made = session.scalars(
            sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'")
        ).all()
        for name in ("audit_entries_no_update", "audit_entries_no_delete"):
            session.execute(sa.text(f"DROP TRIGGER {name}"))
        session.execute(statement)
        for trigger in made:
            session.execute(sa.text(trigger))
    else:
        session.execute(sa.text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        session.execute(statement)
        session.execute(sa.text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()


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
