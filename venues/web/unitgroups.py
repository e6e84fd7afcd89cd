"""A unit plans visits as a group, and says where its clients would like company."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.models.network import Venue
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import OPEN
from kaikukortti.web import guard
from kaikukortti.web.language import name
from venues import bookabledates, company, grouplists, groupvisits
from venues.bookabledates import Bookable, Choice
from venues.company import Company
from venues.web import bookingforms, bookingstates, groupforms, pagination, visitwords

blueprint = guard.guarded_blueprint("unitgroups", __name__, roles=[Role.WORKER], url_prefix="/groups")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def index() -> str:
    """List the unit's group visits: what was planned, and who came."""
    coming, over = grouplists.list_of_unit(actor=guard.actor(), now=clock.now())
    return render_template("groups/of_unit.html", coming=coming, over=over, open_states=OPEN, **_words())


@blueprint.get("/dates")
def dates() -> Page:
    """List the dates of the area that a group can come to, with those where there is company."""
    actor, now = guard.actor(), clock.now()
    area_id, today = _area(), period.day_of(now)
    form = bookingforms.DatesFrom(request.args, venues=[(str(one.id), name(one)) for one in _venues()])
    is_sound = form.validate()
    from_on = max(form.day.data or today, today) if is_sound else today
    venue_id = int(form.venue.data) if is_sound and form.venue.data else None
    choice = Choice(from_on, area_id=area_id, venue_id=venue_id)
    shown = pagination.of(bookabledates.count(choice, now=now), bookabledates.MOST_SHOWN)
    rows = bookabledates.list_them(choice, now=now, skip=shown.skip)
    page = render_template(
        "groups/dates.html",
        form=form,
        rows=rows,
        there=company.look([row.occurrence.id for row in rows], actor=actor),
        shown=shown,
        asked={"day": request.args.get("day"), "venue": request.args.get("venue")},
    )
    return page, 200 if is_sound else 422


@blueprint.route("/dates/<int:occurrence_id>", methods=["GET", "POST"])
def date(occurrence_id: int) -> Page:
    """Plan a group's visit to a date."""
    found = bookabledates.find(occurrence_id, area_id=_area(), now=clock.now())
    form, above = _form(found), ""
    if form.validate_on_submit():
        try:
            return _ask(form, found)
        except DomainError as error:
            above = groupforms.refuse(form, error)
    wish = groupforms.Wish(formdata=None)
    return _date_page(found, form, wish, above), 422 if form.is_submitted() else 200


@blueprint.post("/dates/<int:occurrence_id>/company")
def wish_company(occurrence_id: int) -> Page:
    """Say how many of the unit's clients would like company at a date."""
    found = bookabledates.find(occurrence_id, area_id=_area(), now=clock.now())
    form, above = groupforms.Wish(), ""
    if form.validate():
        try:
            company.wish(occurrence_id, people=form.people.data, actor=guard.actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for("unitgroups.date", occurrence_id=occurrence_id), 303)
        except DomainError as error:
            above = groupforms.refuse(form, error)
    return _date_page(found, _form(found, empty=True), form, above), 422


@blueprint.route("/house", methods=["GET", "POST"])
def house() -> Page:
    """Plan a group's visit to the house of a venue, to no event."""
    actor, now = guard.actor(), clock.now()
    cards = grouplists.list_cards(actor=actor, now=now)
    form, above = groupforms.HouseGroup(cards=cards, venues=_venues()), ""
    if form.validate_on_submit():
        try:
            plan = form.plan(form.day.data)
            groupvisits.ask(form.card.data, plan=plan, venue_id=form.venue.data, actor=actor, now=now)
            return _asked()
        except DomainError as error:
            above = groupforms.refuse(form, error)
    page = render_template("groups/house.html", form=form, above=above, cards=cards)
    return page, 422 if form.is_submitted() else 200


def _form(found: Bookable, *, empty: bool = False) -> groupforms.Group:
    cards = grouplists.list_cards(actor=guard.actor(), now=clock.now())
    starts = found.occurrence.starts_at.astimezone(period.HELSINKI).time()
    asked = {"formdata": None} if empty else {}
    return groupforms.Group(cards=cards, data={"arrives": starts, "workers": 1}, **asked)


def _ask(form: groupforms.Group, found: Bookable) -> Response:
    plan = form.plan(found.occurrence.on_day)
    groupvisits.ask(form.card.data, plan=plan, occurrence_id=found.occurrence.id, actor=guard.actor(), now=clock.now())
    return _asked()


def _asked() -> Response:
    flash(_("The place has been asked. Its answer comes to this page."), "success")
    return redirect(url_for("unitgroups.index"), 303)


def _date_page(found: Bookable, form: groupforms.Group, wish: groupforms.Wish, above: str) -> str:
    there = company.look([found.occurrence.id], actor=guard.actor()).get(found.occurrence.id, Company())
    if not wish.is_submitted():
        wish.people.data = there.own
    return render_template("groups/date.html", row=found, form=form, wish=wish, there=there, above=above)


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


def _venues() -> list[Venue]:
    return grouplists.list_venues(actor=guard.actor())
