"""What a row of uses says, before the register is asked."""

import uuid
from dataclasses import dataclass
from datetime import date

from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import Category
from kaikukortti.transfer import cells
from kaikukortti.transfer.cells import Impossible, Problem, Reading
from kaikukortti.transfer.columns import plain
from kaikukortti.transfer.rowfile import Line
from kaikukortti.transfer.seen import Seen

MOST_TICKETS = 100_000  # of a row of many visits together
LONGEST_TITLE = 160
CATEGORIES = {
    word: category.value
    for category, words in {
        Category.CULTURE: "kulttuuri;culture;kultur",
        Category.EDUCATION: "koulutus;education;utbildning",
        Category.SCIENCE: "tiede;science;vetenskap",
        Category.SPORT: "liikunta;urheilu;sport;sports;idrott;motion",
    }.items()
    for word in words.split(";")
}


@dataclass(frozen=True)
class UseDraft:
    """A row of uses. `nth` tells rows apart that say the same; `record` is the id of the registration, where it is one
    of this service. A row with problems says nothing else.
    """

    row: int
    problems: tuple[Problem, ...] = ()
    on_day: date = date.min
    venue: str = ""
    event: str = ""
    category: Category | None = None
    card: str = ""
    counts: Counts = Counts()
    record: str = ""
    nth: int = 1

    @property
    def content(self) -> str:
        """Return what the row says, the same however it is spelt."""
        counts = (self.counts.adult, self.counts.child, self.counts.assistant, self.counts.interpreter)
        parts = (self.on_day, self.venue, plain(self.event), self.category, plain(self.card), *counts)
        return "\x1f".join(map(str, parts))


def read(line: Line, seen: Seen, *, today: date) -> UseDraft:
    """Return what a row says."""
    given = {"event": "", "category": "", "card": "", "record": "", **line.cells}
    reading = Reading()
    reading.take(cells.check, given)
    if reading.problems:
        return UseDraft(line.number, tuple(reading.problems))
    on_day = reading.take(cells.past_day, given["date"], "date", today=today)
    category = reading.take(cells.word, given["category"], "category", CATEGORIES)
    numbers = [
        reading.take(cells.number, given.get(key, ""), key, most=MOST_TICKETS)
        for key in ("adults", "children", "assistants", "interpreters")
    ]
    reading.take(_name, given["venue"], "venue")
    reading.take(_title, given["event"], "event")
    record = reading.take(_record, given["record"], "record")
    if not reading.problems and not any(numbers):
        reading.problems.append(Problem("nothing", "adults"))
    if reading.problems or on_day is None:
        return UseDraft(line.number, tuple(reading.problems))
    draft = UseDraft(
        line.number,
        (),
        on_day,
        plain(given["venue"]),
        given["event"],
        None if category is None else Category(category),
        given["card"],
        Counts(*(number or 0 for number in numbers)),
        record or "",
    )
    times, first = seen.note(draft.record or draft.content, line.number)
    if record and times > 1:
        return UseDraft(line.number, (Problem("twice", "record", other_row=first),))
    return UseDraft(**{**vars(draft), "nth": times})


def _name(text: str, column: str) -> None:
    if not text:
        raise Impossible("empty", column)


def _title(text: str, column: str) -> None:
    if len(text) > LONGEST_TITLE:
        raise Impossible("long", column, text)


def _record(text: str, column: str) -> str:
    """Return the id of a registration of this service; whatever else stands there is the other service's business."""
    try:
        return str(uuid.UUID(text)) if len(text) == 36 else ""
    except ValueError:
        return ""
