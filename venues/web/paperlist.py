"""A paper list: printed for an evening without a tablet, and entered afterwards by the venue or its coordinator."""

import uuid
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.rules import period
from kaikukortti.rules.access import VENUE_ROLES, Role
from kaikukortti.web import guard
from kaikukortti.web.language import ngettext
from kaikukortti.web.sentences import sentence_of
from venues import events, paperday, paperlist
from venues.paperlist import LineResult, Outcome, Sheet
from venues.web import paperforms, paperwords, visitwords

blueprint = guard.guarded_blueprint("paperlist", __name__, roles=[*VENUE_ROLES, Role.COORDINATOR])

Page = str | Response | tuple[str, int]
LINES_ON_PAPER = 20


@blueprint.get("/venue/paper/print")
def sheet() -> Page:
    """Show an empty list on one page of paper, for an evening, for house visits, or with its head to be filled in; what
    has been booked for it stands on a page of its own.
    """
    actor, now = guard.actor(), clock.now()
    today = period.day_of(now)
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    form = paperforms.PaperSheet(request.args)
    evenings = events.list_coming(venue.id, from_on=today)
    form.event.choices = paperwords.sheet_choices(evenings)
    is_sound = form.validate()
    evening = next((one for one in evenings if str(one.id) == form.event.data), None)
    for_house = form.event.data == "house"
    day = evening.on_day if evening else (form.day.data or today) if for_house and is_sound else None
    booked = [] if day is None else paperwords.booked(venue.id, evening.id if evening else None, on_day=day, now=now)
    page = render_template(
        "paperlist/sheet.html",
        venue=venue,
        form=form,
        evening=evening,
        for_house=for_house,
        day=day,
        booked=booked,
        rows=LINES_ON_PAPER,
    )
    return page, 200 if is_sound else 422


@blueprint.get("/area/paper")
def venues() -> str:
    """Let the coordinator choose the venue that a list is from."""
    return render_template("paperlist/venues.html", rows=partners.list_venues(guard.own_area()))


@blueprint.get("/venue/paper", defaults={"venue_id": None})
@blueprint.get("/area/paper/<int:venue_id>")
def day(venue_id: int | None) -> Page:
    """Ask for the day of the visits, then for the event."""
    actor, today = guard.actor(), period.day_of(clock.now())
    venue = partners.get_venue(_venue_id(venue_id), actor=actor)
    form = paperforms.PaperDay(request.args if "day" in request.args else MultiDict({"day": today.isoformat()}))
    evenings = None
    if form.validate():
        try:
            evenings = paperday.list_evenings(venue.id, on_day=form.day.data, actor=actor, today=today)
        except DomainError as error:
            form.refuse("day", sentence_of(error))
    page = render_template(
        "paperlist/day.html",
        venue=venue,
        venue_id=venue_id,
        form=form,
        day=None if evenings is None else form.day.data,
        evenings=evenings or [],
        today=today,
        oldest=paperday.oldest_day(actor, today=today),
    )
    return page, 200 if evenings is not None else 422


@blueprint.route("/venue/paper/lines", methods=["GET", "POST"], defaults={"venue_id": None})
@blueprint.route("/area/paper/<int:venue_id>/lines", methods=["GET", "POST"])
def lines(venue_id: int | None) -> Page:
    """Take in ten lines and more, show what each will do, and enter them once that was confirmed."""
    evening = _evening(venue_id)
    form = paperforms.PaperLines()
    if request.method == "GET":
        form.form_id.data = str(uuid.uuid4())
    form_id = form.sheet_id()
    if form_id is None:
        abort(400)
    step = request.form.get("step", "check")
    if request.method == "GET" or step in ("more", "edit"):
        if step == "more":
            form.add_lines()
        return _lines_page(evening, venue_id, form, {})
    if not form.validate():
        return _lines_page(evening, venue_id, form, {}), 422
    found = Sheet(form_id, evening.venue.id, evening.on_day, evening.occurrence.id if evening.occurrence else None)
    if step == "enter":
        return _enter(found, evening, venue_id, form)
    results = paperlist.preview(found, form.read(), actor=guard.actor(), now=clock.now())
    return _preview_page(evening, venue_id, form, results)


@blueprint.get("/venue/paper/entered/<uuid:form_id>", defaults={"venue_id": None})
@blueprint.get("/area/paper/<int:venue_id>/entered/<uuid:form_id>")
def entered(form_id: uuid.UUID, venue_id: int | None) -> str:
    """Show what became of each line of a list that was entered; without any number."""
    evening, results = paperlist.read_entered(_venue_id(venue_id), form_id, actor=guard.actor())
    told = [(result, paperwords.told(result)) for result in results]
    return render_template(
        "paperlist/entered.html", evening=evening, venue_id=venue_id, told=told, tickets=visitwords.tickets
    )


def _venue_id(venue_id: int | None) -> int:
    """Return the venue that the page is about: the own one, or the one that a coordinator has chosen."""
    if venue_id is None:
        return guard.own_venue()
    guard.own_area()
    return venue_id


def _evening(venue_id: int | None) -> paperday.Evening:
    """Read day and event from the address; 404 for what no page of ours leads to."""
    try:
        on_day = date.fromisoformat(request.args.get("day", ""))
        event = int(request.args["event"]) if "event" in request.args else None
    except ValueError:
        abort(404)
    if event is not None and not 0 < event < 2**31:
        abort(404)
    today = period.day_of(clock.now())
    return paperday.find_evening(_venue_id(venue_id), on_day=on_day, occurrence=event, actor=guard.actor(), today=today)


def _enter(found: Sheet, evening: paperday.Evening, venue_id: int | None, form: paperforms.PaperLines) -> Page:
    """Enter the lines; those that could not be entered stay on the form with the reason beside them."""
    results = paperlist.enter(found, form.read(), actor=guard.actor(), now=clock.now())
    left_out = sum(result.outcome is Outcome.LEFT_OUT for result in results)
    refused = _refused(results)
    if refused:
        return _lines_page(evening, venue_id, form, {result.no: result for result in results}), 422
    if left_out:
        flash(ngettext("%(num)s line was left out.", "%(num)s lines were left out.", left_out), "info")
    if left_out == len(results):
        return redirect(url_for("paperlist.day", venue_id=venue_id, day=evening.on_day.isoformat()), 303)
    return redirect(url_for("paperlist.entered", venue_id=venue_id, form_id=found.form_id), 303)


def _refused(results: list[LineResult]) -> bool:
    return any(result.outcome in (Outcome.UNREADABLE, Outcome.CHANGED) for result in results)


def _lines_page(
    evening: paperday.Evening, venue_id: int | None, form: paperforms.PaperLines, results: dict[int, LineResult]
) -> str:
    for no, result in results.items():
        if result.outcome in (Outcome.UNREADABLE, Outcome.CHANGED):
            form.lines[no - 1].form.refuse("number", paperwords.told(result)[0])
    done = {no: paperwords.told(result) for no, result in results.items() if not form.lines[no - 1].form.errors}
    return render_template(
        "paperlist/lines.html",
        evening=evening,
        venue_id=venue_id,
        here=_here(evening, venue_id),
        form=form,
        kinds=paperforms.KINDS,
        done=done,
        can_grow=len(form.lines) < paperlist.MOST_LINES,
        prefixes=sorted(partners.list_prefixes()),
    )


def _preview_page(
    evening: paperday.Evening, venue_id: int | None, form: paperforms.PaperLines, results: list[LineResult]
) -> str:
    return render_template(
        "paperlist/preview.html",
        evening=evening,
        venue_id=venue_id,
        here=_here(evening, venue_id),
        form=form,
        results=results,
        told={result.no: paperwords.told(result) for result in results},
        beside=paperwords.look_alike,
        tickets=visitwords.tickets,
        can_enter=any(result.outcome in (Outcome.ENTERED, Outcome.FLAGGED) for result in results),
    )


def _here(evening: paperday.Evening, venue_id: int | None) -> str:
    event = evening.occurrence.id if evening.occurrence else None
    return url_for("paperlist.lines", venue_id=venue_id, day=evening.on_day.isoformat(), event=event)
