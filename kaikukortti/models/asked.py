"""How often somebody asks: counts of a minute, thrown away after two. Nothing here is worth a backup."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import Base


class RequestCount(Base):
    """How often a page was asked for in a minute (since 1970) and in the one before; `who` is a keyed hash.

    PostgreSQL keeps the table without a log: counting costs no disk, and a crash forgets it.
    """

    __tablename__ = "request_counts"

    page: Mapped[str] = mapped_column(String(24), primary_key=True)
    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[int]
    asked: Mapped[int]
    asked_before: Mapped[int]
