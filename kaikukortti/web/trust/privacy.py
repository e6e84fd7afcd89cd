"""Privacy in plain words, for anybody: notice, who sees what, what a tablet holds, the staff's own data, terms."""

from flask import render_template

from kaikukortti import partners
from kaikukortti.web import guard

blueprint = guard.guarded_blueprint("privacy", __name__, word=guard.PUBLIC, url_prefix="/privacy")


@blueprint.get("/")
def notice() -> str:
    """Say what is kept about the holder of a card, why, for how long, and what the holder can ask for."""
    return render_template("trust/privacy.html", areas=partners.list_areas())


@blueprint.get("/who-sees-what")
def who_sees_what() -> str:
    """Say who sees what of a card and its holder."""
    return render_template("trust/who_sees_what.html")


@blueprint.get("/tablets")
def tablets() -> str:
    """Say what a venue's tablet holds, and what somebody could do who took it apart."""
    return render_template("trust/tablets.html")


@blueprint.get("/staff")
def staff() -> str:
    """Say what is kept about the people who work with the service."""
    return render_template("trust/staff.html")


@blueprint.get("/terms")
def terms() -> str:
    """Say on what terms the card and the service are used."""
    return render_template("trust/terms.html", areas=partners.list_areas())
