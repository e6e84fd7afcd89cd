"""What must hold after a rehearsal: nothing lost, nothing twice, cards handed out are in use, the trail is whole."""

from dataclasses import dataclass

import sqlalchemy as sa

from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan
from kaikukortti.rules.card import State
from tests.upgrades.ground import Ground
from tests.upgrades.rehearsal import Rehearsal
from tests.upgrades.versions import Version


@dataclass(frozen=True)
class Tally:
    """What was promised and what is there. `trail` and `figures` are what this version's own checks print."""

    acknowledged: int
    lost: int
    unasked: int
    not_in_use: int
    trail: str
    figures: str
    surprises: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether every promise was kept; a break of the trail has ended the run before."""
        return not (self.lost or self.unasked or self.not_in_use or self.surprises)

    def lines(self) -> list[str]:
        """Return it in words."""
        return [
            f"{self.acknowledged} acknowledged visits: {self.lost} lost, {self.unasked} that nobody made",
            f"cards handed out and not in use: {self.not_in_use}",
            f"trail: {self.trail}",
            f"figures: {self.figures}",
            *self.surprises,
        ]


def take(run: Rehearsal, *, before: int) -> Tally:
    """Compare what people and tablets were told with the database, which held so many visits `before`.

    Raises AssertionError where the checks of this version find the trail or the figures broken.
    """
    found, in_use = _read(run.ground)
    return Tally(
        acknowledged=len(run.door.acknowledged),
        lost=len(run.door.acknowledged - found),
        unasked=len(found) - before - len(run.door.made & found),
        not_in_use=len(run.desk.handed_out - in_use),
        trail=_last_line(run.new, run.ground, "audit", "verify"),
        figures=_last_line(run.new, run.ground, "statistics", "freeze", "--recompute"),
        surprises=tuple(run.door.surprises),
    )


def count_visits(ground: Ground) -> int:
    """Return how many visits the ledger holds."""
    return len(_read(ground)[0])


def _read(ground: Ground) -> tuple[set[str], set[str]]:
    engine = sa.create_engine(ground.database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        scans = set(connection.execute(sa.select(Scan.scan_id)).scalars())
        in_use = set(connection.execute(sa.select(Card.number).where(Card.state == State.ACTIVE)).scalars())
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
    return scans, in_use


def _last_line(version: Version, ground: Ground, *words: str) -> str:
    return version.run(*words, "--instance", str(ground.instance)).strip().splitlines()[-1]
