"""One date of an event, for the venue's manager: what was registered, moved, its doors, its places."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.quota import Quota
from kaikukortti.web import guard
from kaikukortti.web.forms import Form
from kaikukortti.web.language import ngettext
from venues import dates
from venues.dates import Shown
from venues.web import dateforms, programmeforms, visitwords
from venues.web.eventpages import refuse
from venues.web.programmeforms import FIELD_OF

blueprint = guard.guarded_blueprint("datepages", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/programme")

Page = str | Response | tuple[str, int]


@blueprint.get("/<int:occurrence_id>")
def show(occurrence_id: int) -> str:
    """Show a date with what was registered for it."""
    shown = _read(occurrence_id)
    return render_template(
        "programme/date.html",
        shown=shown,
        date=shown.occurrence,
        tickets=visitwords.tickets(Counts(**shown.tickets)) if shown.tickets else "",
        is_over=shown.occurrence.on_day < period.day_of(clock.now()),
    )


@blueprint.route("/<int:occurrence_id>/move", methods=["GET", "POST"])
def move(occurrence_id: int) -> Page:
    """Move a date to another time or place."""
    found = _read(occurrence_id).occurrence
    starts, ends = (at.astimezone(period.HELSINKI) if at else None for at in (found.starts_at, found.ends_at))
    times = {"starts": starts and starts.time(), "ends": ends and ends.time()}
    form = programmeforms.OneDate(data={"on_day": found.on_day, "place": found.place, **times})
    if form.validate_on_submit():
        slot = form.read_slot()
        try:
            if slot is not None:
                place = form.place.data or ""
                dates.move(found.id, slot=slot, place=place, actor=guard.actor(), now=clock.now())
                flash(_("Moved. Visits that were recorded stay."), "success")
                return redirect(url_for("datepages.show", occurrence_id=found.id), 303)
        except DomainError as error:
            refuse(form, error, FIELD_OF | {"occurrence_over": "on_day"})
    return _form_page("programme/date_move.html", found, form)


@blueprint.route("/<int:occurrence_id>/doors", methods=["GET", "POST"])
def doors(occurrence_id: int) -> Page:
    """Set when people may come in."""
    found = _read(occurrence_id).occurrence
    before, after = found.opens_at, found.closes_at
    known = {
        "opens_before": _minutes(None if before is None else found.starts_at - before),
        "closes_after": _minutes(None if after is None else after - found.starts_at),
    }
    clocks = {
        "opens": before.astimezone(period.HELSINKI).time() if before and known["opens_before"] is None else None,
        "closes": after.astimezone(period.HELSINKI).time() if after and known["closes_after"] is None else None,
    }
    form = dateforms.Doors(data={**known, **clocks})
    if form.validate_on_submit():
        window = form.read(found.starts_at)
        try:
            if window is not None:
                count = dates.set_door(
                    found.id,
                    opens_at=window[0],
                    closes_at=window[1],
                    and_later=form.and_later.data,
                    actor=guard.actor(),
                    now=clock.now(),
                )
                return _saved(found, count)
        except DomainError as error:
            refuse(form, error, FIELD_OF | {"occurrence_over": "opens_before"})
    return _form_page("programme/date_doors.html", found, form)


@blueprint.route("/<int:occurrence_id>/places", methods=["GET", "POST"])
def places(occurrence_id: int) -> Page:
    """Set how many places are for card holders."""
    shown = _read(occurrence_id)
    found = shown.occurrence
    given = Quota(found.quota, found.quota_percent, found.capacity)
    form = dateforms.PlacesOfDate(given=given, data={"sold_out": found.sold_out})
    if form.validate_on_submit():
        wanted = form.read_quota()
        try:
            if wanted is not None:
                count = dates.set_places(
                    found.id,
                    given=wanted,
                    sold_out=form.sold_out.data,
                    and_later=form.and_later.data,
                    actor=guard.actor(),
                    now=clock.now(),
                )
                return _saved(found, count)
        except DomainError as error:
            share = {"quota_below_given": "percent"} if form.limit.data == "percent" else {}
            refuse(form, error, FIELD_OF | {"occurrence_over": "limit"} | share)
    return _form_page("programme/date_places.html", found, form)


def _read(occurrence_id: int) -> Shown:
    return dates.read(occurrence_id, actor=guard.actor(), now=clock.now())


def _saved(found: Occurrence, count: int) -> Response:
    flash(ngettext("Saved for %(num)s date.", "Saved for %(num)s dates.", count), "success")
    return redirect(url_for("datepages.show", occurrence_id=found.id), 303)


def _form_page(template: str, found: Occurrence, form: Form) -> Page:
    return render_template(template, date=found, form=form), 422 if form.is_submitted() else 200


def _minutes(distance: timedelta | None) -> int | None:
    """Return whole minutes from the start, None where the doors are on the other side of it."""
    if distance is None or distance < timedelta(0):
        return None
    return int(distance.total_seconds() // 60)
