"""The words about a programme that travels as a file: its columns, why one cannot be read, what becomes of each row."""

from flask_babel import lazy_gettext as _l

from kaikukortti.errors import DomainError
from kaikukortti.tables import Unreadable
from kaikukortti.web import language, sentences, stockwords
from kaikukortti.web.language import _, day, ngettext
from venues.programmecells import Column, Problem
from venues.programmereport import Outcome, Report, Row

OUTCOMES = {
    Outcome.NEW: _l("New"),
    Outcome.CHANGED: _l("Changed"),
    Outcome.UNCHANGED: _l("Unchanged"),
    Outcome.SKIPPED: _l("Left out"),
    Outcome.REFUSED: _l("Cannot be taken"),
}

COLUMNS = {
    Column.UID: _l("The name that ties the dates of an event together; it may be left out."),
    Column.TITLE_FI: _l("Title in Finnish."),
    Column.TITLE_SV: _l("Title in Swedish."),
    Column.TITLE_EN: _l("Title in English."),
    Column.STARTS: _l("Start of the date: 2026-12-01 19:00 or 1.12.2026 19.00."),
    Column.ENDS: _l("End of the date, written the same way."),
    Column.PLACE: _l("Place of the date, if it is not the usual one."),
    Column.STATUS: _l("on or cancelled."),
    Column.KIND: _l("performance, exhibition, course, period_pass or match."),
    Column.CATEGORY: _l("culture, education, science or sport."),
    Column.USUAL_PLACE: _l("Place of the event."),
    Column.OPENS: _l("When the doors open."),
    Column.CLOSES: _l("When the doors close."),
    Column.QUOTA: _l("Number of places for card holders."),
    Column.QUOTA_PERCENT: _l("Or their share of the seats, in per cent."),
    Column.CAPACITY: _l("Seats in all."),
    Column.SOLD_OUT: _l("yes or no."),
    Column.FIRST_ON: _l("First day of a course or a season pass: 2026-12-01 or 1.12.2026."),
    Column.LAST_ON: _l("Its last day."),
    Column.COURSE_PLACES: _l("Places on the course."),
    Column.OWN_SHARE: _l("What a holder pays, in euros."),
    Column.PASS_DAYS: _l("Days that a season pass lasts from its holder's first visit."),
    Column.STEP_FREE: _l("Entrance without steps: yes, no or empty."),
    Column.HEARING_LOOP: _l("Hearing loop: yes, no or empty."),
    Column.BUS_STOP: _l("Nearest bus stop."),
    Column.CALM_FROM: _l("Calm hours begin: 10:00."),
    Column.CALM_UNTIL: _l("Calm hours end."),
}

FILES = {
    "empty": _l("There is no event in the file."),
    "encoding": _l("The letters of the file could not be read. Save it in UTF-8."),
    "other_kind": _l(
        "This is neither a calendar (.ics) nor a table (.csv, .xlsx). Save the programme as one of these."
    ),
    "unpacks_too_large": _l("The file holds far more than a programme. Copy the rows into a new workbook."),
    "sheets": _l("Several sheets of the workbook are in use. Keep the one with the programme."),
}

PROBLEMS = {
    "all_day": _l("The entry has no time of day. Write when it begins."),
    "called_off_here": _l("This date was called off here. It stays called off."),
    "choice_unknown": _l("“%(text)s” is none of the words that this column knows."),
    "differs": _l("The row says other things of the same event than row %(row)s."),
    "formula": _l("The cell holds a formula. Only plain text is read here."),
    "hour_missing": _l("The clocks go forward this night: this hour does not exist."),
    "identity": _l("This looks like a personal identity code. Remove it. Nothing of it was kept."),
    "number_unreadable": _l("“%(text)s” is not a number that fits here."),
    "past": _l("It is over already."),
    "property_unreadable": _l("This part of the entry could not be read."),
    "series_endless": _l("The series has no end within three years. Give it a last day."),
    "series_unreadable": _l("The rule of the series could not be read. Write the dates one by one."),
    "start_missing": _l("The start is missing."),
    "text_too_long": _l("The text is too long: at most %(most)s letters."),
    "time_unreadable": _l("“%(text)s” is not a time. Write it as 2026-12-01 19:00 or 1.12.2026 19.00."),
    "time_zone_unknown": _l("The time zone “%(text)s” is not known. Save the times in the zone of Helsinki."),
    "title_missing": _l("The title is missing."),
    "too_many_series": _l("The file has too many series. Divide it."),
    "twice": _l("The same date stands in row %(row)s already."),
    "whether_unreadable": _l("“%(text)s” is neither yes nor no."),
}


def columns() -> list[tuple[str, str]]:
    """Return each column with what stands in it."""
    return [(column.value, str(COLUMNS[column])) for column in Column]


def unreadable(error: Unreadable) -> str:
    """Say why a file cannot be read."""
    problem = error.details["problem"]
    if problem == "columns":
        column = error.details["column"]
        return _("The first row has to name the column “%(column)s” once. See the columns below.", column=column)
    return str(FILES[problem]) if problem in FILES else stockwords.unreadable(error)


def told(row: Row) -> list[str]:
    """Return what there is to say of a row, if anything."""
    said = [_problem(row.problem)] if row.problem is not None else []
    if row.new:
        said.append(ngettext("%(num)s new date.", "%(num)s new dates.", row.new))
    if row.moved_from is not None:
        said.append(_("Moved from %(moment)s.", moment=language.moment(row.moved_from)))
    if row.is_open():
        for left_out in row.entry.left_out:
            told_of = _("%(day)s was left out: the clocks go forward, and this hour does not exist.", day=day(left_out))
            said.append(str(told_of))
    return said


def taken(report: Report) -> str:
    """Say what an import has done."""
    if not report.is_any_taken:
        return _("The programme has all of this already. Nothing was changed.")
    new, changed = sum(row.new for row in report.rows), report.count(Outcome.CHANGED)
    said = [ngettext("%(num)s new date.", "%(num)s new dates.", new)]
    if changed:
        said.append(ngettext("%(num)s row changed something.", "%(num)s rows changed something.", changed))
    return " ".join((_("The file is in the programme."), *said))


def _problem(problem: Problem) -> str:
    words = PROBLEMS.get(problem.code)
    sentence = sentences.sentence_of(_Said(problem)) if words is None else str(words) % dict(problem.details)
    return f"{problem.column}: {sentence}" if problem.column else sentence


class _Said(DomainError):
    """A problem of a row as the error that its sentence is told by."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(**problem.details)
        self.code = problem.code
