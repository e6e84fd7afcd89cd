"""Made-up follow-up for the demo network: each room fills its own tables once. Nothing here is of a real person.

own          own keys that everybody may know, and how visits felt
meeting      goals, what kept clients from going, what they said at the end
episodes     episodes of one unit, two with leave to look
measures     permissions, results, answers of groups
clients      the units' own clients in figures
loop         social reports, answers of staff
"""

from collections.abc import Callable
from datetime import datetime

from kaikukortti import partners
from kaikukortti.followup import store, switches
from kaikukortti.followup.demo import clients, episodes, loop, measures, meeting, own
from kaikukortti.followup.models.switches import AreaSwitch
from kaikukortti.rules.access import Actor, Role

ROOMS: tuple[Callable[..., None], ...] = (loop.fill, own.fill, meeting.fill, episodes.fill, measures.fill, clients.fill)
DECISION = "DEMO 1/2026"


def list_own_keys(*, secret: str) -> dict[str, str]:
    """Return the numbers of the cards whose holders have an own key in the demo, with the key."""
    found = [one for area in partners.list_areas() for one in own.list_demo_keys(area_id=area.id, secret=secret)]
    return {one.number: one.key for one in found}


def fill(*, now: datetime, secret: str) -> None:
    """Switch follow-up on in every area that has not been asked yet, episodes in its first unit, and fill the rooms."""
    for area in partners.list_areas():
        with store.reading() as session:
            if session.get(AreaSwitch, area.id) is not None:
                continue
        actor = Actor(None, "demo", Role.COORDINATOR, area_id=area.id)
        switches.set_area(actor=actor, area_id=area.id, followup=True, own_card=True, now=now)
        for row in partners.list_units(area.id)[:1]:
            switches.set_unit(row.unit.id, actor=actor, followup=True, episodes=True, decision=DECISION, now=now)
        for room in ROOMS:
            room(area_id=area.id, now=now, secret=secret)
