"""How large a made-up network is to be, and whether that can be."""

from dataclasses import dataclass

from kaikukortti.rules.number import PREFIX_LETTERS

MOST_AREAS = len(PREFIX_LETTERS) ** 2
MOST_PLACES = 20_000
MOST_CARDS = 5_000_000
MOST_YEARS = 15
MOST_VISITS = 100_000_000
MOST_OF_A_CARD = 40  # visits in a year, on average, those that sleep included


class SizeImpossible(ValueError):
    """No network has this size; the message says why."""


@dataclass(frozen=True)
class Size:
    """Areas, units and venues in all of them, cards handed out in all the years, whole years until yesterday, visits.

    Cards in the units' cupboards, coming dates and undone registrations come on top. Raises SizeImpossible.
    """

    areas: int
    units: int
    venues: int
    cards: int
    years: int
    visits: int

    def __post_init__(self) -> None:
        bounds = {
            "areas": (1, MOST_AREAS),
            "units": (self.areas, MOST_PLACES),
            "venues": (self.areas, MOST_PLACES),
            "cards": (self.units, MOST_CARDS),
            "years": (1, MOST_YEARS),
            "visits": (0, min(MOST_VISITS, MOST_OF_A_CARD * self.cards * self.years)),
        }
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                raise SizeImpossible(f"{getattr(self, name):,} {name}: from {least:,} to {most:,} are possible here")
