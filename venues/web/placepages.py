"""The places that a venue gives when nothing is said of a date, and for the units: the places that are still free."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.rules.access import Role
from kaikukortti.rules.quota import Quota
from kaikukortti.web import guard
from venues import dates
from venues.web import dateforms
from venues.web.eventpages import refuse
from venues.web.programmeforms import FIELD_OF

blueprint = guard.guarded_blueprint(
    "placepages", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/programme/places"
)

Page = str | Response | tuple[str, int]


@blueprint.route("/", methods=["GET", "POST"])
def house_rule() -> Page:
    """Show and change what a new date gives when nothing is said of it."""
    actor = guard.actor()
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    given = Quota(venue.quota, venue.quota_percent, venue.capacity)
    form = dateforms.HouseRule(given=given, data={"children_take_places": venue.children_take_places})
    if form.validate_on_submit():
        wanted, children = form.read_quota(), form.children_take_places.data
        try:
            if wanted is not None:
                dates.set_house_rule(
                    venue.id, given=wanted, children_take_places=children, actor=actor, now=clock.now()
                )
                flash(_("Saved."), "success")
                return redirect(url_for("programme.index"), 303)
        except DomainError as error:
            refuse(form, error, FIELD_OF)
    page = render_template("programme/house_rule.html", venue=venue, form=form)
    return page, 422 if form.is_submitted() else 200
