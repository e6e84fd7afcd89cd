"""I-12: whether the new holders of a year are made up as the units' own clients are. Area and calendar year alone."""

from collections.abc import Mapping

from kaikukortti.cube import classes
from kaikukortti.cube.newholders import CLASSES, NewHolders
from kaikukortti.followup.indicators.figures import Code, Figure, hidden
from kaikukortti.followup.models.answers import ClientTrait
from kaikukortti.rules import disclosure, suppression


def figures(holders: NewHolders | None, clients: Mapping[ClientTrait, Mapping[str, int]]) -> list[Figure]:
    """Return a figure for each class of each trait; `holders` are None where the network is too small for traits."""
    found = []
    for trait in ClientTrait:
        for code in CLASSES[trait.value]:
            dims = f"{trait.value}:{code}"
            told = holders.by_class[trait.value] if holders is not None else {}
            if holders is None or told.get(code, 0) == 0:
                found.append(hidden(Code.REACH, dims))
                continue
            found.append(_figure(dims, told[code], holders.total, _of(told, code), _of(clients.get(trait, {}), code)))
    return found


def _figure(dims: str, number: int, n: int, of_holders: float | None, of_clients: float | None) -> Figure:
    is_known = of_holders is not None and of_clients is not None and n >= disclosure.SMALLEST_DENOMINATOR
    ratio = of_holders / of_clients if is_known and of_holders is not None and of_clients else None
    facts = {"of_holders": of_holders, "of_clients": of_clients}
    return Figure(Code.REACH, dims, min(number, n), n, ratio, facts=facts)


def _of(told: Mapping[str, int], code: str) -> float | None:
    """Return the share of a class among those whose class is known; None where they, or the class, are too few."""
    known = sum(count for name, count in told.items() if name != classes.NOT_TOLD)
    if code == classes.NOT_TOLD or known < disclosure.SMALLEST_DENOMINATOR or suppression.hides_rate(told.get(code, 0)):
        return None
    return told[code] / known
