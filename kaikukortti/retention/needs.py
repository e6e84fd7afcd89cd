"""What is still counted: until a period has been frozen and revised, its visits stay linked and its profiles exact."""

from dataclasses import dataclass
from datetime import date, datetime

from kaikukortti.cube import freezing as cube
from kaikukortti.followup import freezing as followup
from kaikukortti.rules import keeping, period


@dataclass(frozen=True)
class Needs:
    """Up to which day links go (`links_until`, without that day; `wanted_until` by age alone). By area, the first day
    that the statistics (`cube`) and follow-up (`followup`; areas with it on) are still to count.
    """

    wanted_until: date
    links_until: date
    cube: dict[int, date]
    followup: dict[int, date]


def find(*, now: datetime) -> Needs:
    """Return what is still needed. An area's cards are used in other areas too, so that links wait for all of them."""
    wanted = keeping.links_until(period.day_of(now))
    of_cube, of_followup = cube.find_open_days(now=now), followup.find_open_days(now=now)
    return Needs(wanted, min([wanted, *of_cube.values(), *of_followup.values()]), of_cube, of_followup)
