"""The words of a meeting: the steps of the ladder, the cards of what gets in the way, and what one could do about it.

They are the client's: short, kind, without blame. Where an idea has a page that everybody may open, it is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.followup.models.answers import Agreement
from kaikukortti.rules.barrier import Barrier

LADDER = {
    2: _l("Much further than was hoped"),
    1: _l("Further than was hoped"),
    0: _l("There, as was hoped"),
    -1: _l("On the way, not there yet"),
    -2: _l("Still far away"),
}

WEIGHTS = {1: _l("Important"), 2: _l("Very important"), 3: _l("The most important of all")}

BARRIERS = {
    Barrier.TRANSPORT: _l("It is hard to get there"),
    Barrier.COMPANY: _l("I have nobody to go with"),
    Barrier.NOT_KNOWING: _l("I do not know what is on"),
    Barrier.NEW_PLACE: _l("A new place feels daunting"),
    Barrier.HEALTH: _l("My health or strength does not allow it"),
    Barrier.CHILDCARE: _l("Who looks after the children?"),
    Barrier.TIMES: _l("The times do not suit me"),
    Barrier.SOLD_OUT: _l("The tickets had run out"),
    Barrier.OFFER: _l("There is nothing for me"),
    Barrier.TREATMENT: _l("I was not received well there"),
    Barrier.CARD_LOST: _l("I do not have my card"),
    Barrier.OTHER: _l("Something else"),
}

ANSWERS = {
    Agreement.YES: _l("Yes"),
    Agreement.PARTLY: _l("Partly"),
    Agreement.NO: _l("No"),
    Agreement.UNSAID: _l("I would rather not say"),
}


@dataclass(frozen=True)
class Idea:
    """One small next step. `endpoint` and `query` name a public page that helps with it."""

    words: Any
    endpoint: str = ""
    query: dict[str, str] = field(default_factory=dict)


IDEAS = {
    "bus": Idea(_l("We look up the bus stop of a place together"), "offer.places", {"stop": "1"}),
    "near": Idea(_l("I choose a place near my home"), "offer.places"),
    "friend": Idea(_l("I ask somebody I know to come along")),
    "company": Idea(_l("You tell the unit that I would like company, without my name")),
    "group": Idea(_l("I come along when the unit goes as a group")),
    "week": Idea(_l("We look together at what is on this week"), "offer.index", {"when": "week"}),
    "sheet": Idea(_l("I take the sheet about the card home")),
    "first_look": Idea(_l("We look at the page of a place: how to get in, whom to ask"), "offer.places"),
    "first_time": Idea(_l("Somebody comes with me the first time")),
    "calm": Idea(_l("I choose something short and a calm time"), "offer.index"),
    "step_free": Idea(_l("I choose a place without stairs"), "offer.places", {"step_free": "1"}),
    "children": Idea(_l("I choose something that the children may come to"), "offer.index", {"children": "1"}),
    "daytime": Idea(_l("I choose a place that is open in the daytime"), "offer.places"),
    "ahead": Idea(_l("We book the ticket ahead together")),
    "other_day": Idea(_l("I choose another day"), "offer.index"),
    "other_kind": Idea(_l("I try another kind: sport, science, a course"), "offer.index"),
    "wish": Idea(_l("You pass on what I would like to see on offer, without my name")),
    "pass_on": Idea(_l("You pass on how I was received, without my name")),
    "other_place": Idea(_l("I choose another place"), "offer.places"),
    "new_card": Idea(_l("I get a new card in place of the lost one")),
}

IDEAS_OF: dict[Barrier, tuple[str, ...]] = {
    Barrier.TRANSPORT: ("bus", "near"),
    Barrier.COMPANY: ("company", "group", "friend"),
    Barrier.NOT_KNOWING: ("week", "sheet"),
    Barrier.NEW_PLACE: ("first_look", "first_time"),
    Barrier.HEALTH: ("calm", "step_free"),
    Barrier.CHILDCARE: ("children",),
    Barrier.TIMES: ("daytime", "other_day"),
    Barrier.SOLD_OUT: ("ahead", "other_day"),
    Barrier.OFFER: ("other_kind", "wish"),
    Barrier.TREATMENT: ("other_place", "pass_on"),
    Barrier.CARD_LOST: ("new_card",),
    Barrier.OTHER: (),
}

USUAL_IDEAS = ("week", "near", "sheet")
"""What is offered where nothing was in the way, or where it was something else."""


def ideas_for(barriers: Iterable[Barrier]) -> dict[str, Idea]:
    """Return the ideas for some barriers, in the order of the cards, each once; the usual ones where there is none."""
    chosen = set(barriers)
    names = [name for barrier, found in IDEAS_OF.items() if barrier in chosen for name in found]
    return {name: IDEAS[name] for name in dict.fromkeys(names or USUAL_IDEAS)}
