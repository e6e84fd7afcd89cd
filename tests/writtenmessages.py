"""Messages for tests: an announcement, a partner's question, a report of who was turned away, an obstacle on a page."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.messaging import accessibility, announcements, feedback, turnedaway
from kaikukortti.models.messages import AccessibilityFeedback, Audience, FeedbackKind, TurnedAway, TurnedAwayCause
from kaikukortti.rules.access import Actor, Role
from tests.factories import DAY, NOW, SECRET_KEY, TODAY

ASKING = {"worker": Role.WORKER, "staff": Role.VENUE_STAFF, "manager": Role.VENUE_MANAGER}


def of_people(people: Mapping[Role, Actor]) -> dict[str, object]:
    """Add one of each kind that an address can name, by the words of rights.csv."""
    coordinator = people[Role.COORDINATOR]
    assert coordinator.area_id is not None
    asked = {f"feedback:{name}": ask(people[role]) for name, role in ASKING.items()}
    return {"announcement": announce(coordinator), "feedback": asked["feedback:worker"], **asked} | of_area(
        coordinator.area_id
    )


def of_area(area_id: int) -> dict[str, object]:
    """Add what strangers have written to an area."""
    return {"area": area_id, "turned_away": tell(area_id), "obstacle": complain(area_id)}


def announce(coordinator: Actor) -> int:
    """Publish an announcement to everybody and return its id."""
    words = {"titles": {"fi": "Uusi kausi"}, "texts": {"fi": "Ohjelma on julki."}}
    draft = announcements.Draft(audience=Audience.ALL, last_on=TODAY + 30 * DAY, **words)
    return announcements.publish(draft, actor=coordinator, now=NOW)


def ask(partner: Actor) -> int:
    """Ask the coordinator something and return its id."""
    return feedback.send("Mistä saamme uuden lukijan?", kind=FeedbackKind.QUESTION, actor=partner, now=NOW)


def tell(area_id: int) -> int:
    """Tell that somebody was turned away and return the report's id."""
    told = turnedaway.Told(area_id, None, TODAY, TurnedAwayCause.NOT_KNOWN, "", "", "fi", uuid.uuid4())
    turnedaway.tell(told, now=NOW, secret=SECRET_KEY)
    return db.session.scalar(sa.select(sa.func.max(TurnedAway.id))) or 0


def complain(area_id: int) -> int:
    """Tell of an obstacle on a page and return the message's id."""
    accessibility.send(accessibility.Sent(area_id, "Painike ei puhu.", "", "", "fi"), now=NOW)
    return db.session.scalar(sa.select(sa.func.max(AccessibilityFeedback.id))) or 0
