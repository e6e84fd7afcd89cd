"""Made-up messages for the demo: announcements, a question with its answer, reports, an obstacle on a page."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.messaging import accessibility, announcements, feedback, turnedaway
from kaikukortti.messaging.announcements import Draft
from kaikukortti.models.messages import Announcement, Audience, FeedbackKind, TurnedAwayCause
from kaikukortti.models.network import Area, PartnerState, Unit, Venue
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role

SPRING = Draft(
    audience=Audience.ALL,
    last_on=datetime.min.date(),
    titles={"fi": "Kevään ohjelma on julki", "sv": "Vårens program är ute", "en": "The spring programme is out"},
    texts={
        "fi": "Kevään ohjelma on nyt palvelussa.\n\nKatsokaa yhdessä asiakkaan kanssa, mikä kiinnostaa.",
        "sv": "Vårens program finns nu i tjänsten.\n\nSe tillsammans med klienten vad som intresserar.",
        "en": "The spring programme is in the service now.\n\nLook together with the client at what is of interest.",
    },
)
DOORS = Draft(
    audience=Audience.VENUES,
    last_on=datetime.min.date(),
    titles={"fi": "Ovelle: kortin numeron voi aina näppäillä"},
    texts={"fi": "Jos kamera ei lue korttia, näppäilkää numero.\n\nHarjoituskortit löytyvät tablettien sivulta."},
)
REPORTS = (
    (TurnedAwayCause.NOT_KNOWN, "Kassalla oli uusi työntekijä. Hän ei tiennyt kortista.", "fi", 3),
    (TurnedAwayCause.NO_TICKETS, "", "fi", 12),
    (TurnedAwayCause.DEVICE, "Планшет не работал.", "ru", 1),
)


def fill(*, now: datetime, secret: str = "only for the demo") -> None:
    """Write the messages of each area that has none yet."""
    for area in db.session.scalars(sa.select(Area).order_by(Area.id)).all():
        if db.session.scalar(sa.select(Announcement.id).where(Announcement.area_id == area.id).limit(1)) is None:
            _fill_area(area, now=now, secret=secret)


def _fill_area(area: Area, *, now: datetime, secret: str) -> None:
    coordinator, today = Actor(None, "demo", Role.COORDINATOR, area_id=area.id), period.day_of(now)
    for draft, days in ((DOORS, 40), (SPRING, 2)):
        last_on = today + timedelta(days=60 - days)
        shown = Draft(draft.audience, last_on, draft.titles, draft.texts)
        announcements.publish(shown, actor=coordinator, now=now - timedelta(days=days))
    _ask(area, coordinator, now=now)
    venues = db.session.scalars(sa.select(Venue).where(_takes_part(Venue, area)).order_by(Venue.id)).all()
    for place, (cause, text, language, days) in enumerate(REPORTS):
        venue = venues[place * 3 % len(venues)] if venues else None
        told = turnedaway.Told(
            area_id=area.id,
            venue_id=venue.id if venue else None,
            on_day=today - timedelta(days=days),
            cause=cause,
            text=text,
            code="",
            language=language,
            form_id=uuid.uuid5(uuid.NAMESPACE_URL, f"demo {area.prefix} {place}"),
        )
        turnedaway.tell(told, now=now - timedelta(days=days), secret=secret)
    obstacle = "Ruudunlukija ei kerro, mikä päivä kalenterissa on valittu."
    sent = accessibility.Sent(area.id, obstacle, "Menot", "", "fi")
    accessibility.send(sent, now=now - timedelta(days=4))


def _ask(area: Area, coordinator: Actor, *, now: datetime) -> None:
    unit = db.session.scalars(sa.select(Unit).where(_takes_part(Unit, area)).order_by(Unit.id).limit(1)).first()
    if unit is not None:
        worker = Actor(None, "demo", Role.WORKER, unit_id=unit.id)
        text = "Voiko asiakas saada kortin myös etäpalvelussa?"
        asked = feedback.send(text, kind=FeedbackKind.QUESTION, actor=worker, now=now - timedelta(days=6))
        reply = "Voi. Kortin voi postittaa, kun tiedot on kysytty puhelimessa."
        feedback.answer(asked, reply, actor=coordinator, now=now - timedelta(days=5))
    venue = db.session.scalars(sa.select(Venue).where(_takes_part(Venue, area)).order_by(Venue.id).limit(1)).first()
    if venue is not None:
        manager = Actor(None, "demo", Role.VENUE_MANAGER, venue_id=venue.id)
        text = "Ryhmävierailut näkyvät nyt hyvin ovella. Kiitos!"
        feedback.send(text, kind=FeedbackKind.THANKS, actor=manager, now=now - timedelta(days=1))


def _takes_part(table: type[Unit] | type[Venue], area: Area) -> sa.ColumnElement[bool]:
    return sa.and_(table.area_id == area.id, table.state == PartnerState.ACTIVE)
