"""The programme as files: taken along as a table or a calendar, and taken in: send a file, read what would happen,
confirm. Between the two steps the file travels in the page, sealed, so that what is confirmed is what was examined.
"""

import base64
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from itsdangerous import BadData, TimestampSigner
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from kaikukortti import clock, partners, tables
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, guard, language
from kaikukortti.web.forms import Form
from venues import programmeexport, programmeimport
from venues.programmecells import MOST_BYTES, MOST_ENTRIES, NEEDED
from venues.programmereport import Outcome, Report
from venues.web import programmefilewords

blueprint = guard.guarded_blueprint(
    "programmefiles", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/programme/files"
)

Page = str | Response | tuple[str, int]

LARGEST_BODY = 2 * MOST_BYTES  # a sealed file is a third longer than the file
SEAL_LASTS = 4 * 3600


class ProgrammeFile(Form):
    """A file with a programme."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


class Examined(Form):
    """A file that was examined, sealed by ourselves."""

    examined = HiddenField(validators=[InputRequired()])


@blueprint.url_value_preprocessor
def allow_long_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a manager send more than any other form needs; this runs before the body is searched for its token."""
    membership = guard.find_membership()
    if membership is not None and membership.role is Role.VENUE_MANAGER:
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY


@blueprint.route("", methods=["GET", "POST"])
def index() -> Page:
    """Offer the programme as files; ask for one, examine it, and say what an import would do."""
    form, actor, now = ProgrammeFile(), guard.actor(), clock.now()
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    if form.validate_on_submit():
        with form.file.data.stream as stream:
            data = stream.read()
        try:
            contents = programmeimport.read(data, now=now)
            report = programmeimport.plan(contents, venue_id=venue.id, actor=actor, now=now)
            return _report(report, data)
        except tables.Unreadable as error:
            form.refuse("file", programmefilewords.unreadable(error))
    page = render_template(
        "programme/files.html",
        venue=venue,
        form=form,
        columns=programmefilewords.columns(),
        needed=NEEDED,
        kinds=choices.EVENT_KINDS,
        most=MOST_ENTRIES,
        megabytes=MOST_BYTES // (1024 * 1024),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/confirm")
def confirm() -> Page:
    """Take in the examined file: all that can be, or nothing."""
    form, actor, now = Examined(), guard.actor(), clock.now()
    data = _unseal(form.examined.data or "") if form.validate() else None
    if data is None:
        flash(_("The examined file was open for too long. Choose it again. Nothing was taken in."), "error")
        return redirect(url_for("programmefiles.index"), 303)
    contents = programmeimport.read(data, now=now)
    report = programmeimport.run(contents, venue_id=guard.own_venue(), actor=actor, now=now)
    flash(programmefilewords.taken(report), "success" if report.is_any_taken else "info")
    return redirect(url_for("programme.index"), 303)


@blueprint.get("/programme.csv")
def table() -> FlaskResponse:
    """Send the programme as a table."""
    return _send("text/csv; charset=utf-8", "csv", programmeexport.table)


@blueprint.get("/programme.ics")
def calendar() -> FlaskResponse:
    """Send the programme as a calendar."""
    venue = partners.get_venue(guard.own_venue(), actor=guard.actor())
    name = language.name(venue)
    return _send("text/calendar; charset=utf-8", "ics", lambda dates: programmeexport.calendar(dates, name=name))


def _send(mimetype: str, ending: str, write: Callable[[Sequence[Occurrence]], bytes]) -> FlaskResponse:
    dates = programmeexport.list_dates(guard.own_venue(), actor=guard.actor(), now=clock.now())
    response = FlaskResponse(write(dates), content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="programme.{ending}"'
    return response


def _report(report: Report, data: bytes) -> Page:
    form = Examined(formdata=None, data={"examined": _seal(data)} if report.is_any_taken else {})
    page = render_template(
        "programme/import_report.html",
        report=report,
        form=form,
        rows=[(row, programmefilewords.told(row)) for row in report.rows],
        outcomes=programmefilewords.OUTCOMES,
        counts={outcome: report.count(outcome) for outcome in Outcome},
    )
    return page, 200


def _signer() -> TimestampSigner:
    actor = guard.actor()
    return TimestampSigner(current_app.config["SECRET_KEY"], salt=f"programme-import {actor.user_id} {actor.venue_id}")


def _seal(data: bytes) -> str:
    return _signer().sign(base64.urlsafe_b64encode(zlib.compress(data))).decode()


def _unseal(text: str) -> bytes | None:
    """Return the file that was examined, None for a seal that is broken, old or another person's."""
    try:
        return zlib.decompress(base64.urlsafe_b64decode(_signer().unsign(text, max_age=SEAL_LASTS)))
    except (BadData, ValueError, zlib.error):
        return None
