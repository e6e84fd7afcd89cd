"""A venue answers the groups that ask to come: heads, needs and time, and no unit."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.rules.access import VENUE_ROLES
from kaikukortti.rules.booking import AccessNeed, BookingState
from kaikukortti.web import guard
from kaikukortti.web.forms import EmptyForm
from kaikukortti.web.sentences import sentence_of
from venues import bookinglists, grouplists, groupvisits
from venues.web import bookingstates, groupforms, visitwords

blueprint = guard.guarded_blueprint("venuegroups", __name__, roles=VENUE_ROLES, url_prefix="/venue/groups")

Page = str | Response | tuple[str, int]


@blueprint.app_context_processor
def tell_asked() -> dict[str, object]:
    """Let the venue's pages tell how many groups wait for an answer; asked only where a page wants to know."""
    return {"count_groups_asked": lambda: grouplists.count_asked(guard.own_venue(), now=clock.now())}


@blueprint.get("/")
def index() -> str:
    """List the groups that ask, and those that have been accepted."""
    return _list()


@blueprint.post("/<ref>/accept")
def accept(ref: str) -> Page:
    """Accept a group: its places are kept."""
    _check_token()
    try:
        groupvisits.accept(ref, actor=guard.actor(), now=clock.now())
    except DomainError as error:
        if error.code not in ("no_places_left", "group_already_answered"):
            raise
        return _list(sentence_of(error)), 409
    flash(_("The group is welcome. Its places are kept, and the unit sees your answer."), "success")
    return redirect(url_for("venuegroups.index"), 303)


@blueprint.post("/<ref>/decline")
def decline(ref: str) -> Page:
    """Say that the group cannot come then."""
    _check_token()
    try:
        groupvisits.decline(ref, actor=guard.actor(), now=clock.now())
    except DomainError as error:
        if error.code != "group_already_answered":
            raise
        return _list(sentence_of(error)), 409
    flash(_("Your answer is saved, and the unit sees it."), "success")
    return redirect(url_for("venuegroups.index"), 303)


def _list(above: str = "") -> str:
    groups = grouplists.list_of_venue(actor=guard.actor(), now=clock.now())
    return render_template(
        "groups/of_venue.html",
        asked=[one for one in groups if one.state is BookingState.ASKED],
        coming=[one for one in groups if one.state is not BookingState.ASKED],
        above=above,
        tickets=visitwords.tickets,
        counts_of=bookinglists.counts_of,
        needs={need.value: groupforms.NEEDS[need] for need in AccessNeed},
        states=bookingstates.WORDS,
        badges=bookingstates.BADGES,
    )


def _check_token() -> None:
    if not EmptyForm().validate():
        abort(400)
