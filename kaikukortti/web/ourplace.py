"""The venue manager's page about the own place: address, bus stop, entrance, telephone, website."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from kaikukortti.web.placeforms import FIELD_OF, Place
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("ourplace", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/place")

Page = str | Response | tuple[str, int]


@blueprint.route("/", methods=["GET", "POST"])
def facts() -> Page:
    """Show what holders are told about the place, and change it."""
    actor = guard.actor()
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    form = Place(facts=partners.facts_of(venue))
    if form.validate_on_submit():
        try:
            partners.describe_venue(venue.id, actor=actor, facts=form.facts, now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for("ourplace.facts"), 303)
        except DomainError as error:
            if error.code not in FIELD_OF:
                raise
            form.refuse(FIELD_OF[error.code], sentence_of(error))
    page = render_template("partners/our_place.html", venue=venue, form=form)
    return page, 422 if form.is_submitted() else 200
