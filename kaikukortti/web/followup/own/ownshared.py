"""What the holder shares (C4): with whom, until when, who has looked; one press takes it back."""

from flask import Response, make_response, redirect, request, url_for

from kaikukortti import clock
from kaikukortti.followup import ownshared
from kaikukortti.rules import period
from kaikukortti.web import forms
from kaikukortti.web.followup.own import ownpage, ownreading, ownsharedwords

blueprint = ownpage.blueprint("ownshared", __name__)

STOPPED = "stopped"


@blueprint.get("/shared")
def index() -> Response:
    """Show what is shared and who has looked."""
    opened, now, reading = ownpage.opened(), clock.now(), ownreading.current()
    return ownpage.render(
        "followup/own/shares.html",
        shared=ownshared.list_shared(opened, now=now),
        looks=ownshared.list_looks(opened, now=now),
        said=ownsharedwords.words(reading),
        day_of=lambda look: reading.day(period.day_of(look.at)),
        has_stopped=request.args.get("done") == STOPPED,
    )


@blueprint.post("/shared/<int:grant_id>/stop")
def stop(grant_id: int) -> Response:
    """Take leave back: the link is deleted in this request. What is gone already stays so."""
    forms.check_names(())
    ownshared.withdraw(grant_id, opened=ownpage.opened(), now=clock.now())
    return make_response(redirect(url_for("ownshared.index", done=STOPPED), 303))
