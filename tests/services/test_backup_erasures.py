"""Who was erased stays erased: a restore of an older backup plays the newest journal of erasures back."""

import dataclasses
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from kaikukortti.backup import keeping
from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.keeping import Erasure
from kaikukortti.profiles import Profile
from kaikukortti.retention import erasures, journal
from kaikukortti.rules.card import State
from tests import backups, factories
from tests.backups import Keeper
from tests.factories import NOW


@dataclasses.dataclass(frozen=True)
class Erased:
    """A card whose holder's data were erased after the backup `old`."""

    old: Path
    card_id: int
    line: str


@pytest.fixture
def erased(keeper) -> Erased:
    actor = factories.make_actor()
    card = factories.make_issued_card(factories.unit_of(actor))
    old, line = keeper.take(), card.line
    assert line is not None
    settings = dataclasses.replace(keeper.settings, instance_path=keeper.live)
    erasures.erase(card.id, actor=actor, now=NOW, settings=settings)
    return Erased(old, card.id, line)


def is_there(folder: Path, erased: Erased) -> bool:
    """Return whether an instance that was put back knows the holder."""
    with backups.inside(folder) as app:
        profile, card = db.session.get(Profile, erased.line), db.session.get_one(Card, erased.card_id)
        assert (profile is None) == (card.state is State.ANONYMISED)
        known = set(db.session.scalars(sa.select(Erasure.line_ref)))
        assert {entry.line_ref for entry in journal.read(app.config["KAIKU"])} == known
        return profile is not None


def test_the_journal_beside_the_backups_erases_again(keeper, erased):
    keeper.take()  # brings the newest journal
    assert not is_there(keeper.restore(erased.old), erased)
    assert "names 1; 1 were there again and have been erased" in keeper.verify(erased.old).output


def test_without_a_newer_journal_the_holder_would_be_there_again(keeper, erased):
    """The positive control: it is the journal that does it; and the command says that it had none."""
    copy = keeper.place / "alone" / erased.old.name
    copy.parent.mkdir()
    shutil.copyfile(erased.old, copy)
    assert is_there(keeper.restore(copy), erased)
    assert "erasures since the backup are not known" in keeper.verify(copy).output


def test_a_journal_that_is_given_erases_again(keeper, erased):
    folder = keeper.restore(erased.old, "--journal", str(keeper.live / journal.FILE))
    assert not is_there(folder, erased)


def test_a_damaged_journal_beside_it_stops_the_restore(keeper, erased):
    beside = keeper.folder / keeping.JOURNAL
    beside.write_bytes(beside.read_bytes()[:-3])
    assert "--journal FILE" in str(keeper.verify(erased.old).exception)
    assert keeper.verify(erased.old, "--journal", str(keeper.live / journal.FILE)).exit_code == 0


def test_a_lost_journal_is_told_and_the_copy_beside_the_backups_is_kept(keeper, erased):
    keeper.take()
    beside = (keeper.folder / keeping.JOURNAL).read_bytes()
    (keeper.live / journal.FILE).unlink()
    result = keeper.run("backup")
    assert result.exit_code == 1 and "the backup is made, but: The journal of erasures misses 1" in result.output
    assert len(keeping.list_kept(keeper.folder)) == 3 and (keeper.folder / keeping.JOURNAL).read_bytes() == beside
    assert not is_there(keeper.restore(erased.old), erased)


def test_the_backup_itself_holds_the_journal(keeper, erased):
    """A copy of the newest backup alone is enough for what was erased before it."""
    newest = keeper.take()
    copy = keeper.place / "alone" / newest.name
    copy.parent.mkdir()
    shutil.copyfile(newest, copy)
    with backups.inside(keeper.restore(copy)) as app:
        assert len(journal.read(app.config["KAIKU"])) == 1


def test_keeper_and_journal_are_of_one_service(keeper: Keeper, erased: Erased):
    """What the other tests stand on: the erasure went into the journal that the backups take along."""
    assert len((keeper.live / journal.FILE).read_text().splitlines()) == 1
