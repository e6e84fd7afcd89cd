"""What a tablet fetches: whole or changes, unchanged or not, packed, and nothing about a person."""

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cards
from kaikukortti.db import db
from kaikukortti.models.cards import Card, ListCounter
from kaikukortti.models.ledger import Device
from kaikukortti.models.programme import Hold, Occurrence
from kaikukortti.profiles import Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason
from tests import factories, onpage, packedlist
from tests.factories import LIST_KEY, NOW
from tests.webclient import Web
from venues import devices, practice

ADDRESS = "/door/api/snapshot"


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet, enrolled."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


def records_of(snapshot) -> list[bytes]:
    """Return the records that a snapshot carries, unpacked as a tablet does it."""
    sent = snapshot["cards"]
    return packedlist.from_planes(base64.b64decode(sent["planes"]), sent["size"])


def since(snapshot) -> str:
    """Return the address of what has changed since a snapshot."""
    return f"{ADDRESS}?epoch={snapshot['epoch']}&since={snapshot['n']}"


def block(app, unit) -> Card:
    """Block a card of a unit, and return it."""
    with app.app_context():
        worker = factories.make_actor(Role.WORKER, unit)
        card = factories.make_issued_card(unit)
        return cards.block(card.id, reason=CardReason.LOST, actor=worker, now=NOW)


def test_the_whole_list_and_then_what_has_changed(app, door, network):
    first = onpage.json_of(door.get(ADDRESS))
    held = records_of(first)
    assert first["cards"]["since"] is None and first["cards"]["count"] == len(held) > 0
    assert first["cards"]["digest"] == packedlist.digest(held).hex()
    blocked = block(app, network.unit)
    second = onpage.json_of(door.get(since(first)))
    assert second["epoch"] == first["epoch"] and second["n"] > first["n"]
    assert (second["cards"]["since"], second["cards"]["size"]) == (first["n"], 1)
    held = packedlist.applied(held, records_of(second))
    assert packedlist.digest(held).hex() == second["cards"]["digest"]
    found = packedlist.find(held, blocked.number, LIST_KEY)
    assert found.state == "off" and found.ref == blocked.ref
    assert onpage.json_of(door.get("/door/api/status"))["cursor"] == {"epoch": second["epoch"], "n": second["n"]}


def test_no_card_has_changed(door):
    first = onpage.json_of(door.get(ADDRESS))
    assert onpage.json_of(door.get(since(first)))["cards"] is None


@pytest.mark.parametrize(
    "query", ["epoch={epoch}", "epoch=00000000.1&since={n}", "since={n}", "epoch={epoch}&since=99999999"]
)
def test_a_cursor_that_is_not_of_this_list_gets_it_whole(door, query):
    first = onpage.json_of(door.get(ADDRESS))
    again = onpage.json_of(door.get(f"{ADDRESS}?{query.format(**first)}"))
    assert again["cards"] == first["cards"]


@pytest.mark.parametrize("odd", ["x", "-1", "1.5", "٣", "9" * 40])
def test_an_odd_number_is_no_cursor(door, odd):
    first = onpage.json_of(door.get(ADDRESS))
    answer = door.get(ADDRESS, query_string={"epoch": first["epoch"], "since": odd})
    assert answer.status_code == 400 and onpage.json_of(answer)["error"]["code"] == "request_unreadable"


def test_nothing_new_is_304_until_cards_programme_or_words_change(app, door, network):
    first = door.get(ADDRESS)
    tag, address = first.headers["ETag"], since(onpage.json_of(first))
    assert tag.startswith('W/"') and {"Accept-Encoding", "Cookie"} <= set(first.vary)
    same = door.get(address, headers={"If-None-Match": tag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    with app.app_context():
        factories.make_occurrence(venue=network.venue)
    changed = door.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and onpage.json_of(changed)["cards"] is None
    block(app, network.unit)
    assert door.get(address, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 200


def test_it_is_packed_for_who_takes_it(door):
    plain, packed = door.get(ADDRESS), door.get(ADDRESS, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.data)) == onpage.json_of(plain)
    assert len(packed.data) < len(plain.data) / 2
    assert door.get(ADDRESS, headers={"Accept-Encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None


def test_a_new_list_key_is_another_list_and_epoch(app, door, network):
    first = onpage.json_of(door.get(ADDRESS))
    with app.app_context():
        rekeyed = devices.rekey(network.tablet.known, secret_key=factories.SECRET_KEY, now=NOW)
        card = factories.make_issued_card(network.unit)
    again = onpage.json_of(door.get(since(first)))
    assert again["epoch"] != first["epoch"] and again["cards"]["since"] is None
    held = records_of(again)
    assert packedlist.holds(held, card.number, rekeyed.list_key)
    assert not packedlist.holds(held, card.number, LIST_KEY)


def test_an_epoch_that_ends_sends_the_list_whole(app, door):
    first = onpage.json_of(door.get(ADDRESS))
    with app.app_context():
        db.session.execute(sa.update(ListCounter).values(epoch="feedbeef"))
        db.session.commit()
    assert onpage.json_of(door.get(since(first)))["cards"]["since"] is None


def test_no_number_unit_postcode_or_birth_year_is_in_it(app, door, network):
    """The canary: whatever is known of cards and holders is looked for in the text, packed and unpacked."""
    with app.app_context():
        unit = factories.make_unit(name_fi="Kanarian sosiaaliasema", municipality="Kanarianmaa")
        card = factories.make_issued_card(unit)
        db.session.execute(
            sa.update(Profile).where(Profile.line == card.line).values(birth_year=1937, postcode="99981")
        )
        db.session.commit()
        known = [
            *db.session.scalars(sa.select(Card.number)),
            *db.session.scalars(sa.select(Card.line)),
            "Kanaria",
            "99981",
        ]
    answer = door.get(ADDRESS)
    snapshot = onpage.json_of(answer)
    planes = base64.b64decode(snapshot["cards"].pop("planes"))
    del snapshot["cards"]["digest"], snapshot["epoch"]  # random digits could say anything
    unpacked = b"".join(packedlist.from_planes(planes, snapshot["cards"]["size"]))
    rest = json.dumps(snapshot, ensure_ascii=False)
    for secret in filter(None, known):
        assert secret not in rest and secret not in answer.text
        assert secret.encode() not in planes and secret.encode() not in unpacked
    assert "1937" not in rest and LIST_KEY.hex() not in rest
    assert not {"unit", "postcode", "birth_year", "line", "note"} & set(_names(snapshot))
    assert len(unpacked) == 24 * snapshot["cards"]["size"]


def _names(value) -> Iterator[str]:
    """Walk through every name of a JSON value."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield str(name)
        if isinstance(inner, dict | list):
            yield from _names(inner)


def test_an_event_tells_its_doors_and_what_its_quota_has_left(app, door, network):
    with app.app_context():
        evening = factories.make_occurrence(venue=network.venue)
        values = {"opens_at": NOW, "closes_at": NOW + timedelta(hours=1), "quota": 5}
        db.session.execute(sa.update(Occurrence).where(Occurrence.id == evening.id).values(**values))
        held = {"occurrence_id": evening.id, "line": "0" * 32, "places": 2, "expires_at": NOW + timedelta(minutes=1)}
        db.session.execute(sa.insert(Hold).values(id="h" * 32, **held))
        db.session.commit()
    told = _told(door, evening)
    assert (told["places_left"], told["opens_at"], told["closes_at"]) == (
        3,
        "2026-11-20T16:30:00.000Z",
        "2026-11-20T17:30:00.000Z",
    )
    with app.app_context():
        used = factories.make_issued_card(network.unit)
        body = factories.scan_body(used, occurrence=evening)
    assert onpage.json_of(door.post("/door/api/scans", json={"items": [body]}))["answers"][0]["result"] == "accepted"
    assert _told(door, evening)["places_left"] == 2
    with app.app_context():
        db.session.execute(sa.update(Occurrence).where(Occurrence.id == evening.id).values(sold_out=True))
        db.session.commit()
    assert _told(door, evening)["places_left"] == 0


def test_what_the_service_has_counted_travels_along(app, door, network):
    with app.app_context():
        evening = factories.make_occurrence(venue=network.venue)
        family, other = factories.make_issued_card(network.unit, children=2), factories.make_issued_card(network.unit)
        bodies = [
            factories.scan_body(family, occurrence=evening, child=2, assistant=1),
            factories.scan_body(other, occurrence=evening),
        ]
    assert _told(door, evening)["counted"] == {}
    door.post("/door/api/scans", json={"items": bodies})
    assert _told(door, evening)["counted"] == {"adult": 2, "child": 2, "assistant": 1}
    with app.app_context():
        undo = factories.scan_body(other, occurrence=evening, adult=0, undoes=bodies[1]["scan_id"])
    door.post("/door/api/scans", json={"items": [undo]})
    assert _told(door, evening)["counted"] == {"adult": 1, "child": 2, "assistant": 1}


def test_words_shapes_and_deck_travel_along(door):
    snapshot = onpage.json_of(door.get(ADDRESS))
    assert (snapshot["rules_version"], snapshot["min_client"]) == (2, 2)
    assert snapshot["texts"]["already"]["en"] == "The visit was recorded at {time} already. Add tickets?"
    for said in snapshot["texts"].values():
        assert set(said) == {"fi", "sv", "en"} and all(said.values())
    assert [card["number"] for card in snapshot["practice"]] == [card.number for card in practice.deck()]
    assert {"grace_days", "contact"} == set(snapshot["areas"][0]) and snapshot["masks"] == ""


def test_a_tablet_out_of_use_gets_nothing(app, door, network):
    with app.app_context():
        db.session.execute(sa.update(Device).values(state="revoked", revoked_at=NOW))
        db.session.commit()
    assert door.get(ADDRESS).status_code == 401


def _told(door, evening):
    return next(one for one in onpage.json_of(door.get(ADDRESS))["occurrences"] if one["id"] == evening.id)
