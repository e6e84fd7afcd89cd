"""Shapes of the ticket sellers' API: they validate what is read, and /api/openapi.json is made of them."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, model_validator

from kaikukortti.rules.booking import BookingState
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import Category, EventKind, Planned
from kaikukortti.rules.verdict import Reason, VerdictClass
from venues import practice
from venues.web.schemas import CountsBody, Few, RowNumber, Sentence, Shape

KINDS = ("adult", "child", "assistant", "interpreter", "worker", "under16")
MOST_LISTED = 100
LISTED = 50
DECK = {card.key: card.number for card in practice.deck()}  # what a sandbox key knows, for the examples


def _written(pattern: str) -> BeforeValidator:
    """Let through what is written like this alone: a number is no moment, whatever might be made of it."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not re.match(pattern, value, re.ASCII):
            raise ValueError("not written as ISO 8601")
        return value

    return BeforeValidator(check)


Day = Annotated[date, _written(r"\d{4}-\d\d-\d\d$")]
Moment = Annotated[AwareDatetime, _written(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d")]
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=256,
        description="The number of the card as it was read or typed. Spaces, hyphens and small letters do no harm.",
        examples=[DECK["counts"]],
    ),
]
Yes = Annotated[bool, Field(strict=True)]
EventId = Annotated[RowNumber, Field(description="Of GET /api/v1/occurrences.", examples=[17])]
House = Annotated[
    RowNumber | None,
    Field(description="Of GET /api/v1/occurrences; null is a visit to the house today.", examples=[17]),
]


class Tickets(Shape):
    """Tickets by kind, one at least. A worker and under-16 clients come with a unit's community card."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [kind], "properties": {kind: {"minimum": 1}}} for kind in KINDS]}
    )

    adult: Few = 0
    child: Few = 0
    assistant: Few = 0
    interpreter: Few = 0
    worker: Few = 0
    under16: Few = 0

    @model_validator(mode="after")
    def has_one(self) -> Self:
        """Ask for one ticket at least."""
        if not any(getattr(self, kind) for kind in KINDS):
            raise ValueError("give one ticket at least")
        return self

    @property
    def counts(self) -> Counts:
        """Return them as the rules count them."""
        return Counts(**self.model_dump())


PLACED = ("adult", "child", "worker", "under16")


class Visitors(Tickets):
    """Tickets by kind, one adult or child at least: assistants and interpreters take no place by themselves."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [kind], "properties": {kind: {"minimum": 1}}} for kind in PLACED]}
    )

    @model_validator(mode="after")
    def has_visitor(self) -> Self:
        """Ask for one adult or child at least."""
        if not any(getattr(self, kind) for kind in PLACED):
            raise ValueError("give one adult or child at least")
        return self


class SellerCheckBody(Shape):
    """A card, and what it is to be used for."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": DECK["counts"], "occurrence": 17}]})

    code: Code
    occurrence: House = None


class UseBody(Shape):
    """Tickets for a card. Without `sold_at` they are given only where the card admits them; with it they were given at
    that moment, and are written down whatever the card is now.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": DECK["counts"], "occurrence": 17, "tickets": {"adult": 1, "child": 2}}],
        }
    )

    code: Code
    occurrence: House = None
    tickets: Tickets
    sold_at: Annotated[
        Moment | None,
        Field(description="When the tickets were given, at most 30 days ago. Leave it out for tickets asked for now."),
    ] = None
    again: Annotated[Yes, Field(description="The card was used for this event before, and more tickets are meant.")] = (
        False
    )


class BookingBody(Shape):
    """Places kept for a card."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": DECK["welcome"], "occurrence": 17, "tickets": {"adult": 1}}]}
    )

    code: Code
    occurrence: EventId
    tickets: Visitors
    may_wait: Annotated[
        Yes, Field(description="Where no places are left, join the waiting list rather than be refused.")
    ] = False


class NothingBody(Shape):
    """Nothing: the address says it all."""


class OccurrenceQuery(Shape):
    """Which occurrences: from a day (today) until a day (60 days on), the part after one of them."""

    model_config = ConfigDict(populate_by_name=True)

    from_on: Annotated[Day | None, Field(alias="from", description="First day; today where it is left out.")] = None
    until: Annotated[Day | None, Field(description="Last day, at most a year on; 60 days where it is left out.")] = None
    after: Annotated[
        Annotated[int, Field(ge=1, le=2**31 - 1)] | None, Field(description="`next` of the part before.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = LISTED


class SellerCard(Shape):
    """All that a seller sees of a card: no person, no unit, no earlier visit elsewhere."""

    kind: Literal["personal", "community"]
    valid_until: date
    children: int


class SellerHold(Shape):
    """Places of a quota that are kept for the card until a moment; the use that follows takes them."""

    places: int
    until: datetime


class Earlier(Shape):
    """When the card was used for this event before."""

    at: datetime


class CheckAnswer(Shape):
    """What the door would be told: a class, a reason, a sentence, and the most tickets of each kind."""

    model_config = ConfigDict(populate_by_name=True)

    klass: Annotated[VerdictClass, Field(alias="class")]
    reason: Reason | None
    say: Sentence
    next: Sentence | None
    card: SellerCard | None
    most: Annotated[CountsBody, Field(description="0: no ticket of this kind.")]
    earlier: Earlier | None
    hold: SellerHold | None


class UseAnswer(Shape):
    """What became of a use. `flags` are questions that a person of the venue may be asked; the tickets are given."""

    use: str
    result: Literal["accepted", "flagged"]
    flags: list[str]


class ReturnAnswer(Shape):
    """The tickets were taken back; `flagged`: the venue is asked first, because the day of the event is over."""

    use: str
    result: Literal["returned", "flagged"]


class BookingAnswer(Shape):
    """A booking. `word` is what the visitor says at the door instead of a name."""

    booking: str
    word: str
    state: BookingState
    occurrence: int | None
    tickets: CountsBody
    offered_until: datetime | None


class OccurrenceView(Shape):
    """One date of the venue's programme. `places_left` is null where there is no quota."""

    id: int
    title: Sentence
    kind: EventKind
    category: Category
    state: Planned
    day: date
    starts_at: datetime
    ends_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    place: str
    places_left: int | None
    sold_out: bool


class OccurrenceList(Shape):
    """One part of the programme; `next` is where the next part begins, null at the end."""

    occurrences: list[OccurrenceView]
    next: int | None


def faults_of(errors: list[Any]) -> str:
    """Return the fields that pydantic found at fault, for the sentence of an error: names, never what was sent."""
    paths = {".".join(str(part) for part in error["loc"]) or "–" for error in errors}
    return ", ".join(sorted("".join(filter(str.isprintable, path))[:60] for path in paths)[:5])
