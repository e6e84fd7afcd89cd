"""Mass assignment: a form with a field that it has not is refused whole, on every page that takes a form."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti.db import db
from kaikukortti.models.network import Membership, Unit
from kaikukortti.rules.access import Role
from tests import bothsides, cardlives, factories, leaves, onpage, rights, tree
from tests.rights import Line
from tests.webclient import Web

# What says nothing but that somebody goes: no field of it is read. And what browsers send by themselves.
READS_NOTHING = {"/own/leave", "/own/close", "/sign-out", "/csp-reports"}
# What is answered before the form is looked at, because the form is about it.
BEFORE = {
    "/cards/new/answers": 409,  # no card is named
    "/followup/episodes/<int:episode_id>/leave": 409,  # the client has not opened the card here
    "/followup/episodes/<int:episode_id>/meeting": 303,  # nothing is carried along from the screen before
    "/followup/meeting/": 303,
    "/account/reset/<token>": 410,
    "/invitation/<token>": 410,
    "/organisation": 302,  # nobody is signed in
    "/renewals/cards/change": 200,  # shows the list again as it was typed
}
ROLES = {
    "worker": Role.WORKER,
    "staff": Role.VENUE_STAFF,
    "manager": Role.VENUE_MANAGER,
    "coordinator": Role.COORDINATOR,
    "viewer": Role.VIEWER,
    "administrator": Role.ADMINISTRATOR,
}
EXPERIENCE = "/followup/experience/"  # the coordinator is asked nothing there
LOOKS = {"audit_entries", "audit_heads", "staff_sessions", "audit_keys", "request_counts"}
ODD = {"role": "administrator", "unit_id": "1", "quota": "9999"}


def lines() -> list[Line]:
    """Return the lines of what takes a form."""
    return [
        line
        for line in rights.read()
        if "POST" in line.methods and "/api/" not in line.rule and line.rule not in READS_NOTHING
    ]


def test_every_form_refuses_what_it_has_not(app: Flask, network, enter):
    with app.app_context():
        own, _theirs = bothsides.make(network)
        holder = Web(app)
        holder.client.set_cookie("kaiku_own", leaves.opened_token(network.card))
    browsers = {name: enter(network.people[role]) for name, role in ROLES.items()} | {"holder": holder, "": Web(app)}
    for web in browsers.values():
        web.get("/help")
    odd = []
    for line in lines():
        asked = ["worker"] if "everybody" in line.who else []
        asked += [name for name in browsers if name in line.who and (name, line.rule) != ("coordinator", EXPERIENCE)]
        for name in asked or [""]:
            before = state(app)
            sent = {"csrf_token": onpage.token(browsers[name]), **line.form, **ODD}
            answer = browsers[name].client.post(line.address(own, name), data=sent)
            if answer.status_code != BEFORE.get(line.rule, 422) or state(app) != before:
                odd.append(f"{name or 'anybody'}: {line.rule} answered {answer.status_code}")
    assert not odd, tree.listing(odd, "These take fields that nobody has put on a page:")


def state(app: Flask) -> object:
    """Return every row there is but those that say who looked and who is there."""
    with app.app_context():
        return {name: rows for name, rows in cardlives.dump().items() if name not in LOOKS}


def test_the_page_says_it_and_that_nothing_was_changed(network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.get("/partners/units/new")
    sent = {"csrf_token": onpage.token(web), "name_fi": "Uusi", "state": "active", "area_id": "2"}
    answer = web.post("/partners/units/new", data=sent)
    assert answer.status_code == 422
    assert "The form held something that does not belong to it. Nothing was changed." in web.text


@pytest.mark.parametrize("call", ["checks", "scans", "enrol", "key", "practised", "rescue"])
def test_a_tablet_s_calls_refuse_it_too(app, network, call):
    door = Web(app)
    door.client.set_cookie("kaiku_device", network.tablet.credential)
    known = {"scans": {"items": [factories.scan_body(network.card)]}, "checks": {"code": network.card.number}}
    body = {**known.get(call, {}), "quota": 99}
    answer = door.post(f"/door/api/{call}", json=body)
    assert answer.status_code == (200 if call == "key" else 400), "the key's call reads no body"


def test_an_item_with_an_odd_field_is_parked(app, network):
    door = Web(app)
    door.client.set_cookie("kaiku_device", network.tablet.credential)
    item = {**factories.scan_body(network.card), "counted": True}
    answer = door.post("/door/api/scans", data=json.dumps({"items": [item]}), content_type="application/json")
    assert [one["result"] for one in onpage.json_of(answer)["answers"]] == ["parked"]


def test_an_invitation_gives_no_more_than_it_says(app, network, enter):
    """A coordinator cannot make somebody an administrator, or a member of an organisation that is not named."""
    web = enter(network.people[Role.COORDINATOR])
    address = f"/partners/units/{network.unit.id}/people"
    web.get(f"/partners/units/{network.unit.id}")
    for role in ("administrator", "coordinator", "venue_manager"):
        sent = {"csrf_token": onpage.token(web), "name": "Uusi", "email": f"{role}@example.fi", "role": role}
        assert web.client.post(address, data=sent).status_code in (409, 422)
    with app.app_context():
        homes = db.session.execute(sa.select(Membership.role, Unit.name_fi).join(Unit)).all()
        assert {role for role, _unit in homes} == {Role.WORKER}
