"""Made-up areas, municipalities, units, venues and their tablets, for a network of any size. No name is a real place's.

Ids are given here, from 1 on: the database is empty.
"""

import csv
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kaikukortti import bulkrows
from kaikukortti.models.ledger import Device, DeviceState
from kaikukortti.models.network import Area, PartnerState, Unit, Venue
from kaikukortti.rules.number import PREFIX_LETTERS
from kaikukortti.rules.programme import Category
from kaikukortti.simulate import names
from kaikukortti.simulate.calendar import Calendar
from kaikukortti.simulate.size import Size
from kaikukortti.simulate.venues import FOLDER, DemoShow, read_shows

_HEADS = "Kuusi Honka Mänty Koivu Lehto Harju Salo Niemi Lampi Suvi Kivi Hiekka Ahven Karhu Hirvi Joutsen Kurki Otso"
_TAILS = "vesi järvi lahti niemi koski salmi ranta mäki vaara suo selkä korpi virta saari pelto"
TOWNS = [head + tail for tail in _TAILS.split() for head in _HEADS.split() if head.lower() != tail]
TOWNS_OF_AREA = (2, 6)
POSTCODES_OF_TOWN = 4


@dataclass(frozen=True)
class Kind:
    """A kind of venue: how many there are of it, how often a visit goes there, the share of visits without an event."""

    key: str
    name_fi: str
    name_sv: str
    name_en: str
    category: Category
    share: int
    pull: int
    house: float
    shows: tuple[DemoShow, ...]


@dataclass(frozen=True)
class Town:
    """A municipality with its postcodes."""

    name: str
    postcodes: tuple[str, ...]


@dataclass(frozen=True)
class SimulatedArea:
    """An area with the ids of its units and the places of its venues in the list of all."""

    id: int
    prefix: str
    towns: tuple[Town, ...]
    unit_ids: tuple[int, ...]
    venues: tuple[int, ...]


@dataclass(frozen=True)
class SimulatedVenue:
    """A venue; its id is also that of its one tablet, which is out of use."""

    id: int
    area_id: int
    name: str
    town: Town
    kind: Kind
    pull: float


@dataclass(frozen=True)
class Places:
    """All areas and venues."""

    areas: list[SimulatedArea]
    venues: list[SimulatedVenue]


def draw(size: Size, chance: random.Random) -> Places:
    """Draw the places of a network; units and venues are spread over the areas as evenly as they go."""
    unit_ids, venue_ids = _spread(size.units, size.areas), _spread(size.venues, size.areas)
    areas: list[SimulatedArea] = []
    venues: list[SimulatedVenue] = []
    kinds = _kinds()
    for place in range(size.areas):
        first, second = divmod(place * 7 % (len(PREFIX_LETTERS) ** 2), len(PREFIX_LETTERS))
        towns = tuple(_towns(place, chance))
        prefix = PREFIX_LETTERS[first] + PREFIX_LETTERS[second]
        area = SimulatedArea(place + 1, prefix, towns, unit_ids[place], tuple(key - 1 for key in venue_ids[place]))
        areas.append(area)
        venues += _venues(area, venue_ids[place], kinds, chance)
    return Places(areas, venues)


def write(places: Places, days: Calendar, chance: random.Random) -> None:
    """Write areas, units, venues and a tablet of each venue."""
    bulkrows.insert(Area, _AREA, (_area_row(area) for area in places.areas))
    bulkrows.insert(Unit, _UNIT, (row for area in places.areas for row in _unit_rows(area)))
    bulkrows.insert(Venue, _VENUE, map(_venue_row, places.venues))
    bulkrows.insert(Device, _DEVICE, (_device_row(venue, days, chance) for venue in places.venues))
    bulkrows.renumber(Area, Unit, Venue, Device)


def _kinds() -> list[Kind]:
    shows = read_shows("placeshows.csv")
    with (FOLDER / "placekinds.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Kind(
                key=row["key"],
                name_fi=row["name_fi"],
                name_sv=row["name_sv"],
                name_en=row["name_en"],
                category=Category(row["category"]),
                share=int(row["share"]),
                pull=int(row["pull"]),
                house=float(row["house"]),
                shows=tuple(show for key, show in shows if key == row["key"]),
            )
            for row in csv.DictReader(stream)
        ]


def _spread(count: int, homes: int) -> list[tuple[int, ...]]:
    """Return ids from 1 to `count`, dealt out to the homes in turn of their size, each home's in a row."""
    bounds = [count * place // homes for place in range(homes + 1)]
    return [tuple(range(low + 1, high + 1)) for low, high in zip(bounds, bounds[1:], strict=False)]


def _towns(place: int, chance: random.Random) -> Iterator[Town]:
    least, most = TOWNS_OF_AREA
    for nth in range(chance.randint(least, most)):
        turn, at = divmod(place * most + nth, len(TOWNS))
        region, block = 10 + (place * most + nth) % 90, (place * most + nth) // 90 % 100
        codes = tuple(f"{region}{block:02}{digit}" for digit in range(POSTCODES_OF_TOWN))
        yield Town(TOWNS[at] + (f" {turn + 1}" if turn else ""), codes)


def _venues(
    area: SimulatedArea, ids: tuple[int, ...], kinds: list[Kind], chance: random.Random
) -> Iterator[SimulatedVenue]:
    taken: Counter[tuple[str, str]] = Counter()
    for key in ids:
        kind = chance.choices(kinds, [each.share for each in kinds])[0]
        town = chance.choice(area.towns)
        taken[kind.key, town.name] += 1
        nth = taken[kind.key, town.name]
        name = town.name + (f" {nth}" if nth > 1 else "")
        yield SimulatedVenue(key, area.id, name, town, kind, kind.pull * chance.lognormvariate(0, 0.8))


_AREA = (
    *("id", "name_fi", "name_sv", "name_en", "prefix", "municipalities", "validity_months", "grace_days"),
    *("local_only", "help_address", "help_phone"),
)
_PARTNER = ("id", "area_id", "name_fi", "name_sv", "name_en", "municipality", "contact_person", "state", "is_demo")
_UNIT = _PARTNER
_VENUE = (*_PARTNER, "category", "street", "postcode", "bus_stop", "step_free")
_DEVICE = (
    *("id", "venue_id", "name", "credential_hash", "list_key", "state"),
    *("enrolled_at", "last_contact_at", "revoked_at"),
)


def _area_row(area: SimulatedArea) -> bulkrows.Row:
    town = area.towns[0].name
    towns = json.dumps(sorted(each.name for each in area.towns))
    named = (f"{town}n seutu", f"{town}regionen", f"{town} region")
    return (area.id, *named, area.prefix, towns, 12, 0, False, names.HELP_ADDRESS, names.HELP_PHONE)


def _unit_rows(area: SimulatedArea) -> Iterator[bulkrows.Row]:
    for place, key in enumerate(area.unit_ids):
        turn, nth = divmod(place, len(names.UNITS))
        plan, town = names.UNITS[nth], area.towns[place % len(area.towns)].name
        tail = f", {town}" + (f" {turn + 1}" if turn else "")
        named = (plan.name_fi + tail, plan.name_sv + tail, plan.name_en + tail)
        yield (key, area.id, *named, town, "", PartnerState.ACTIVE.value, True)


def _venue_row(venue: SimulatedVenue) -> bulkrows.Row:
    kind = venue.kind
    named = tuple(f"{name}, {venue.name}" for name in (kind.name_fi, kind.name_sv, kind.name_en))
    facts = (kind.category.value, f"Esimerkkikatu {venue.id}", venue.town.postcodes[0], "", bool(venue.id % 3))
    return (venue.id, venue.area_id, *named, venue.town.name, "", PartnerState.ACTIVE.value, True, *facts)


def _device_row(venue: SimulatedVenue, days: Calendar, chance: random.Random) -> bulkrows.Row:
    """Return the tablet that the made-up visits came from; nobody knows its credential."""
    last = days.moment(days.today - 1, 22 * 3_600)
    credential = f"{chance.getrandbits(256):064x}"
    return (venue.id, venue.id, "Tabletti", credential, b"", DeviceState.REVOKED.value, days.midnight(0), last, last)
