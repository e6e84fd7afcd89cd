"""What measures and their parts are called, and what may be done with each, in the reader's words. Names only: no item
text of anybody's measure is here.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.followup.models.answers import UsedCard
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.followup.permissions import Entry, FormState, Scale
from kaikukortti.rules.measure import Level, Measure, Scoring
from kaikukortti.web import language
from kaikukortti.web.language import _

NAMES: Mapping[str, Any] = {
    "gas": _l("Own goals (GAS)"),
    "mood": _l("How a visit felt"),
    "esis": _l("Experiences of social inclusion (ESIS)"),
    "swemwbs": _l("Positive mental health (SWEMWBS)"),
    "eurohis": _l("Quality of life (EUROHIS-QOL-8)"),
    "who5": _l("Wellbeing (WHO-5)"),
    "kykyviisari": "Kykyviisari",
    "avain": "AVAIN",
    "eq5d5l": "EQ-5D-5L",
    "whodas": "WHODAS 2.0",
    "ors": _l("ORS, before the talk"),
    "srs": _l("SRS, after the talk"),
    "recovery_star": "Recovery Star",
    "3x10d": "3X10D",
}

PARTS: Mapping[str, Any] = {
    "": _l("Total score"),
    "inclusion": _l("Social inclusion"),
    "mind": _l("Mind"),
    "everyday": _l("Everyday life"),
    "skills": _l("Skills"),
    "body": _l("Body"),
    "work_ability": _l("Work ability"),
    "vas": _l("Own state of health (VAS)"),
    "index": _l("Index"),
    "mean": _l("Mean"),
    "satisfaction": _l("Satisfaction"),
}

LEVELS: Mapping[Level, Any] = {
    Level.INDIVIDUAL: _l("A person, and groups"),
    Level.GROUP: _l("Groups only, never a person"),
    Level.RECORD_ONLY: _l("Results from elsewhere are recorded"),
}

FORMS: Mapping[FormState, Any] = {
    FormState.NEVER: _l("no form here"),
    FormState.UNPERMITTED: _l("no permission, totals only"),
    FormState.OFF: _l("off, totals only"),
    FormState.EXPIRED: _l("permission expired, totals only"),
    FormState.ON: _l("in use"),
}

PHASES: Mapping[Phase, Any] = {
    Phase.START: _l("Start"),
    Phase.MIDDLE: _l("In between"),
    Phase.END: _l("End"),
    Phase.FOLLOW_UP: _l("Afterwards"),
}

GROUP_PHASES: Mapping[Phase, Any] = {
    Phase.START: _l("First time, at the start"),
    Phase.END: _l("Second time, later"),
}

MODES: Mapping[Mode, Any] = {
    Mode.SELF: _l("answered alone"),
    Mode.ASSISTED: _l("answered with help"),
    Mode.TRANSFERRED: _l("brought from elsewhere"),
}

USED_CARD: Mapping[UsedCard, Any] = {
    UsedCard.YES: _l("Yes"),
    UsedCard.NO: _l("No"),
    UsedCard.UNSAID: _l("Not said"),
}


def name(code: str) -> str:
    """Return what a measure is called."""
    return str(NAMES[code])


def part(domain: str) -> str:
    """Return what a part of a result is called."""
    return str(PARTS[domain])


def owner(measure: Measure) -> str:
    """Return whose a measure is."""
    return measure.owner or _("not established")


def used_for(measure: Measure) -> str:
    """Say for whom a measure may be used."""
    return _("Headings for the plan, no figures") if measure.scoring is Scoring.TEXT else str(LEVELS[measure.level])


def form(entry: Entry) -> str:
    """Say whether answers can be given here; our own words need no permission."""
    return str(FORMS[FormState.ON if entry.measure.may_ship_texts else entry.form])


def between(scale: Scale) -> str:
    """Write a scale."""
    low, high = scale
    return _("%(low)s to %(high)s", low=language.number(low), high=language.number(high))


def texts(measure: Measure) -> str:
    """Say whether its texts are in the service."""
    return _("our own words") if measure.may_ship_texts else _("not in this service")


def direction(measure: Measure) -> str:
    """Say which way is better."""
    return _("higher is better") if measure.higher_is_better else _("lower is better")


def threshold(measure: Measure) -> str:
    """Say from when on a change is more than chance, and where that is from."""
    if measure.possible is None and measure.reliable is None:
        return _("None has been published, so no change is called certain.")
    told = []
    if measure.possible is not None:
        told.append(_("possible from %(size)s", size=language.number(measure.possible)))
    if measure.reliable is not None:
        told.append(_("clear from %(size)s", size=language.number(measure.reliable)))
    return f"{', '.join(told)} ({measure.source})"


def facts(entry: Entry) -> list[tuple[str, str]]:
    """Return the facts of a measure as terms and descriptions."""
    measure = entry.measure
    rows = [
        (_("Owner"), owner(measure)),
        (_("Used for"), used_for(measure)),
        (_("Texts"), texts(measure)),
        (_("Form"), form(entry)),
    ]
    if measure.items:
        rows.append((_("Items"), language.number(measure.items)))
    if entry.scales and measure.is_recorded or measure.is_answered_in_groups:
        rows += [(part(domain), between(scale)) for domain, scale in entry.scales.items()]
        rows += [(_("Direction"), direction(measure)), (_("Threshold of a change"), threshold(measure))]
    return rows


def score(value: float) -> str:
    """Write a total."""
    return language.number(round(value, 2))
