"""A small network for the web tests: two areas, in the first two units and two venues, a person in every role."""

from dataclasses import dataclass

from kaikukortti.models.cards import Card
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.programme import Category
from tests import factories, followups
from tests.factories import Person, Tablet

NAMES = {
    "area": {"name_fi": "Etelä-Karjala", "name_sv": "Södra Karelen", "name_en": "South Karelia"},
    "unit": {"name_fi": "Aikuissosiaalityö", "name_sv": "Vuxensocialarbete", "name_en": "Adult social work"},
    "venue": {"name_fi": "Kaupunginteatteri", "name_sv": "Stadsteatern", "name_en": "City theatre"},
}


@dataclass(frozen=True)
class Network:
    """What is there. `people` work here by role; `strangers` work elsewhere: in another unit, venue or area."""

    area: Area
    unit: Unit
    venue: Venue
    other_unit: Unit
    other_venue: Venue
    far_unit: Unit
    far_venue: Venue
    card: Card
    community: Card
    stock: Card
    other_card: Card
    far_stock: Card
    tonight: Occurrence
    other_occurrence: Occurrence
    tablet: Tablet
    other_tablet: Tablet
    people: dict[Role, Person]
    strangers: dict[Role, Person]


def make_network() -> Network:
    """Add the network; an application context is needed."""
    area, far = factories.make_area("EK", **NAMES["area"]), factories.make_area("HX", name_fi="Häme")
    unit, other_unit = factories.make_unit(area, **NAMES["unit"]), factories.make_unit(area, name_fi="Vammaispalvelut")
    venue = factories.make_venue(area, **NAMES["venue"])
    other_venue = factories.make_venue(area, name_fi="Uimahalli", category=Category.SPORT, is_demo=True)
    far_unit, far_venue = factories.make_unit(far), factories.make_venue(far)
    followups.switch_on(area, unit)
    homes: dict[Role, Unit | Venue] = {Role.WORKER: unit, Role.VENUE_MANAGER: venue, Role.VENUE_STAFF: venue}
    elsewhere: dict[Role, Unit | Venue] = {
        Role.WORKER: other_unit,
        Role.VENUE_MANAGER: other_venue,
        Role.VENUE_STAFF: other_venue,
    }
    return Network(
        area=area,
        unit=unit,
        venue=venue,
        other_unit=other_unit,
        other_venue=other_venue,
        far_unit=far_unit,
        far_venue=far_venue,
        card=factories.make_issued_card(unit, children=2),
        community=factories.make_issued_card(unit, kind=CardKind.COMMUNITY),
        stock=factories.make_stock_cards(3, unit)[0],
        other_card=factories.make_issued_card(other_unit),
        far_stock=factories.make_stock_card(far_unit),
        tonight=factories.make_occurrence(factories.make_event(venue, title="Lumikuningatar")),
        other_occurrence=factories.make_occurrence(venue=other_venue),
        tablet=factories.make_tablet(venue),
        other_tablet=factories.make_tablet(other_venue),
        people={role: factories.make_person(role, homes.get(role, area)) for role in Role},
        strangers={role: factories.make_person(role, elsewhere.get(role, far)) for role in Role},
    )
