"""A unit books places for its clients: the dates of the area, one booking with its word and its slip, the list."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cards, clock, partners
from kaikukortti.cardrows import CardRow
from kaikukortti.errors import DomainError
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import OPEN, BookedBy, BookingNews
from kaikukortti.rules.card import CardKind
from kaikukortti.web import guard
from kaikukortti.web.forms import EmptyForm
from kaikukortti.web.language import name
from venues import bookabledates, bookinglists, bookings, waitinglist
from venues.bookabledates import Bookable, Choice
from venues.bookinglists import OfUnit
from venues.web import bookingforms, bookingstates, pagination, visitwords

blueprint = guard.guarded_blueprint("unitbookings", __name__, roles=[Role.WORKER], url_prefix="/bookings")

Page = str | Response | tuple[str, int]


@blueprint.app_context_processor
def tell_news() -> dict[str, object]:
    """Let the unit's start page tell how many bookings have news; asked only where a page wants to know."""
    return {"count_booking_news": lambda: bookinglists.count_news(guard.actor().unit_id or 0, now=clock.now())}


@blueprint.get("/")
def index() -> str:
    """List the unit's bookings."""
    actor, now = guard.actor(), clock.now()
    waitinglist.settle(unit_id=actor.unit_id, now=now)
    coming, over = bookinglists.list_of_unit(actor=actor, now=now)
    return render_template("bookings/of_unit.html", coming=coming, over=over, **_words())


@blueprint.get("/dates")
def dates() -> Page:
    """List the dates of the area that can be booked, for a client whose card may have been chosen."""
    now = clock.now()
    area_id, card, today = _area(), _card(), period.day_of(now)
    venues = [(str(row.venue.id), name(row.venue)) for row in partners.list_venues(area_id)]
    form = bookingforms.DatesFrom(request.args, venues=venues)
    is_sound = form.validate()
    from_on = max(form.day.data or today, today) if is_sound else today
    chosen = int(form.venue.data) if is_sound and form.venue.data else None
    choice = Choice(from_on, area_id=area_id, venue_id=chosen)
    shown = pagination.of(bookabledates.count(choice, now=now), bookabledates.MOST_SHOWN)
    page = render_template(
        "bookings/unit_dates.html",
        form=form,
        card=card,
        rows=bookabledates.list_them(choice, now=now, skip=shown.skip),
        shown=shown,
        asked={"day": request.args.get("day"), "venue": request.args.get("venue"), "card": card and card.card_id},
    )
    return page, 200 if is_sound else 422


@blueprint.route("/dates/<int:occurrence_id>", methods=["GET", "POST"])
def book(occurrence_id: int) -> Page:
    """Book a date for a client."""
    found, card = bookabledates.find(occurrence_id, area_id=_area(), now=clock.now()), _card()
    form: bookingforms.Party = bookingforms.PartyByCode() if card is None else bookingforms.Party()
    above, may_wait = "", False
    if form.validate_on_submit():
        try:
            return _book(found, form, card)
        except DomainError as error:
            may_wait = error.code == "no_places_left"
            above = bookingforms.refuse(form, error)
    page = render_template(
        "bookings/book.html",
        row=found,
        card=card,
        form=form,
        above=above,
        may_wait=may_wait or found.left == 0,
        prefixes=sorted(partners.list_prefixes()),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<ref>")
def show(ref: str) -> str:
    """Show one booking of the unit: its word, where it stands, what can be done."""
    return _one("bookings/unit_one.html", ref)


@blueprint.get("/<ref>/slip")
def slip(ref: str) -> str:
    """Show the slip for the client: word, date and place, nothing about the card."""
    return _one("bookings/slip.html", ref)


@blueprint.post("/<ref>/cancel")
def cancel(ref: str) -> Response:
    """Cancel a booking, or let an offered place go."""
    _check_token()
    actor = guard.actor()
    bookings.cancel(ref, unit_id=actor.unit_id or 0, actor=actor, now=clock.now())
    flash(_("The booking is cancelled. Its places are free."), "success")
    return redirect(url_for("unitbookings.index"), 303)


@blueprint.post("/<ref>/accept")
def accept(ref: str) -> Response:
    """Take the place that is offered."""
    _check_token()
    actor = guard.actor()
    bookings.accept_offer(ref, unit_id=actor.unit_id or 0, actor=actor, now=clock.now())
    flash(_("The place is booked."), "success")
    return redirect(url_for("unitbookings.show", ref=ref), 303)


@blueprint.post("/<ref>/read")
def read(ref: str) -> Response:
    """Write down that the unit knows what became of the date."""
    _check_token()
    news = bookinglists.note_read(ref, actor=guard.actor(), now=clock.now())
    where = url_for("unitbookings.show", ref=ref) if news is BookingNews.MOVED else url_for("unitbookings.index")
    return redirect(where, 303)


def _book(found: Bookable, form: bookingforms.Party, card: CardRow | None) -> Response:
    actor = guard.actor()
    code = form.number.data if isinstance(form, bookingforms.PartyByCode) else card.number if card else ""
    booked = bookings.book(
        code,
        occurrence_id=found.occurrence.id,
        counts=form.counts,
        booked_by=BookedBy.UNIT,
        venue_id=found.occurrence.venue_id,
        area_id=found.occurrence.event.venue.area_id,
        actor=actor,
        unit_id=actor.unit_id,
        may_wait="wait" in request.form,
        now=clock.now(),
    )
    return redirect(url_for("unitbookings.show", ref=booked.ref), 303)


def _one(template: str, ref: str) -> str:
    found: OfUnit = bookinglists.read_of_unit(ref, actor=guard.actor(), now=clock.now())
    return render_template(template, row=found, is_open=found.state in OPEN, form=EmptyForm(), **_words())


def _words() -> dict[str, object]:
    return {
        "tickets": visitwords.tickets,
        "states": bookingstates.WORDS,
        "badges": bookingstates.BADGES,
        "news": bookingstates.NEWS,
    }


def _area() -> int:
    actor = guard.actor()
    return partners.get_unit(actor.unit_id or 0, actor=actor).area_id


def _card() -> CardRow | None:
    """Return the unit's personal card that the address names; the look is in the audit log. 404 for any other."""
    card_id = request.args.get("card", type=int)
    if card_id is None:
        return None
    if not 0 < card_id < 2**31:  # what no row can have, PostgreSQL would take for a fault
        abort(404)
    row = cards.look(card_id, actor=guard.actor(), now=clock.now())
    if row.kind is not CardKind.PERSONAL:
        abort(404)
    return row


def _check_token() -> None:
    if not EmptyForm().validate():
        abort(400)
