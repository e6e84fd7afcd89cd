"""Made-up holders for a network of any size: their cards with profiles, periods and events, and stock at every unit.

Most cards sleep; those that are used make their visits elsewhere (`journeys`).
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from itertools import accumulate

from kaikukortti import bulkrows, cardregister
from kaikukortti.models.cards import Batch, BatchSource, Card, CardEvent, CardPeriod
from kaikukortti.profiles import Gender, HomeLanguage, Profile
from kaikukortti.rules import number, period
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.simulate.calendar import Calendar
from kaikukortti.simulate.cardlives import DAY, Happening, LifeCard, live
from kaikukortti.simulate.cards import CHILDREN
from kaikukortti.simulate.places import Places, SimulatedArea
from kaikukortti.simulate.size import Size

COMMUNITY_SHARE = 20  # one community card in so many, at most one a unit
STOCK_LEFT = 20
RENEWED_IF_USED, RENEWED_IF_ASLEEP = 0.75, 0.35
FAVOURITES = 3
DEBUT_DAYS = 60  # from handing out to the first visit, on average
AT_ONCE = 2_000
SILENT = 0.3
# Work, family and age go together: the life situations that are likely from an age on.
SITUATIONS = {
    64: "old_age_pension old_age_pension old_age_pension disability_pension family_carer other".split(),
    45: "job_seeker disability_pension work_activity low_income sick_leave family_carer entrepreneur".split(),
    25: "job_seeker job_seeker work_activity low_income newcomer home_with_children sick_leave student".split(),
    16: "student student job_seeker newcomer work_activity service other".split(),
}
GENDERS = [Gender.WOMAN.value] * 29 + [Gender.MAN.value] * 20 + [Gender.OTHER.value]
LANGUAGES = [language.value for language in HomeLanguage]


@dataclass(slots=True)
class Holder:
    """A line of cards that is used: when and with which card, where it likes to go, how often (`weight`).

    `spells` are (first day, last day, card id) and `debut` the day of the first visit, by number; `places` stand in the
    list of all venues.
    """

    line: str
    area_id: int
    children: int
    weight: float
    is_community: bool
    places: tuple[int, ...]
    spells: tuple[tuple[int, int, int], ...]
    debut: int


@dataclass
class _Rows:
    """Rows of some holders, waiting to be written."""

    cards: list[bulkrows.Row] = field(default_factory=list)
    periods: list[bulkrows.Row] = field(default_factory=list)
    events: list[bulkrows.Row] = field(default_factory=list)
    profiles: list[bulkrows.Row] = field(default_factory=list)


_CARD = (
    *("id", "number", "ref", "batch_id", "kind", "unit_id", "line", "state", "first_on", "last_valid_on", "children"),
    *("suspended_until", "replaced_by_id", "n"),
)
_PERIOD = ("card_id", "kind", "first_on", "last_on", "children", "recorded_at")
_EVENT = ("card_id", "action", "state", "effective_from", "effective_until", "recorded_at", "reason")
_PROFILE = ("line", "birth_year", "postcode", "gender", "life_situation", "language")


def write(
    places: Places, days: Calendar, size: Size, *, awake: float, chance: random.Random
) -> Iterator[tuple[int, list[Holder]]]:
    """Write batches, stock and the cards of all holders in the order in which they were handed out; yields how many
    cards there are by now and the holders that use theirs, some at a time. `awake` is their share.
    """
    desks = _Desks(places, days, size, chance)
    desks.write_batches()
    units = sum(len(area.unit_ids) for area in places.areas)
    community = min(units, size.cards // COMMUNITY_SHARE)
    used = []
    for first_on, is_community in _days_of_issue(days, size.cards, community, chance):
        if desks.made == size.cards:
            break
        is_used = is_community or chance.random() < awake
        holder = desks.hand_out(first_on, is_community=is_community, is_used=is_used)
        used += [holder] if holder else []
        if len(desks.rows.cards) >= AT_ONCE:
            desks.flush()
            yield desks.made, used
            used = []
    desks.write_stock()
    desks.flush()
    bulkrows.renumber(Batch, Card)
    yield desks.made, used


def _days_of_issue(days: Calendar, cards: int, community: int, chance: random.Random) -> Iterator[tuple[date, bool]]:
    """Yield the days on which cards are handed out, weekdays, more of them in later years; first the units' own."""
    for _ in range(community):
        yield days.dates[_weekday(days, min(chance.randrange(30), days.today - 1))], True
    for place in range(cards):
        share = (place + chance.random()) / cards
        grown = ((0.36 + 1.6 * share) ** 0.5 - 0.6) / 0.8  # the density rises from 0.6 to 1.4
        yield days.dates[_weekday(days, min(int(grown * days.today), days.today - 1))], False


def _weekday(days: Calendar, day: int) -> int:
    """Return the day, or the Friday before it, or the Monday after the first days of all."""
    over = max(days.weekdays[day] - 4, 0)
    return day - over if over <= day else day + 3 - over


class _Desks:
    """All units' desks: what they hand out, and the rows of it that wait to be written."""

    def __init__(self, places: Places, days: Calendar, size: Size, chance: random.Random) -> None:
        self.rows = _Rows()
        self.made = 0
        self._wanted, self._days, self._chance = size.cards, days, chance
        self._units = [(unit_id, area) for area in places.areas for unit_id in area.unit_ids]
        self._weights = list(accumulate(chance.lognormvariate(0, 0.6) for _ in self._units))
        self._pulls = {area.id: list(accumulate(places.venues[at].pull for at in area.venues)) for area in places.areas}
        self._numbers: set[str] = set()
        self._next_id, self._next_n = 1, cardregister.take_numbers(size.cards) - size.cards + 1
        self._desk = 0

    def write_batches(self) -> None:
        """Write two batches of each unit: the odd ids are of personal cards, the even ones of community cards."""
        begun, source = self._days.midnight(0), BatchSource.PRINTED.value
        rows = (
            (2 * unit_id - 1 + nth, area.id, unit_id, kind.value, begun, source)
            for unit_id, area in self._units
            for nth, kind in enumerate(CardKind)
        )
        bulkrows.insert(Batch, ("id", "area_id", "unit_id", "kind", "created_at", "source"), rows)

    def write_stock(self) -> None:
        """Add the cards that lie at the units."""
        for unit_id, area in self._units:
            for nth in range(STOCK_LEFT + 1):
                printed = self._print(unit_id, area, CardKind.PERSONAL if nth else CardKind.COMMUNITY)
                self.rows.cards.append((*printed, None, State.STOCK.value, None, None, 0, None, None, None))

    def flush(self) -> None:
        """Write what waits."""
        rows, self.rows = self.rows, _Rows()
        bulkrows.insert(Card, _CARD, rows.cards)
        bulkrows.insert(CardPeriod, _PERIOD, rows.periods)
        bulkrows.insert(CardEvent, _EVENT, rows.events)
        bulkrows.insert(Profile, _PROFILE, rows.profiles)

    def hand_out(self, first_on: date, *, is_community: bool, is_used: bool) -> Holder | None:
        """Hand out a card, let it live until yesterday, and return its holder if it is used."""
        chance = self._chance
        unit_id, area = self._choose_unit(is_community)
        line, children = f"{chance.getrandbits(128):032x}", 0 if is_community else chance.choice(CHILDREN)
        cards = live(
            first_on,
            yesterday=self._days.today_on - DAY,
            renewed=1 if is_community else RENEWED_IF_USED if is_used else RENEWED_IF_ASLEEP,
            may_replace=not is_community and self.made + 2 <= self._wanted,
            chance=chance,
        )
        ids = self._add_cards(cards, unit_id, area, line, children, is_community=is_community)
        if not is_community:
            self.rows.profiles.append(_profile(line, area, chance, self._days.today_on))
        yesterday, number_of = self._days.today - 1, self._days.number_of
        spells = tuple(
            (number_of(first), min(number_of(last), yesterday), card_id)
            for card, card_id in zip(cards, ids, strict=True)
            for first, last in card.spells()
            if number_of(first) <= yesterday
        )
        return self._holder(line, area, children, is_community, spells) if is_used and spells else None

    def _holder(
        self,
        line: str,
        area: SimulatedArea,
        children: int,
        is_community: bool,
        spells: tuple[tuple[int, int, int], ...],
    ) -> Holder:
        chance = self._chance
        first, last = spells[0][0], spells[0][1]
        places = tuple(chance.choices(area.venues, cum_weights=self._pulls[area.id], k=FAVOURITES))
        debut = min(first + int(chance.expovariate(1 / DEBUT_DAYS)), last)
        weight = chance.lognormvariate(0, 1.1)
        return Holder(line, area.id, children, weight, is_community, places, spells, debut)

    def _choose_unit(self, is_community: bool) -> tuple[int, SimulatedArea]:
        if not is_community:
            return self._chance.choices(self._units, cum_weights=self._weights)[0]
        self._desk += 1
        return self._units[self._desk - 1]

    def _add_cards(
        self, cards: list[LifeCard], unit_id: int, area: SimulatedArea, line: str, children: int, *, is_community: bool
    ) -> list[int]:
        """Add the rows of a life's cards and return their ids; the card that takes a place is written before the one
        that names it.
        """
        kind = CardKind.COMMUNITY if is_community else CardKind.PERSONAL
        printed = [self._print(unit_id, area, kind) for _ in cards]
        ids = [row[0] for row in printed]
        for nth in reversed(range(len(cards))):
            card = cards[nth]
            days = (card.first_on.isoformat(), card.last_on.isoformat(), children)
            until = card.suspended_until and card.suspended_until.isoformat()
            after = ids[nth + 1] if nth + 1 < len(ids) else None
            self.rows.cards.append((*printed[nth], line, card.state.value, *days, until, after, self._next_n))
            self._next_n += 1
            for kind_of_period, span, on in card.periods:
                spent = (span.first_on.isoformat(), span.last_on.isoformat(), children)
                self.rows.periods.append((ids[nth], kind_of_period.value, *spent, self._at_desk(on)))
            self.rows.events += [self._event(ids[nth], each) for each in card.happenings]
        self.made += len(cards)
        return ids

    def _print(self, unit_id: int, area: SimulatedArea, kind: CardKind) -> tuple[int, str, str, int, str, int]:
        text = number.make(area.prefix, self._chance.choice)
        while text in self._numbers:
            text = number.make(area.prefix, self._chance.choice)
        self._numbers.add(text)
        batch = 2 * unit_id - (1 if kind is CardKind.PERSONAL else 0)
        self._next_id += 1
        return (self._next_id - 1, text, f"{self._chance.getrandbits(64):016x}", batch, kind.value, unit_id)

    def _at_desk(self, on: date) -> str:
        return self._days.moment(self._days.number_of(on), self._chance.randrange(9 * 3_600, 16 * 3_600))

    def _event(self, card_id: int, each: Happening) -> bulkrows.Row:
        at = self._at_desk(each.on)
        begins = self._days.midnight(self._days.number_of(each.on)) if each.action is Action.REGISTER else at
        until = each.until and bulkrows.moment_text(period.moment_of(each.until, time(0)))
        reason = each.reason and each.reason.value
        return (card_id, each.action.value, each.state.value, begins, until, at, reason)


def _profile(line: str, area: SimulatedArea, chance: random.Random, today: date) -> bulkrows.Row:
    age = min(max(int(chance.gauss(44, 17)), 18), 90)
    home = chance.choice(chance.choice(area.towns).postcodes)
    if chance.random() < SILENT:
        return (line, today.year - age, home, None, None, None)
    situation = chance.choice(next(likely for least, likely in SITUATIONS.items() if age >= least))
    language = chance.choices(LANGUAGES, (78, 5, 9, 3, 5))[0]
    return (line, today.year - age, home, chance.choice(GENDERS), situation, language)
