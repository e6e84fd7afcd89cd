"""What follow-up adds to the main menu: nothing where it is off, but for the coordinator, who can switch it on."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from kaikukortti.followup import episodes
from kaikukortti.followup.switches import Switches
from kaikukortti.rules.access import VENUE_ROLES, Actor, Role
from kaikukortti.web import guard, openwork, pages
from kaikukortti.web.followup import gate

FOLLOW_UP, FEEDBACK, MEASURES = _l("Follow-up"), _l("Feedback"), _l("Measures")


def init_app(app: Flask) -> None:
    """Add the links to the menu of every page, and say what is open in a unit that would leave."""
    pages.extend_menu(app, _links)
    openwork.register(app, episodes.count_open_in)


def _links() -> list[pages.Link]:
    if guard.find_membership() is None:
        return []
    actor = guard.actor()
    return _links_of(actor, gate.switches_of(actor))


def _links_of(actor: Actor, found: Switches) -> list[pages.Link]:
    if actor.role is Role.COORDINATOR and not found.followup:
        return [("followupswitches.index", FOLLOW_UP)]
    if not found.followup:
        return []
    if actor.role in VENUE_ROLES:
        return [("experience.index", FEEDBACK)]
    if actor.role is Role.ADMINISTRATOR:
        return [("measures.index", MEASURES)]
    return [("ourunit.index" if actor.role is Role.WORKER else "quarter.index", FOLLOW_UP)]
