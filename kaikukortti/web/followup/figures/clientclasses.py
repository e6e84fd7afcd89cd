"""The classes by which a unit tells its own clients, and new holders are counted, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.cube import classes, tables
from kaikukortti.followup.models.answers import ClientTrait
from kaikukortti.web import choices
from kaikukortti.web.figures import cubewords

NOT_TOLD = classes.NOT_TOLD
TRAITS = {ClientTrait.AGE: _l("Age"), ClientTrait.SITUATION: _l("Life situation")}


def trait_word(trait: ClientTrait) -> str:
    """Return what a trait is called."""
    return str(TRAITS[trait])


def words(trait: ClientTrait) -> Mapping[str, Any]:
    """Return the classes of a trait, in the order in which they are shown, with what is not told last."""
    named = cubewords.WORDS[tables.AGE] if trait is ClientTrait.AGE else choices.LIFE_SITUATIONS
    return {**named, NOT_TOLD: _l("Not told")}
