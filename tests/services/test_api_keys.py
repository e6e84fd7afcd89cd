"""Keys of ticket sellers' systems: made, recognised, rotated with an overlap, revoked; nothing of a secret is kept."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import PartnerState
from kaikukortti.models.sellers import ApiKey
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import apikeys, keycare
from venues.apikeys import KeyUnknown, Scope, Standing

ALL = frozenset(Scope)


@pytest.fixture
def manager():
    """Return the manager of a venue."""
    return factories.make_actor(Role.VENUE_MANAGER)


def make(manager, *, now=NOW, name="Lippukassa", scopes=ALL, **facts) -> keycare.Made:
    """Make a key of the manager's venue."""
    return keycare.make(name, actor=manager, venue_id=manager.venue_id, scopes=scopes, now=now, **facts)


def is_known(made: keycare.Made, *, now=NOW) -> bool:
    """Return whether a key is recognised."""
    try:
        return apikeys.recognise(made.token, now=now).key_id == made.key.id
    except KeyUnknown:
        return False


def test_a_key_is_recognised_by_the_whole_of_it(manager):
    made = make(manager, scopes={Scope.CHECKS, Scope.USES})
    known = apikeys.recognise(made.token, now=NOW)
    assert (known.venue_id, known.name) == (manager.venue_id, "Lippukassa")
    assert known.scopes == {Scope.CHECKS, Scope.USES}
    assert not known.is_sandbox and known.last_used_at is None
    other = make(manager)
    mixed = "_".join([*made.token.split("_")[:2], other.token.split("_")[2]])
    wrong = (
        None,
        "",
        "kaiku",
        made.token[:-1],
        made.token + "0",
        made.token.upper(),
        mixed,
        f"kaiku_{made.key.prefix}_",
    )
    for token in wrong:
        with pytest.raises(KeyUnknown):
            apikeys.recognise(token, now=NOW)


def test_nothing_of_the_secret_is_kept(manager):
    made = make(manager)
    secret = made.token.split("_")[2]
    assert len(secret) == 64, "256 bits"
    kept = db.session.execute(sa.text("SELECT * FROM api_keys")).one()
    assert all(secret not in str(value) for value in kept)
    assert made.key.secret_hash == apikeys.hash_of(secret) != apikeys.hash_of(make(manager).token.split("_")[2])
    trail = db.session.scalars(sa.select(AuditEntry)).all()
    assert [entry.action for entry in trail] == ["api_key.made", "api_key.made"]
    assert trail[0].detail == {"key": made.key.id, "sandbox": False} and trail[0].user_id == manager.user_id


def test_a_key_ends_with_its_last_day(manager):
    made = make(manager, last_on=TODAY + DAY)
    last_moment = NOW.replace(hour=21, minute=59) + DAY  # a minute to midnight in Helsinki
    assert is_known(made, now=last_moment) and not is_known(made, now=last_moment + timedelta(minutes=1))
    assert apikeys.standing(made.key, now=NOW) is Standing.ENDING
    assert apikeys.standing(made.key, now=NOW + 3 * DAY) is Standing.OVER


@pytest.mark.parametrize("last_on", [TODAY - DAY, date.max, TODAY + 3000 * DAY])
def test_an_impossible_end(manager, last_on):
    with pytest.raises(keycare.EndImpossible):
        make(manager, last_on=last_on)


@pytest.mark.parametrize("name", ["", " \t", "x" * 61, "a\0b", "Matti 131052-308T"])
def test_an_impossible_name(manager, name):
    with pytest.raises(keycare.NameImpossible):
        make(manager, name=name)
    with pytest.raises(keycare.ScopesImpossible):
        make(manager, scopes=())


def test_a_key_is_rotated_with_an_overlap(manager):
    former = make(manager, last_on=TODAY + 100 * DAY)
    end = former.key.expires_at
    made = keycare.rotate(former.key.id, actor=manager, overlap_days=7, now=NOW)
    assert (made.key.name, made.key.scopes, made.key.replaces_id) == ("Lippukassa", former.key.scopes, former.key.id)
    assert made.key.expires_at == end and former.key.expires_at == NOW + 7 * DAY
    assert is_known(former, now=NOW + 6 * DAY) and is_known(made, now=NOW + 6 * DAY)
    assert not is_known(former, now=NOW + 7 * DAY) and is_known(made, now=NOW + 7 * DAY)
    again = keycare.rotate(made.key.id, actor=manager, overlap_days=0, now=NOW + 8 * DAY)
    assert not is_known(made, now=NOW + 8 * DAY)
    with pytest.raises(keycare.KeyOver):
        keycare.rotate(made.key.id, actor=manager, overlap_days=0, now=NOW + 8 * DAY)
    other = make(manager)
    line = [former.key.id, made.key.id, again.key.id]
    assert apikeys.list_line(apikeys.recognise(again.token, now=NOW + 8 * DAY)) == line
    assert apikeys.list_line(apikeys.recognise(other.token, now=NOW)) == [other.key.id]


@pytest.mark.parametrize("days", [-1, 31])
def test_an_impossible_overlap(manager, days):
    made = make(manager)
    with pytest.raises(keycare.OverlapImpossible):
        keycare.rotate(made.key.id, actor=manager, overlap_days=days, now=NOW)


def test_a_short_lived_key_does_not_outlive_its_end_by_an_overlap(manager):
    former = make(manager, last_on=TODAY)
    end = former.key.expires_at
    keycare.rotate(former.key.id, actor=manager, overlap_days=30, now=NOW)
    assert former.key.expires_at == end


def test_a_key_is_revoked_at_once(manager):
    made = make(manager)
    keycare.revoke(made.key.id, actor=manager, now=NOW)
    assert not is_known(made) and apikeys.standing(made.key, now=NOW) is Standing.REVOKED
    with pytest.raises(keycare.KeyOver):
        keycare.revoke(made.key.id, actor=manager, now=NOW)
    assert db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1] == "api_key.revoked"


def test_a_venue_that_takes_no_part_has_no_keys(manager):
    made = make(manager)
    made.key.venue.state = PartnerState.PAUSED
    db.session.commit()
    assert not is_known(made)


def test_a_key_belongs_to_its_venue_s_manager(manager):
    made = make(manager)
    strangers = [factories.make_actor(Role.VENUE_MANAGER), factories.make_actor(Role.COORDINATOR)]
    for stranger in (*strangers, factories.make_actor(Role.VENUE_STAFF, made.key.venue)):
        for act in (
            lambda: keycare.get(made.key.id, actor=stranger),
            lambda: keycare.revoke(made.key.id, actor=stranger, now=NOW),
            lambda: keycare.rotate(made.key.id, actor=stranger, overlap_days=0, now=NOW),
            lambda: keycare.list_keys(manager.venue_id, actor=stranger),
            lambda: keycare.make("X", actor=stranger, venue_id=manager.venue_id, scopes=ALL, now=NOW),
        ):
            with pytest.raises(NotFound):
                act()
    assert [key.id for key in keycare.list_keys(manager.venue_id, actor=manager)] == [made.key.id]


def test_a_venue_has_twenty_keys_at_most(manager, together):
    for _ in range(keycare.MOST_KEYS - 1):
        made = make(manager)
    answers = together(*[lambda: make(manager)] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["Made"] + ["TooManyKeys"] * 3
    with pytest.raises(keycare.TooManyKeys):
        keycare.rotate(made.key.id, actor=manager, overlap_days=7, now=NOW)
    keycare.rotate(made.key.id, actor=manager, overlap_days=0, now=NOW)  # one for one
    live = sa.select(sa.func.count(ApiKey.id)).where(apikeys.is_live(NOW))
    assert db.session.scalar(live) == keycare.MOST_KEYS


def test_last_use_is_written_down_now_and_then(manager):
    made = make(manager)
    known = apikeys.recognise(made.token, now=NOW)
    assert apikeys.is_contact_due(known, now=NOW)
    apikeys.touch(known, now=NOW)
    known = apikeys.recognise(made.token, now=NOW + timedelta(minutes=4))
    assert not apikeys.is_contact_due(known, now=NOW + timedelta(minutes=4))
    assert apikeys.is_contact_due(known, now=NOW + timedelta(minutes=5))
