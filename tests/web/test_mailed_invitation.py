"""An invitation by e-mail: the person who is invited sees the link, the one who invites does not."""

import re

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.mailing import linkseal
from kaikukortti.mailing.kinds import KINDS
from kaikukortti.models.messages import Mail
from kaikukortti.models.network import Membership, User
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import SECRET_KEY
from tests.webclient import Web

INVITED = {"name": "Uusi Henkilö", "email": "uusi@kaikukortti.example", "role": "worker"}
HIDDEN = "/invitation/"


@pytest.fixture
def by_mail(make_app):
    """Return an application that has a mail server, a unit of it, and its coordinator's browser."""
    app = make_app(smtp_url="smtp://mail.example", public_url="http://localhost")
    with app.app_context():
        unit = factories.make_unit(name_en="Eastern unit")
        coordinator = factories.make_person(Role.COORDINATOR)
    web = Web(app)
    web.language("en")
    assert coordinator.actor.user_id is not None
    return app, unit, web.begin(coordinator.actor.user_id)


def the_mail() -> Mail:
    return db.session.scalars(sa.select(Mail)).one()


def test_the_link_waits_sealed_and_works(by_mail):
    app, unit, web = by_mail
    answer = web.submit(f"/partners/units/{unit.id}/people", INVITED)
    assert answer.status_code == 200 and "by e-mail" in web.text and HIDDEN not in web.text
    with app.app_context():
        mail = the_mail()
        assert (mail.kind, mail.language, mail.facts) == (
            "invitation",
            "en",
            {"organisation": "Eastern unit", "days": 7},
        )
        assert mail.sealed is not None
        link = linkseal.unseal(mail.sealed, kind="invitation", secret=SECRET_KEY)
    assert link is not None and KINDS["invitation"].has_secret
    assert Web(app).get(link).status_code == 200


def test_nothing_is_sent_before_the_page_is_answered(by_mail):
    """Nobody listens at mail.example: had the page tried to send, it would have waited or failed."""
    app, unit, web = by_mail
    assert web.submit(f"/partners/units/{unit.id}/people", INVITED).status_code == 200
    with app.app_context():
        assert (the_mail().tries, the_mail().sent_at) == (0, None)


def test_without_a_mail_server_the_page_shows_the_link_and_queues_nothing(app, network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.submit(f"/partners/units/{network.unit.id}/people", INVITED)
    assert HIDDEN in web.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0


def test_a_refused_invitation_puts_no_email_in(by_mail):
    app, unit, web = by_mail
    web.submit(f"/partners/units/{unit.id}/people", INVITED)
    assert web.submit(f"/partners/units/{unit.id}/people", INVITED).status_code == 409
    with app.app_context():
        assert the_mail().id


def test_an_invitation_is_sent_again_and_the_link_of_before_stops_working(by_mail):
    app, unit, web = by_mail
    web.submit(f"/partners/units/{unit.id}/people", INVITED)
    person = f"/partners/people/{membership_of_the_invited(app)}"
    web.get(person)
    assert "No password yet" in web.text
    web.go_on(form=f"{person}/invite")
    assert "by e-mail" in web.text and HIDDEN not in web.text
    with app.app_context():
        sealed = db.session.scalars(sa.select(Mail.sealed).order_by(Mail.id)).all()
        old, new = (linkseal.unseal(one or b"", kind="invitation", secret=SECRET_KEY) for one in sealed)
    assert old and new and old != new
    assert (Web(app).get(old).status_code, Web(app).get(new).status_code) == (410, 200)


def test_without_a_mail_server_the_new_link_is_shown_once(app, network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.submit(f"/partners/units/{network.unit.id}/people", INVITED)
    first = link_on(web)
    person = f"/partners/people/{membership_of_the_invited(app)}"
    web.submit(person, form=f"{person}/invite")
    second = link_on(web)
    assert (Web(app).get(first).status_code, Web(app).get(second).status_code) == (410, 200)
    assert HIDDEN not in web.get(person).get_data(as_text=True)


def membership_of_the_invited(app) -> int:
    with app.app_context():
        query = sa.select(Membership.id).join(Membership.user).where(User.email == INVITED["email"])
        return db.session.scalars(query).one()


def link_on(web: Web) -> str:
    found = re.search(rf"{HIDDEN}[\w-]+", web.text)
    assert found is not None
    return found[0]
