"""People and their rights on pages, partners that leave, and the coordinator's first page."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Membership, Unit, User, Venue
from kaikukortti.rules.access import Role
from tests import factories, leaves, onpage
from tests.factories import DAY, NOW, PASSWORD, TODAY
from tests.webclient import Web


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def membership_of(app, person) -> int:
    with app.app_context():
        found = sa.select(Membership.id).where(Membership.user_id == person.actor.user_id)
        key = db.session.scalars(found.order_by(Membership.id)).first()
        assert key is not None
        return key


def test_a_role_ends_and_the_person_is_out_at_the_next_request(app, coordinator, network, enter):
    worker = network.people[Role.WORKER]
    page = f"/partners/people/{membership_of(app, worker)}"
    theirs = enter(worker)
    coordinator.get(f"/partners/units/{network.unit.id}")
    assert worker.actor.name in coordinator.text and "Second factor" in coordinator.text
    coordinator.get(page)
    assert worker.email in coordinator.text
    answer = coordinator.go_on(form=f"{page}/end")
    assert answer.request.path == f"/partners/units/{network.unit.id}" and "has ended" in coordinator.text
    assert theirs.get("/cards/").status_code == 302
    assert coordinator.get(page).status_code == 404


def test_an_account_goes_out_of_use_and_comes_back(app, coordinator, network, enter):
    staff = network.people[Role.VENUE_STAFF]
    page = f"/partners/people/{membership_of(app, staff)}"
    theirs = enter(staff)
    coordinator.submit(page, form=f"{page}/disable")
    assert "out of use" in coordinator.text
    assert theirs.get("/venue/").status_code == 302
    assert Web(app).sign_in(staff.email, PASSWORD).status_code == 422
    coordinator.submit(page, form=f"{page}/enable")
    assert enter(staff).get("/venue/").status_code == 200


def test_the_own_role_and_strangers(app, coordinator, network):
    own = f"/partners/people/{membership_of(app, network.people[Role.COORDINATOR])}"
    coordinator.get(own)
    assert "This is you" in coordinator.text
    data = {"csrf_token": onpage.token(coordinator)}
    assert coordinator.post(f"{own}/end", data=data).status_code == 409
    with app.app_context():
        far = factories.make_person(Role.WORKER, db.session.get_one(Unit, network.far_unit.id))
    theirs = f"/partners/people/{membership_of(app, far)}"
    assert coordinator.get(theirs).status_code == 404
    for act in ("end", "disable", "enable", "invite"):
        assert coordinator.post(f"{theirs}/{act}", data=data).status_code == 404


def test_a_person_in_several_organisations_is_marked(app, coordinator, network):
    with app.app_context():
        user = db.session.get_one(User, network.people[Role.WORKER].actor.user_id)
        factories.make_person(Role.VENUE_STAFF, db.session.get_one(Venue, network.venue.id), user=user)
    coordinator.get(f"/partners/units/{network.unit.id}")
    assert "Works in 2 organisations" in coordinator.text


def test_a_second_responsible_person_is_invited(app, coordinator, network):
    coordinator.get("/network/")
    assert "Only one person is responsible" in coordinator.text
    coordinator.submit("/partners/area/people", {"name": "Toinen", "email": "toinen@x.example", "role": "coordinator"})
    assert "/invitation/" in coordinator.text
    coordinator.get("/partners/area")
    assert "toinen@x.example" in coordinator.text
    coordinator.get("/network/")
    assert "Only one person is responsible" not in coordinator.text


def test_rights_are_reviewed_in_one_go(app, coordinator, network):
    with app.app_context():
        db.session.execute(sa.update(Membership).values(created_at=NOW - 200 * DAY))
        db.session.commit()
    coordinator.get("/network/")
    assert "9 roles have not been looked at" in coordinator.text
    ending = membership_of(app, network.strangers[Role.WORKER])
    answer = coordinator.submit("/partners/review", {"ending": [str(ending)]})
    assert answer.status_code == 200 and "Kept: 8. Ended: 1." in coordinator.text
    assert "Every role has been looked at" in coordinator.text
    with app.app_context():
        assert db.session.get(Membership, ending) is None
        reviewed = sa.select(sa.func.count()).where(Membership.reviewed_at == NOW)
        assert db.session.scalar(reviewed) == 8


def test_ending_oneself_in_a_review_changes_nothing(app, coordinator, network):
    with app.app_context():
        db.session.execute(sa.update(Membership).values(created_at=NOW - 200 * DAY))
        db.session.commit()
    coordinator.get("/partners/review")
    own = membership_of(app, network.people[Role.COORDINATOR])
    data = {"csrf_token": onpage.token(coordinator), "shown": [str(own)], "ending": [str(own)]}
    answer = coordinator.post("/partners/review", data=data)
    assert answer.status_code == 422 and "cannot end your own role" in coordinator.text


def test_a_unit_leaves_by_its_page(app, coordinator, network, enter):
    page, worker = f"/partners/units/{network.unit.id}/leave", enter(network.people[Role.WORKER])
    coordinator.get(page)
    assert coordinator.go_on({}).status_code == 422
    assert "Choose the unit that takes them over" in coordinator.text
    answer = coordinator.submit(page, {"to_unit": str(network.other_unit.id)})
    assert answer.request.path == f"/partners/units/{network.unit.id}" and "Has left" in coordinator.text
    assert worker.get("/cards/").status_code == 302
    assert enter(network.strangers[Role.WORKER]).get(f"/cards/{network.card.id}").status_code == 200
    with app.app_context():
        homes = set(db.session.scalars(sa.select(Card.unit_id)))
    assert homes == {network.other_unit.id, network.far_unit.id}


def test_open_episodes_keep_a_unit_from_leaving(app, coordinator, network):
    with app.app_context():
        actor = network.people[Role.WORKER].actor
        leaves.start(actor, network.area.id)
    page = f"/partners/units/{network.unit.id}/leave"
    coordinator.get(page)
    assert "1 episode of follow-up is open here" in coordinator.text
    answer = coordinator.go_on({"to_unit": str(network.other_unit.id)})
    assert answer.status_code == 422 and "its workers end them first" in coordinator.text


def test_a_venue_leaves_by_its_page(app, coordinator, network):
    coordinator.submit(f"/partners/venues/{network.venue.id}/leave")
    assert "Has left" in coordinator.text
    assert Web(app).get(f"/offer/venues/{network.venue.id}").status_code == 404
    door = Web(app)
    door.client.set_cookie("kaiku_device", network.tablet.credential)
    assert door.get("/door/api/status").status_code == 401


def test_the_last_day_of_a_pop_up_venue(app, coordinator, network):
    page = f"/partners/venues/{network.venue.id}/change"
    assert coordinator.submit(page, {"last_on": "2026-11-19"}).status_code == 422
    assert "This day is over already" in coordinator.text
    coordinator.submit(page, {"last_on": "2026-11-25"})
    assert "25 Nov 2026" in coordinator.text
    coordinator.get("/network/?kind=popup_ending")
    assert "City theatre" in coordinator.text and "last day 25 Nov 2026" in coordinator.text


def test_a_venue_whose_day_is_over_is_closed_at_the_next_look(app, coordinator, network):
    with app.app_context():
        db.session.get_one(Venue, network.venue.id).last_on = TODAY - DAY
        db.session.commit()
    coordinator.get("/network/")
    assert "Has ended" in coordinator.text
    coordinator.get(f"/partners/venues/{network.venue.id}")
    assert "Has left" in coordinator.text


def test_each_line_leads_to_where_it_is_put_right(coordinator, network):
    coordinator.get("/network/")
    links = [link.get("href", "") for link in onpage.main_of(coordinator).iter("a")]
    assert f"/partners/units/{network.unit.id}/change" in links, "no contact"
    assert f"/partners/units/{network.unit.id}" in links, "no commitment"
    assert "/partners/instruction" in links and "/partners/area" in links
    for link in set(links):
        assert coordinator.get(link).status_code == 200, link
    assert not any(str(network.far_unit.id) == link.rpartition("/")[2] for link in links if "/units/" in link)
