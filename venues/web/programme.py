"""The venue's own pages: its evening in figures, its programme."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners, statistics
from kaikukortti.errors import DomainError
from kaikukortti.rules import period, recurrence
from kaikukortti.rules.access import VENUE_ROLES, Actor, Role
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.rules.recurrence import Hours, Slot
from kaikukortti.web import choices, forms, guard
from kaikukortti.web.sentences import sentence_of
from venues import events, registrations
from venues.web import pagination, programmeforms, visitwords

blueprint = guard.guarded_blueprint("programme", __name__, roles=VENUE_ROLES, url_prefix="/venue")

FIRST_YEAR, LAST_YEAR = 2015, 2199

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def evening() -> str:
    """Show what the venue has registered today, by event and one by one."""
    actor, today = guard.actor(), period.day_of(clock.now())
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    day = _chosen_day() or today
    shown = pagination.of(registrations.count_day(venue.id, on_day=day, actor=actor), registrations.MOST_SHOWN)
    month, year = statistics.venue_to_date(venue.id, today=today)
    return render_template(
        "programme/evening.html",
        venue=venue,
        today=today,
        day=day,
        evening=statistics.evening(venue.id, on_day=day),
        month=month,
        year=year,
        shown=shown,
        registered=registrations.list_day(venue.id, on_day=day, actor=actor, skip=shown.skip),
        may_withdraw=actor.role is Role.VENUE_MANAGER,
        tickets=visitwords.tickets,
        standings=visitwords.STANDINGS,
        entries=choices.ENTRIES,
        reasons=choices.WITHDRAWAL_REASONS,
    )


@blueprint.route("/programme", methods=["GET", "POST"])
def index() -> Page:
    """List the coming programme; a manager adds an event."""
    actor, now = _manager(), clock.now()
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    form = forms.NewEvent(category=venue.category.value)
    form.kind.choices = choices.options(choices.EVENT_KINDS)
    form.category.choices = choices.options(choices.CATEGORIES)
    if form.validate_on_submit():
        slot = _read_slot(form)
        if slot is not None:
            try:
                events.add_event(
                    actor=actor,
                    venue_id=venue.id,
                    details=_details(form),
                    slots=[slot],
                    place=form.place.data or "",
                    now=now,
                )
                flash(_("The event is in the programme."), "success")
                return redirect(url_for("programme.index"), 303)
            except DomainError as error:
                form.refuse(programmeforms.FIELD_OF.get(error.code, "on_day"), sentence_of(error))
    status = 422 if form.is_submitted() else 200
    rows = events.list_programme(venue.id, from_on=period.day_of(now))
    page = render_template(
        "programme/index.html",
        venue=venue,
        form=form,
        rows=rows,
        over=events.list_over(venue.id, today=period.day_of(now)),
        categories=choices.CATEGORIES,
        kinds=choices.EVENT_KINDS,
        cancel_form=forms.EmptyForm(),
    )
    return page, status


@blueprint.post("/programme/<int:occurrence_id>/cancel")
def cancel(occurrence_id: int) -> Response:
    """Cancel one evening."""
    if not forms.EmptyForm().validate():
        abort(400)
    events.cancel(occurrence_id, actor=_manager(), now=clock.now())
    flash(_("The event is cancelled. Visits that were recorded for it stay."), "success")
    return redirect(url_for("programme.index"), 303)


def _manager() -> Actor:
    actor = guard.actor()
    if actor.role is not Role.VENUE_MANAGER:
        abort(403)
    return actor


def _chosen_day() -> date | None:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _read_slot(form: forms.NewEvent) -> Slot | None:
    """Read day and times; the hour that summer time skips is refused beside the time."""
    try:
        return recurrence.slot_on(form.on_day.data, Hours(form.starts.data, form.ends.data))
    except ValueError:
        form.refuse("starts", _("The clocks go forward this night: this hour does not exist."))
        return None


def _details(form: forms.NewEvent) -> events.EventDetails:
    return events.EventDetails(
        title_fi=form.title_fi.data,
        title_sv=form.title_sv.data or "",
        title_en=form.title_en.data or "",
        category=Category(form.category.data),
        kind=EventKind(form.kind.data),
    )
