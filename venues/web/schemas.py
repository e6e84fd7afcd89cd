"""Shapes of the door's API: they validate what is read, and /api/openapi.json is made of them."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kaikukortti.models.ledger import Entry
from kaikukortti.rules import identitycode
from kaikukortti.rules.booking import AccessNeed, BookingKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.verdict import VerdictClass
from venues.scanrows import Item
from venues.sync import Unreadable

MOST_ITEMS = 100


def _without_identity(text: str) -> str:
    if identitycode.holds_one(text):
        raise ValueError("an identity code is never taken in")
    return text


def _a_number(value: Any) -> Any:
    """Let numbers through: what is made a number of elsewhere, a word or a yes, is a mistake in a body of JSON."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a whole number is needed")
    return value


NUMBER = BeforeValidator(_a_number)
Code = Annotated[str, Field(max_length=256)]
BookingRef = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Ref = Annotated[str, Field(max_length=16, pattern=r"^[^\x00]*$")]
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1), NUMBER]
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$"), AfterValidator(_without_identity)]
Shift = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$"), AfterValidator(_without_identity)]
Few = Annotated[int, Field(ge=0, le=99), NUMBER]
EntryAtDoor = Literal[Entry.CAMERA, Entry.SCANNER, Entry.TYPED, Entry.BACKLOG]  # a tablet is no ticket seller
# A clock that was reset says 1970, which is taken in and asked about; what lies beyond these cannot be reckoned with.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Shape(BaseModel):
    """Unknown fields are refused, so that a misspelt one is never lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EnrolBody(Shape):
    """A one-time code and the name that staff give the tablet."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    name: Name


class CheckBody(Shape):
    """A code as read, the opaque ref of a known card, or the ref of a booking whose word was said; occurrence null is a
    house visit.
    """

    code: Code | None = None
    ref: Ref | None = None
    booking: BookingRef | None = None
    occurrence: RowNumber | None = None

    @model_validator(mode="after")
    def has_card(self) -> "CheckBody":
        """Ask for exactly one of code, ref and booking."""
        _check_names(self.code, self.ref, self.booking)
        return self


class PractisedBody(Shape):
    """How long ago the practice deck was gone through: a length of time is right on a tablet whose clock is not."""

    seconds_ago: Annotated[int, Field(ge=0, le=400 * 24 * 3600), NUMBER]


class CountsBody(Shape):
    """Tickets by kind."""

    adult: Few = 0
    child: Few = 0
    assistant: Few = 0
    interpreter: Few = 0
    worker: Few = 0
    under16: Few = 0


class ScanBody(Shape):
    """One scan as the tablet fixed it before it said welcome."""

    scan_id: UUID
    occurred: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
    counts: CountsBody
    code: Code | None = None
    ref: Ref | None = None
    booking: BookingRef | None = None
    occurrence: RowNumber | None = None
    offset_ms: Annotated[int, Field(ge=-(10**13), le=10**13)] = 0
    jumped: bool = False
    entry: EntryAtDoor = Entry.CAMERA
    shown: VerdictClass | None = None
    seq: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    rules: Annotated[int, Field(ge=0, le=10_000)] | None = None
    shift: Shift | None = None
    undoes: UUID | None = None
    hold: Annotated[str, Field(max_length=64)] | None = None
    series: Annotated[str, Field(pattern=r"^[0-9a-f]{1,16}$")] | None = None
    run: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None

    @model_validator(mode="after")
    def has_card(self) -> "ScanBody":
        """Ask for exactly one of code, ref and booking."""
        _check_names(self.code, self.ref, self.booking)
        return self


class BatchBody(Shape):
    """Up to a hundred scans; each is read by itself, so that one odd item stops nobody."""

    items: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ITEMS)]


class Sentence(Shape):
    """The same sentence in three languages."""

    fi: str
    sv: str
    en: str


class CardView(Shape):
    """All that a venue ever sees of a card."""

    kind: Literal["personal", "community"]
    ref: str
    valid_until: str
    children: int


class AlreadyView(Shape):
    """When the earlier visit was."""

    at: datetime


class VerdictView(Shape):
    """The answer of a check."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    klass: Annotated[VerdictClass, Field(alias="class")]
    reason: str | None
    say: Sentence
    next: Sentence | None
    card: CardView | None
    limits: CountsBody
    already: AlreadyView | None


class BookingView(Shape):
    """A booking as a tablet sees it: word and counts, and nothing of a card or a unit. `own_cards` is how many of a
    group come with cards of their own; `redeemed_at` is the moment of the visit.
    """

    ref: BookingRef
    word: str
    kind: BookingKind
    counts: CountsBody
    own_cards: int
    needs: list[AccessNeed]
    arrives: datetime | None
    redeemed: bool
    redeemed_at: datetime | None


class CheckedBookingView(BookingView):
    """The booking that belongs to a check; `own_read` is how many of the group's own cards have been read."""

    own_read: int | None


class HoldView(Shape):
    """Places of a quota that are kept for the card until a moment; the registration uses them up."""

    id: str
    places: int
    expires_at: datetime


class AnswerView(Shape):
    """What became of one item."""

    scan_id: str
    result: Literal["accepted", "flagged", "replay", "conflict", "parked"]
    use: str | None
    flags: list[str]
    say: dict[str, str] | None


def _check_names(*names: str | None) -> None:
    if sum(name is not None for name in names) != 1:
        raise ValueError("give one of code, ref and booking")


def _hash(body: ScanBody) -> bytes:
    """Return the hash of what was said, defaults left out: a field that a later version adds changes no old hash."""
    return hashlib.sha256(body.model_dump_json(exclude_defaults=True).encode()).digest()


def item_of(raw: dict[str, Any]) -> Item | Unreadable:
    """Return the scan that an uploaded item describes, or Unreadable under whatever id it names."""
    try:
        body = ScanBody.model_validate(raw)
    except ValueError:
        return Unreadable(str(raw.get("scan_id", ""))[:64])
    return Item(
        scan_id=str(body.scan_id),
        occurred=body.occurred.astimezone(UTC),
        counts=Counts(**body.counts.model_dump()),
        body_hash=_hash(body),
        code=body.code,
        ref=body.ref,
        booking=body.booking,
        occurrence=body.occurrence,
        offset_ms=body.offset_ms,
        jumped=body.jumped,
        entry=body.entry,
        shown=body.shown,
        seq=body.seq,
        rules=body.rules,
        shift=body.shift,
        undoes=None if body.undoes is None else str(body.undoes),
        series=body.series,
        run=body.run,
    )
