"""Which venues are near a home, judged by postcodes alone. The distances are those of the post, not of a map.

Finnish postcodes are given out by region: the first two digits name it, the third a town or a part of one, and
neighbouring numbers mostly lie beside each other. So a place is nearer the more leading digits it shares, and then the
closer its number. A river or a missing bridge is not seen; a venue without a postcode stands after the others of its
municipality.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.profiles import Profile

FEW = 5
_FARTHEST = (9, 99_999)


@dataclass(frozen=True)
class Neighbourhood:
    """The venues near a home, nearest first. `is_ranked` is False where no home is known and the names decide."""

    venues: list[Venue]
    is_ranked: bool


def list_venues(postcode: str | None, *, area_id: int, most: int = FEW) -> list[Venue]:
    """Return the active venues of an area nearest to a postcode, at most so many; by name where it is None."""
    return rank(postcode, db.session.scalars(_active(area_id)).all())[:most]


def home_postcode(line: str | None) -> str | None:
    """Return the home postcode of a line of cards; None for a community card and when the profile has gone."""
    return None if line is None else db.session.scalar(_home(line))


def near_holder(line: str | None, *, area_id: int, most: int = FEW) -> Neighbourhood:
    """Return the active venues of an area nearest to a holder's home. The postcode does not leave this function."""
    rows = db.session.execute(_active(area_id).add_columns(_home(line or "").scalar_subquery())).all()
    postcode = rows[0][1] if rows else None
    return Neighbourhood(rank(postcode, [row[0] for row in rows])[:most], postcode is not None)


def near_holders(lines: Collection[str], *, area_id: int) -> dict[str, list[Venue]]:
    """Return for each line of cards the active venues of an area, nearest first; by name where no home is known.

    Two queries however many lines; the venues are put in order once for each postcode. The postcodes do not leave this
    function.
    """
    venues = db.session.scalars(_active(area_id)).all()
    known = sa.select(Profile.line, Profile.postcode).where(Profile.line.in_(lines))
    homes = {line: postcode for line, postcode in db.session.execute(known)}
    ranked = {postcode: rank(postcode, venues) for postcode in {None, *homes.values()}}
    return {line: ranked[homes.get(line)] for line in lines}


def rank(postcode: str | None, venues: Sequence[Venue]) -> list[Venue]:
    """Order venues from the nearest to the farthest, ties by name."""
    if not postcode:
        return sorted(venues, key=lambda venue: venue.name_fi)
    by_town: dict[str, tuple[int, int]] = {}
    for venue in venues:
        if venue.postcode:
            farness = _farness(postcode, venue.postcode)
            by_town[venue.municipality] = max(farness, by_town.get(venue.municipality, farness))

    def place(venue: Venue) -> tuple[tuple[int, int], bool, str]:
        known = _farness(postcode, venue.postcode) if venue.postcode else by_town.get(venue.municipality, _FARTHEST)
        return known, not venue.postcode, venue.name_fi

    return sorted(venues, key=place)


def _farness(one: str, other: str) -> tuple[int, int]:
    """Return how far two postcodes lie apart: leading digits that differ, then the difference of the numbers."""
    return len(one) - _shared(zip(one, other, strict=False)), abs(int(one) - int(other))


def _shared(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for left, right in pairs:
        if left != right:
            break
        count += 1
    return count


def _active(area_id: int) -> sa.Select[Venue]:
    return sa.select(Venue).where(Venue.area_id == area_id, Venue.state == PartnerState.ACTIVE)


def _home(line: str) -> sa.Select[str]:
    return sa.select(Profile.postcode).where(Profile.line == line)
