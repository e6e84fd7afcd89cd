"""An event of the venue: what is known of it, its dates, a series of more, the rest called off."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.models.programme import Event
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, forms, guard
from kaikukortti.web.language import day, ngettext
from kaikukortti.web.sentences import sentence_of
from venues import events, series
from venues.series import Added
from venues.web import programmeforms
from venues.web.programmeforms import FIELD_OF, FIELD_OF_SERIES

blueprint = guard.guarded_blueprint(
    "eventpages", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/programme/events"
)

Page = str | Response | tuple[str, int]


@blueprint.get("/<int:event_id>")
def show(event_id: int) -> str:
    """Show what is known of an event, and its dates to come."""
    return _show(_event(event_id), programmeforms.RestOff(formdata=None))


@blueprint.route("/<int:event_id>/change", methods=["GET", "POST"])
def change(event_id: int) -> Page:
    """Change what is known of an event."""
    event = _event(event_id)
    form = programmeforms.EventFacts(event=event)
    if form.validate_on_submit():
        try:
            events.change_event(event.id, actor=guard.actor(), details=form.details, now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for("eventpages.show", event_id=event.id), 303)
        except DomainError as error:
            refuse(form, error, FIELD_OF)
    page = render_template("programme/event_change.html", event=event, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<int:event_id>/date", methods=["GET", "POST"])
def one_date(event_id: int) -> Page:
    """Add one date."""
    event = _event(event_id)
    form = programmeforms.OneDate(place=event.place)

    def add() -> Added | None:
        slot = form.read_slot()
        if slot is None:
            return None
        place = form.place.data or ""
        return series.add_date(event.id, slot=slot, place=place, actor=guard.actor(), now=clock.now())

    return _add("programme/event_date.html", event, form, add, FIELD_OF | {"series_too_long": "on_day"})


@blueprint.route("/<int:event_id>/series", methods=["GET", "POST"])
def several(event_id: int) -> Page:
    """Add a series: certain weekdays, until a day."""
    event = _event(event_id)
    form = programmeforms.Series(place=event.place)

    def add() -> Added:
        return series.add_series(
            event.id,
            wanted=form.recurrence,
            place=form.place.data or "",
            opens_before=programmeforms.minutes(form.opens_before.data),
            closes_after=programmeforms.minutes(form.closes_after.data),
            actor=guard.actor(),
            now=clock.now(),
        )

    return _add("programme/event_series.html", event, form, add, FIELD_OF_SERIES)


@blueprint.route("/<int:event_id>/hours", methods=["GET", "POST"])
def hours(event_id: int) -> Page:
    """Add the open days of an exhibition, by opening hours."""
    event = _event(event_id)
    form = programmeforms.OpeningHours(place=event.place)

    def add() -> Added:
        place = form.place.data or ""
        return series.add_series(event.id, wanted=form.recurrence, place=place, actor=guard.actor(), now=clock.now())

    return _add("programme/event_hours.html", event, form, add, FIELD_OF_SERIES | {"occurrence_order": "closes_0"})


@blueprint.post("/<int:event_id>/rest-off")
def rest_off(event_id: int) -> Page:
    """Call off the dates from a day on."""
    event, form = _event(event_id), programmeforms.RestOff()
    if not form.validate():
        return _show(event, form), 422
    count = series.cancel_rest(event.id, from_on=form.from_on.data, actor=guard.actor(), now=clock.now())
    flash(
        ngettext("%(num)s date is called off.", "%(num)s dates are called off.", count)
        + " "
        + _("Visits that were recorded for it stay."),
        "success",
    )
    return redirect(url_for("eventpages.show", event_id=event.id), 303)


def refuse(form: forms.Form, error: DomainError, fields: dict[str, str]) -> None:
    """Put a service's no beside its field. Raises the error again where no field is to blame."""
    if error.code not in fields:
        raise error
    form.refuse(fields[error.code], sentence_of(error))


def _event(event_id: int) -> Event:
    return events.get_event(event_id, actor=guard.actor())


def _show(event: Event, form: programmeforms.RestOff) -> str:
    return render_template(
        "programme/event.html",
        event=event,
        form=form,
        dates=events.list_dates(event.id, from_on=period.day_of(clock.now())),
        categories=choices.CATEGORIES,
        kinds=choices.EVENT_KINDS,
    )


def _add(
    template: str, event: Event, form: forms.Form, add: Callable[[], Added | None], fields: dict[str, str]
) -> Page:
    if request.method == "POST" and form.validate():
        try:
            added = add()
            if added is not None:
                for words, tone in _added_words(added):
                    flash(words, tone)
                return redirect(url_for("eventpages.show", event_id=event.id), 303)
        except DomainError as error:
            refuse(form, error, fields)
    page = render_template(template, event=event, form=form)
    return page, 422 if form.is_submitted() else 200


def _added_words(added: Added) -> list[tuple[str, str]]:
    said = [(ngettext("%(num)s date was added.", "%(num)s dates were added.", added.new), "success")]
    if added.there:
        words = ngettext("%(num)s date was there already.", "%(num)s dates were there already.", added.there)
        said.append((words, "info"))
    for skipped in added.skipped:
        words = _("%(day)s was left out: the clocks go forward, and this hour does not exist.", day=day(skipped))
        said.append((str(words), "warning"))
    return said
