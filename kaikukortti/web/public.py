"""Pages that anybody may read: the front page, help for who found a card, about the service."""

from flask import redirect, render_template
from werkzeug.wrappers import Response

from kaikukortti import partners
from kaikukortti.web import guard, pages

blueprint = guard.guarded_blueprint("public", __name__, word=guard.PUBLIC)


@blueprint.get("/")
def front() -> str | Response:
    """Show what the service is, or the signed-in person's first page."""
    if guard.find_user() is not None:
        return redirect(pages.home_url())
    return render_template("public/front.html")


@blueprint.get("/help")
def help() -> str:
    """Say what to do with a found card and whom to ask; shows the state of no card."""
    return render_template("public/help.html", areas=partners.list_areas())


@blueprint.get("/about")
def about() -> str:
    """Say what the service keeps about whom, and how accessible it is."""
    return render_template("public/about.html", areas=partners.list_areas())
