"""Where the hub pages of follow-up lead: only to pages that there are, and that are switched on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from kaikukortti.web import guard
from kaikukortti.web.guard import GuardedBlueprint


@dataclass(frozen=True)
class Place:
    """A page that a hub leads to: its endpoint, what it is called, what it is for."""

    endpoint: str
    title: Any
    text: Any
    needs_episodes: bool = False


@dataclass(frozen=True)
class Link:
    """The same as templates/components/action_list.html reads it."""

    title: str
    href: str
    text: str


UNIT_PLACES = (
    Place("meeting.index", _l("A meeting"), _l("Ten minutes with the client, the screen turned so that both see it.")),
    Place("voices.index", _l("What clients said"), _l("Their answers at the end of our meetings, by quarter.")),
    Place(
        "episodes.index",
        _l("Clients who share how they use their card"),
        _l("Only with the client's own leave, which ends when the client says so."),
        needs_episodes=True,
    ),
    Place(
        "experience.index", _l("Three questions to you"), _l("Once in a quarter: how the card works in your own job.")
    ),
    Place(
        "socialreports.index",
        _l("Social reports"),
        _l("Tell what you see in your work, and read what was done about it."),
    ),
    Place("groupanswers.index", _l("Answers of a group"), _l("Totals of a measure, without names.")),
    Place("structure.index", _l("Our own clients in figures"), _l("With these the area sees whom the card reaches.")),
)

AREA_PLACES = (
    Place("reach.index", _l("Whom the card reaches"), _l("New holders beside the units' clients.")),
    Place("curve.index", _l("How soon the card is first used"), _l("By the year in which it was handed out.")),
    Place("kinds.index", _l("What for, and with children"), _l("Kinds of places, and visits with a child.")),
    Place("season.index", _l("The seasons"), _l("Which months are quieter, which busier.")),
    Place("meetingbarriers.index", _l("What keeps clients from going"), _l("What they have said in meetings.")),
    Place("groupchange.index", _l("Change in groups"), _l("Two measurements of the same people, without names.")),
    Place("socialreports.index", _l("Social reports"), _l("What the units see, and what was done about it.")),
    Place("experience.index", _l("How staff find the card"), _l("Three questions a quarter to units and venues.")),
    Place("followupswitches.index", _l("What is in use"), _l("Follow-up of the area and of each unit, on or off.")),
)


def unit_links(*, has_episodes: bool) -> list[Link]:
    """Return where a worker goes from the unit's own page."""
    return _links(place for place in UNIT_PLACES if has_episodes or not place.needs_episodes)


def area_links() -> list[Link]:
    """Return where somebody of the area goes from the quarter's page."""
    return _links(AREA_PLACES)


def _links(places: Iterable[Place]) -> list[Link]:
    return [
        Link(str(place.title), url_for(place.endpoint), str(place.text)) for place in places if _is_open(place.endpoint)
    ]


def _is_open(endpoint: str) -> bool:
    """Return whether there is such a page, and it is for the role of the person who asks."""
    blueprint = current_app.blueprints.get(endpoint.partition(".")[0])
    if endpoint not in current_app.view_functions or not isinstance(blueprint, GuardedBlueprint):
        return False
    return guard.actor().role in blueprint.access.roles
