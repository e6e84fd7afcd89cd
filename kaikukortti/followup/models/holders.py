"""What is the holder's: the own key, goals in the own words. A line of cards stands as a keyed hash throughout."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.followup.store import Base


class OwnKey(Base):
    """The own key of a line of cards: it survives a replacement of the card. Only its Argon2id hash is kept."""

    __tablename__ = "own_keys"

    line_ref: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    unit_id: Mapped[int]


class KeyTry(Base):
    """Tries that opened nothing, for one typed number, whether such a card exists or not, or from one network address;
    `subject` is a keyed hash of it. A row goes a day after its last try.
    """

    __tablename__ = "key_tries"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    wait_until: Mapped[datetime | None]


class OwnSession(Base):
    """The holder's own page is open in one browser: five minutes, then the row is good for nothing and goes."""

    __tablename__ = "own_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    line_ref: Mapped[str] = mapped_column(String(64), index=True)
    sealed_line: Mapped[bytes] = mapped_column(LargeBinary(240))
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class Goal(Base):
    """A goal in the client's own words. It belongs to the holder's own page or to an episode of a unit."""

    __tablename__ = "goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_ref: Mapped[str | None] = mapped_column(String(64), index=True)
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(200))
    weight: Mapped[int] = mapped_column(default=1)
    baseline: Mapped[int] = mapped_column(default=-1)
    target_on: Mapped[date | None]
    set_on: Mapped[date]
    given_up_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("(line_ref is null) <> (episode_id is null)", name="one_owner"),
        CheckConstraint("weight between 1 and 3", name="weight"),
        CheckConstraint("baseline between -2 and 2", name="baseline"),
    )


class GoalReview(Base):
    """Where a goal stood on a day, from -2 to +2: the client's view, and the worker's where there was one."""

    __tablename__ = "goal_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    on_day: Mapped[date]
    client_level: Mapped[int]
    worker_level: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        CheckConstraint("client_level between -2 and 2", name="client_level"),
        CheckConstraint("worker_level between -2 and 2", name="worker_level"),
    )
