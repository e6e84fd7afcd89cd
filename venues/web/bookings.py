"""Bookings at the venue's own desk: made by telephone with a spoken code, the list of a day, one booking."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.rules import period
from kaikukortti.rules.access import VENUE_ROLES
from kaikukortti.rules.booking import OPEN, BookedBy, BookingState
from kaikukortti.web import guard
from kaikukortti.web.forms import EmptyForm
from venues import bookabledates, bookinglists, bookings, noshows, waitinglist
from venues.bookabledates import Bookable, Choice
from venues.web import bookingforms, bookingstates, pagination, visitwords

blueprint = guard.guarded_blueprint("bookings", __name__, roles=VENUE_ROLES, url_prefix="/venue/bookings")

FIRST_YEAR, LAST_YEAR = 2015, 2199

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def tonight() -> str:
    """Show the bookings of a day, today's when none is chosen: words and numbers, no card and no unit."""
    return _list_page("bookings/tonight.html")


@blueprint.get("/print")
def sheet() -> str:
    """Show the list of a day as it is printed, for the door."""
    return _list_page("bookings/sheet.html")


@blueprint.get("/dates")
def dates() -> str:
    """List the coming dates, for a booking by telephone."""
    actor, now = guard.actor(), clock.now()
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    choice = Choice(max(_chosen_day() or period.day_of(now), period.day_of(now)), venue_id=venue.id)
    shown = pagination.of(bookabledates.count(choice, now=now), bookabledates.MOST_SHOWN)
    rows = bookabledates.list_them(choice, now=now, skip=shown.skip)
    return render_template("bookings/dates.html", venue=venue, rows=rows, shown=shown, from_on=choice.from_on)


@blueprint.route("/dates/<int:occurrence_id>", methods=["GET", "POST"])
def by_telephone(occurrence_id: int) -> Page:
    """Book a date for a code that is said on the telephone."""
    found = bookabledates.find(occurrence_id, venue_id=guard.own_venue(), now=clock.now())
    form, above, may_wait = bookingforms.PartyByCode(), "", False
    if form.validate_on_submit():
        try:
            return _book(found, form)
        except DomainError as error:
            above = bookingforms.refuse(form, error)
            may_wait = error.code == "no_places_left"
    page = render_template(
        "bookings/by_telephone.html",
        row=found,
        form=form,
        above=above,
        may_wait=may_wait or found.left == 0,
        prefixes=sorted(partners.list_prefixes()),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<ref>")
def show(ref: str) -> str:
    """Show one booking: its word in large letters, where it stands, what can be done."""
    now = clock.now()
    line, booking = bookinglists.read_tonight(ref, actor=guard.actor(), now=now)
    return render_template(
        "bookings/one.html",
        line=line,
        booking=booking,
        is_open=line.state in OPEN,
        is_missed=line.state is BookingState.NO_SHOW,
        form=EmptyForm(),
        **_words(),
    )


@blueprint.post("/<ref>/cancel")
def cancel(ref: str) -> Response:
    """Cancel a booking; its places are free at once."""
    _check_token()
    booking = bookings.cancel(ref, venue_id=guard.own_venue(), actor=guard.actor(), now=clock.now())
    flash(_("The booking is cancelled. Its places are free."), "success")
    return redirect(url_for("bookings.tonight", day=booking.on_day.isoformat()), 303)


@blueprint.post("/<ref>/accept")
def accept(ref: str) -> Response:
    """Take the place that is offered to somebody on the waiting list."""
    _check_token()
    bookings.accept_offer(ref, venue_id=guard.own_venue(), actor=guard.actor(), now=clock.now())
    flash(_("The place is booked."), "success")
    return redirect(url_for("bookings.show", ref=ref), 303)


@blueprint.post("/<ref>/came")
def came(ref: str) -> Response:
    """Register the visit of somebody who came after all."""
    _check_token()
    noshows.came_after_all(ref, actor=guard.actor(), now=clock.now())
    flash(_("The visit is registered as it was booked."), "success")
    return redirect(url_for("bookings.show", ref=ref), 303)


def _book(found: Bookable, form: bookingforms.PartyByCode) -> Response:
    booked = bookings.book(
        form.number.data,
        occurrence_id=found.occurrence.id,
        counts=form.counts,
        booked_by=BookedBy.VENUE,
        venue_id=found.occurrence.venue_id,
        area_id=found.occurrence.event.venue.area_id,
        actor=guard.actor(),
        may_wait="wait" in request.form,
        now=clock.now(),
    )
    return redirect(url_for("bookings.show", ref=booked.ref), 303)


def _list_page(template: str) -> str:
    actor, now = guard.actor(), clock.now()
    venue, today = partners.get_venue(guard.own_venue(), actor=actor), period.day_of(now)
    day = _chosen_day() or today
    waitinglist.settle(venue_id=venue.id, now=now)
    evenings = bookinglists.list_evenings(venue.id, on_day=day, now=now)
    if any(line.state is BookingState.NO_SHOW for _occurrence, lines in evenings for line in lines):
        bookings.mark_no_shows(venue.id, on_day=day, now=now)
    return render_template(template, venue=venue, day=day, today=today, evenings=evenings, printed_at=now, **_words())


def _words() -> dict[str, object]:
    return {"tickets": visitwords.tickets, "states": bookingstates.WORDS, "badges": bookingstates.BADGES}


def _check_token() -> None:
    if not EmptyForm().validate():
        abort(400)


def _chosen_day() -> date | None:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
