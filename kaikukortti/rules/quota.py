"""How many places of an event are for card holders: a number, a share of the capacity, or no limit."""

from dataclasses import dataclass

from kaikukortti.errors import DomainError

MOST_PLACES = 100_000


class CapacityImpossible(DomainError):
    """A capacity is not between 1 and MOST_PLACES, or a share has none to be reckoned from."""

    code = "capacity_impossible"


class QuotaImpossible(DomainError):
    """A quota is not between 1 and MOST_PLACES, above the capacity, or both a number and a share."""

    code = "quota_impossible"


@dataclass(frozen=True)
class Quota:
    """A number of places, or a share of the capacity in per cent; with neither there is no limit."""

    number: int | None = None
    percent: int | None = None
    capacity: int | None = None

    @property
    def places(self) -> int | None:
        """Return the places for card holders, None without a limit; a share is rounded down, to one place at least."""
        if self.percent is None or self.capacity is None:
            return self.number
        return max(self.capacity * self.percent // 100, 1)


def check(quota: Quota) -> None:
    """Check that a quota can be. Raises CapacityImpossible, QuotaImpossible."""
    if quota.capacity is not None and not 1 <= quota.capacity <= MOST_PLACES:
        raise CapacityImpossible()
    if quota.percent is not None and quota.capacity is None:
        raise CapacityImpossible()
    if quota.percent is not None and (quota.number is not None or not 1 <= quota.percent <= 100):
        raise QuotaImpossible()
    if quota.number is not None and not 1 <= quota.number <= (quota.capacity or MOST_PLACES):
        raise QuotaImpossible()
