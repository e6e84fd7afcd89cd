"""Brings cards that were handed out before into the register, with the life that the desk would have written: line,
periods, events, profile and a place in the tablets' list. A card that its unit has already is left as it is.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from kaikukortti import cardperiods, cardregister
from kaikukortti.db import db
from kaikukortti.models.cards import Batch, BatchSource, Card, CardEvent, CardPeriod, PeriodKind
from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area, Unit
from kaikukortti.profiles import Profile
from kaikukortti.rules import number, period
from kaikukortti.rules.card import Action, CardKind, State, Validity
from kaikukortti.rules.flag import Flag
from kaikukortti.stockcodes import judge as judge_code
from kaikukortti.transfer import carddraft
from kaikukortti.transfer.carddraft import CardDraft
from kaikukortti.transfer.cells import Problem
from kaikukortti.transfer.columns import CARDS, Column, plain
from kaikukortti.transfer.importing import AT_ONCE, Judged, Outcome, frozen_days
from kaikukortti.transfer.rowfile import Line
from kaikukortti.transfer.seen import Seen

ACTIONS = {
    State.SUSPENDED: Action.SUSPEND,
    State.BLOCKED: Action.BLOCK,
    State.RETURNED: Action.RETURN,
    State.REPLACED: Action.REPLACE,
    State.ANONYMISED: Action.RETURN,
}


@dataclass(frozen=True)
class _Sound:
    """A row that is taken in: as which number, of which unit, on which card that lies there already."""

    draft: CardDraft
    number: str
    unit_id: int
    stock: Card | None
    replaces: str


class CardImport:
    """The shape of cards, for an area."""

    columns: tuple[Column, ...] = CARDS
    action: str = "cards.imported"

    def __init__(self, area: Area, *, today: date) -> None:
        self._area, self._today = area, today
        self._prefixes = frozenset(db.session.scalars(sa.select(Area.prefix)))
        units = db.session.scalars(sa.select(Unit).where(Unit.area_id == area.id).order_by(Unit.id.desc()))
        self._units = {
            plain(name): unit.id for unit in units for name in (unit.name_en, unit.name_sv, unit.name_fi) if name
        }
        self._is_frozen = frozen_days(area.id)
        self._batches: dict[tuple[int, CardKind], int] = {}

    def draft(self, line: Line, seen: Seen) -> CardDraft:
        """Return what a row says."""
        return carddraft.read(line, seen, today=self._today)

    def judge(self, drafts: Sequence[CardDraft]) -> list[Judged]:
        """Return what becomes of each of some sound rows."""
        return self._judge(drafts)[0]

    def take(self, drafts: Sequence[CardDraft], now: datetime) -> list[Judged]:
        """Take some rows in; a card that takes another one's place gets its line."""
        judged, sound = self._judge(drafts, lock=True)
        if not sound or any(each.outcome is Outcome.REFUSED for each in judged):
            return judged
        newest = cardregister.take_numbers(len(sound))
        lines = _lines([each.replaces for each in sound if each.replaces])
        new = []
        for place, each in enumerate(sound, newest - len(sound) + 1):
            lines[each.number] = lines.get(each.replaces) or secrets.token_hex(16)
            values = self._values(each, lines[each.number], place)
            if each.stock is None:
                batch = self._batch(each.unit_id, each.draft.kind, now)
                new.append({**values, "number": each.number, "batch_id": batch, "kind": each.draft.kind})
            else:
                for name, value in values.items():
                    setattr(each.stock, name, value)
        db.session.flush()
        if new:
            db.session.execute(sa.insert(Card), new)
        self._add_lives(sound, lines, now)
        _hand_over({each.replaces: each.number for each in sound if each.replaces}, now)
        return judged

    def finish(self, now: datetime) -> None:
        """Link the visits that were made, or taken in, with these cards before they were known."""
        for some in _unknown_visits():
            numbers = {scan_id: number.candidate(code) for scan_id, code, _ in some}
            query = sa.select(Card.number, Card.id, Card.line, Card.first_on)
            cards = {row.number: row for row in db.session.execute(query.where(Card.number.in_(set(numbers.values()))))}
            links = [
                {"scan_id": scan_id, "card_id": card.id, "line": card.line}
                for scan_id, _, on_day in some
                if (card := cards.get(numbers[scan_id])) and card.first_on and card.first_on <= on_day
            ]
            if links:
                db.session.execute(sa.insert(ScanCard), links)

    def _judge(self, drafts: Sequence[CardDraft], *, lock: bool = False) -> tuple[list[Judged], list[_Sound]]:
        """Return what becomes of the rows, and those that are new."""
        codes = {text: self._code(text) for draft in drafts for text in (draft.number, draft.replaces) if text}
        query = sa.select(Card).where(Card.number.in_({found for found, _ in codes.values() if found}))
        query = query.with_for_update(of=Card).execution_options(populate_existing=True) if lock else query
        cards = {card.number: card for card in db.session.scalars(query.order_by(Card.id))}
        judged, sound = [], []
        for draft in drafts:
            problem = self._find_problem(draft, codes, cards)
            wanted = codes[draft.number][0]
            card = cards.get(wanted)
            if problem is not None:
                judged.append(Judged(draft.row, Outcome.REFUSED, (problem,)))
            elif card is not None and card.line is not None:
                judged.append(Judged(draft.row, Outcome.THERE))
            else:
                judged.append(Judged(draft.row, Outcome.NEW))
                replaces = codes[draft.replaces][0] if draft.replaces else ""
                sound.append(_Sound(draft, wanted, self._units[draft.unit], card, replaces))
        return judged, sound

    def _find_problem(
        self, draft: CardDraft, codes: dict[str, tuple[str, str]], cards: dict[str, Card]
    ) -> Problem | None:
        wanted, wrong = codes[draft.number]
        unit_id = self._units.get(draft.unit)
        if wrong:
            return Problem(f"card_{wrong}", "number", "" if wrong == "identity" else draft.number)
        if draft.first_row != draft.row:
            return Problem("twice", "number", draft.number, draft.first_row)
        if unit_id is None:
            return Problem("unit_unknown", "unit", draft.unit)
        if code := _clash(cards.get(wanted), draft, unit_id):
            return Problem(code, "number", draft.number)
        if draft.replaces:
            before = cards.get(codes[draft.replaces][0])
            is_there = before is not None and before.line is not None
            if not is_there and (draft.replaced_row is None or draft.replaced_row >= draft.row):
                return Problem("replaces_unknown", "replaces", draft.replaces)
        return None

    def _code(self, text: str) -> tuple[str, str]:
        return judge_code(text, prefix=self._area.prefix, prefixes=self._prefixes, masks=self._area.legacy_masks)

    def _days(self, draft: CardDraft) -> Validity:
        if draft.last_on is not None:
            return Validity(draft.first_on, draft.last_on)
        return cardperiods.area_days(self._area, draft.first_on)

    def _values(self, each: _Sound, line: str, place: int) -> dict[str, Any]:
        draft, days = each.draft, self._days(each.draft)
        return {
            "unit_id": each.unit_id,
            "line": line,
            "state": draft.state,
            "first_on": days.first_on,
            "last_valid_on": days.last_on,
            "children": draft.children,
            "n": place,
        }

    def _batch(self, unit_id: int, kind: CardKind, now: datetime) -> int:
        """Return this run's batch of a unit and kind, added when it is first asked for."""
        known = self._batches.get((unit_id, kind))
        if known is None or db.session.get(Batch, known) is None:  # a transaction that was tried again took it away
            batch = Batch(
                area_id=self._area.id, unit_id=unit_id, kind=kind, created_at=now, source=BatchSource.IMPORTED
            )
            db.session.add(batch)
            db.session.flush()
            self._batches[unit_id, kind] = known = batch.id
        return known

    def _recorded(self, on: date, now: datetime) -> datetime:
        """Return when a day's entry was written down: on that day, unless the figures of the day are out already."""
        return now if self._is_frozen(on) else min(period.moment_of(on, time(12)), now)

    def _add_lives(self, sound: Sequence[_Sound], lines: dict[str, str], now: datetime) -> None:
        """Write periods, events and profiles of cards that have been added."""
        query = sa.select(Card.number, Card.id).where(Card.number.in_([each.number for each in sound]))
        ids = {text: key for text, key in db.session.execute(query)}
        periods, events = [], []
        for each in sound:
            for nth, days in enumerate(carddraft.periods(each.draft, self._days(each.draft))):
                first = PeriodKind.REPLACEMENT if each.replaces else PeriodKind.REGISTRATION
                periods.append(
                    {
                        "card_id": ids[each.number],
                        "kind": PeriodKind.RENEWAL if nth else first,
                        "first_on": days.first_on,
                        "last_on": days.last_on,
                        "children": each.draft.children,
                        "recorded_at": self._recorded(days.first_on, now),
                    }
                )
                action = Action.RENEW if nth else Action.REGISTER
                events.append(self._event(ids[each.number], action, State.ACTIVE, days.first_on, now))
            if each.draft.state is not State.ACTIVE:
                events.append(self._event(ids[each.number], ACTIONS[each.draft.state], each.draft.state, None, now))
        db.session.execute(sa.insert(CardPeriod), periods)
        db.session.execute(sa.insert(CardEvent), events)
        profiles = _profiles(sound, lines)
        if profiles:
            db.session.execute(sa.insert(Profile), profiles)

    def _event(self, card_id: int, action: Action, state: State, on: date | None, now: datetime) -> dict[str, Any]:
        return {
            "card_id": card_id,
            "action": action,
            "state": state,
            "effective_from": now if on is None else min(period.moment_of(on, time(0)), now),
            "recorded_at": now if on is None else self._recorded(on, now),
        }


def _clash(card: Card | None, draft: CardDraft, unit_id: int) -> str:
    """Return why a card that the register has is in the way, or nothing."""
    if card is None:
        return ""
    if card.unit_id != unit_id:
        return "other_unit"
    if card.state is State.DESTROYED:
        return "destroyed"
    return "" if card.kind is draft.kind else "other_kind"


def _lines(numbers: Iterable[str]) -> dict[str, str]:
    """Return the lines of cards by number."""
    query = sa.select(Card.number, Card.line).where(Card.number.in_(list(numbers)), Card.line.is_not(None))
    return {text: line for text, line in db.session.execute(query) if line}


def _profiles(sound: Sequence[_Sound], lines: dict[str, str]) -> list[dict[str, Any]]:
    """Return the profiles of lines that have none; an anonymised card and a community card bring none."""
    mine = [lines[each.number] for each in sound if each.replaces]
    there = set(db.session.scalars(sa.select(Profile.line).where(Profile.line.in_(mine))))
    rows = []
    for each in sound:
        line, draft = lines[each.number], each.draft
        if draft.birth_year and line not in there:
            there.add(line)
            named = ("birth_year", "postcode", "gender", "life_situation", "language")
            rows.append({"line": line, **{name: getattr(draft, name) for name in named}})
    return rows


def _hand_over(pairs: dict[str, str], now: datetime) -> None:
    """Put replaced cards out of use, and name the cards that took their places."""
    if not pairs:
        return
    cards = {
        card.number: card
        for card in db.session.scalars(sa.select(Card).where(Card.number.in_({*pairs, *pairs.values()})))
    }
    for before, after in pairs.items():
        old = cards[before]
        old.replaced_by_id = cards[after].id
        if old.state is not State.REPLACED:
            cardregister.enter(old, State.REPLACED)
            old.n = cardregister.take_numbers()
            event = CardEvent(
                card_id=old.id, action=Action.REPLACE, state=old.state, effective_from=now, recorded_at=now
            )
            db.session.add(event)
    db.session.flush()


def _unknown_visits() -> Iterable[list[tuple[str, str, date]]]:
    """Return the visits with cards that were not in the register, some at a time."""
    after = ""
    while True:
        query = (
            sa.select(Scan.scan_id, Scan.raw_code, Scan.on_day)
            .where(Scan.raw_code.is_not(None), Scan.scan_id > after)
            .where(sa.exists().where(ScanDecision.scan_id == Scan.scan_id, ScanDecision.flag == Flag.UNREGISTERED))
            .where(~sa.exists().where(ScanCard.scan_id == Scan.scan_id))
            .order_by(Scan.scan_id)
            .limit(AT_ONCE)
        )
        some = [(scan_id, code or "", on_day) for scan_id, code, on_day in db.session.execute(query)]
        if not some:
            return
        yield some
        after = some[-1][0]
