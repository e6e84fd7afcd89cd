"""Made-up structures of the units' own clients for the demo: what its new holders are put beside."""

import random
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import partners
from kaikukortti.followup import store, structures
from kaikukortti.followup.models.answers import ClientStructure, ClientTrait
from kaikukortti.rules import period

YEARS = 3
# How many of a hundred clients are of each age; the situations are spread evenly but for a few that are common.
AGES = {"under_25": 14, "25_34": 20, "35_44": 22, "45_54": 18, "55_64": 14, "65_over": 8, "not_told": 4}
COMMON = {"job_seeker": 30, "low_income": 14, "sick_leave": 12, "home_with_children": 10, "not_told": 8}
RARE = 3


def fill(*, area_id: int, now: datetime, secret: str) -> None:
    """Tell the clients of every unit for the years until now; nothing where any unit has told."""
    chance = random.Random(1217)
    units = [row.unit.id for row in partners.list_units(area_id)]
    with store.writing() as session:
        if session.scalar(sa.select(ClientStructure.unit_id).where(ClientStructure.area_id == area_id).limit(1)):
            return
        this_year = period.day_of(now).year
        for unit_id in units:
            size = chance.uniform(0.6, 2.5)
            for year in range(this_year - YEARS + 1, this_year + 1):
                for trait in ClientTrait:
                    for code in structures.CLASSES[trait]:
                        usual = AGES[code] if trait is ClientTrait.AGE else COMMON.get(code, RARE)
                        clients = round(usual * size * chance.uniform(0.8, 1.2))
                        about = {"unit_id": unit_id, "area_id": area_id, "year": year, "trait": trait}
                        session.add(ClientStructure(**about, trait_class=code, clients=clients))
