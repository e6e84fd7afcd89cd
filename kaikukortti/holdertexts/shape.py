"""The shape of a holder's text: what stands on a sheet in one language. The words are in the files beside."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A heading and short sentences, each on a line of its own."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """The words beside the code, the places and the programme."""

    number: str
    places_near: str
    places: str
    place: str
    street: str
    stop: str
    step_free: str
    yes: str
    no: str
    unknown: str
    offer: str
    no_offer: str
    also_later: str
    at: str
    help: str
    mobile: Part


@dataclass(frozen=True)
class HolderText:
    """The sheet's texts in one language; `awaiting` stands where a native reader has not read them yet."""

    language: str
    title: str
    lead: str
    ask: Part
    parts: tuple[Part, ...]
    labels: Labels
    awaiting: str = ""
