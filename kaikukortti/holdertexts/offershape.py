"""The shape of the words on the public offer. Catalogues fill it, and easy Finnish beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kaikukortti.holdertexts.shape import Part


@dataclass(frozen=True)
class OfferWords:
    """Every word on the pages of the offer but names, titles, days and hours; {…} is filled in by the page."""

    title: str
    lead: str
    today: str
    tomorrow: str
    week: str
    fortnight: str
    when: str
    narrow: str
    area: str
    all_areas: str
    category: str
    all_categories: str
    categories: Mapping[str, str]
    kinds: Mapping[str, str]
    day: str
    children: str
    step_free_only: str
    stop_only: str
    show: str
    clear: str
    chosen: str
    ask: Part
    always: str
    always_text: str
    all_places: str
    places: str
    places_lead: str
    full: str
    own_share: str
    calm: str
    stop: str
    step_free: str
    call: str
    nothing: str
    nothing_text: str
    no_places: str
    misread: str
    previous: str
    next: str
    page: str
    print: str
    other_reading: str
    back: str
    facts: str
    address: str
    telephone: str
    website: str
    way_in: str
    hearing_loop: str
    yes: str
    no: str
    unknown: str
    house_visit: str
    coming: str
    nothing_coming: str
    calendar: str
    calendar_text: str
    subscribe: str
    download: str
