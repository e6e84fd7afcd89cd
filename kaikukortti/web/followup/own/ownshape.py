"""The shape of the words on the holder's own pages and on the paper with the own key. Five readings fill it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kaikukortti.holdertexts.shape import Part


@dataclass(frozen=True)
class Frame:
    """What stands round every page of the holder; {clock} is filled in."""

    leave: str
    language: str
    my_card: str
    my_goals: str
    my_shares: str
    rooms: str
    closes_at: str
    closes_soon: str
    more_time: str
    close: str
    print: str
    awaiting: str
    demo: str


@dataclass(frozen=True)
class Entry:
    """The page where number and key are typed; {clock} is filled in."""

    title: str
    lead: str
    number: str
    number_hint: str
    key: str
    key_hint: str
    open: str
    missing: str
    identity: str
    wrong: str
    wrong_help: str
    wait: str
    closed: Mapping[str, str]
    no_key: Part
    safe: Part


@dataclass(frozen=True)
class Card:
    """The open card; {day}, {month}, {count} and {place} are filled in."""

    valid_until: str
    ended: str
    paused: str
    not_in_use: str
    last_visit: str
    never: str
    never_text: str
    late: str
    visits: str
    by_month: str
    month: str
    with_children: str
    none: str
    earlier: str
    as_table: str
    kinds: str
    categories: Mapping[str, str]
    show_dates: str
    hide_dates: str
    dates: str
    newest_only: str
    near: str
    near_area: str
    near_none: str
    stop: str
    step_free: str
    whole_offer: str
    key_made: str
    forget: str
    forget_text: str
    forget_yes: str
    stay: str


@dataclass(frozen=True)
class Mood:
    """The question after a visit. `faces` go from 1 to 5."""

    title: str
    text: str
    faces: tuple[str, str, str, str, str]
    send: str
    choose: str
    thanks: str
    enough: str


@dataclass(frozen=True)
class Paper:
    """The paper with the own key."""

    title: str
    key: str
    address: str
    opens: Part
    open_it: Part
    keep_it: Part


@dataclass(frozen=True)
class OwnWords:
    """Every word of the holder's pages but names, titles, days and hours."""

    frame: Frame
    entry: Entry
    card: Card
    mood: Mood
    paper: Paper
