"""Leave to look: the page on which a client gives it, with the own card open here, and the one press that ends it.

Saying no is a link to another page: nothing is sent, so nothing is kept anywhere.
"""

from datetime import date, datetime
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.followup import episodes, grantcards, grants
from kaikukortti.followup.episodes import EpisodeRow
from kaikukortti.followup.models.episodes import Scope
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.web import forms, guard, language, pages
from kaikukortti.web.followup import gate, ownsession
from kaikukortti.web.followup.cases.episodeforms import GiveLeave
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = gate.unit_blueprint("grants", __name__, url_prefix="/followup/episodes", needs_episodes=True)

Page = str | Response | tuple[str, int]
FIELDS = {grants.WorkersImpossible.code: "workers", grants.AgeUnconfirmed.code: "is_of_age"}


@blueprint.route("/<int:episode_id>/leave", methods=["GET", "POST"])
def give(episode_id: int) -> Page:
    """Let the client read what it is about, choose, and agree or not."""
    actor, now = guard.actor(), clock.now()
    row = episodes.look(episode_id, actor=actor, now=now)
    try:
        opened = grantcards.check_open(ownsession.current(), now=now)
        latest = grants.latest_end(opened=opened, planned_end_on=row.planned_end_on, now=now)
    except DomainError as error:
        return _closed_page(row, error)
    form = _form(opened, actor, latest, now)
    if form.validate_on_submit() and _give(form, row, opened, actor, now):
        flash(_("The client shows the use of the card from now on. It can be taken back at any moment."), "success")
        return redirect(url_for("episodes.show", episode_id=episode_id), 303)
    facts = {"row": row, "form": form, "latest": latest, "unit_name": pages.organisation_name()}
    return render_template("followup/episodes/leave.html", **facts), 422 if form.is_submitted() else 200


@blueprint.post("/<int:episode_id>/leave/end")
def revoke(episode_id: int) -> Response:
    """Take leave back at the client's word: one press, any worker of the unit."""
    forms.check_names(())
    grants.revoke(episode_id, actor=guard.actor(), now=clock.now())
    flash(_("Nothing is shown any more. The link to the card has been deleted."), "success")
    return redirect(url_for("episodes.show", episode_id=episode_id), 303)


def _form(opened: OpenCard, actor: Actor, latest: date, now: datetime) -> GiveLeave:
    usual = min(latest, period.add_months(period.day_of(now), grants.USUAL_MONTHS))
    form = GiveLeave(data={"workers": [actor.user_id], "expires_on": usual})
    form.workers.choices = [(one.user_id, one.name) for one in grants.list_colleagues(actor)]
    days = grantcards.earlier_days(opened, now=now)
    form.earlier.choices = [(day.isoformat(), language.day(day)) for day in days]
    return form


def _give(form: GiveLeave, row: EpisodeRow, opened: OpenCard, actor: Actor, now: datetime) -> bool:
    """Keep what the client agreed to; return whether it was kept, with a sentence beside the field where it was not."""
    try:
        grants.give(
            row.id,
            opened=opened,
            scope=Scope(form.scope.data),
            workers=form.workers.data or [],
            earlier=[date.fromisoformat(day) for day in form.earlier.data or []],
            expires_on=form.expires_on.data,
            is_of_age=bool(form.is_of_age.data),
            actor=actor,
            now=now,
            secret=gate.secret(),
        )
    except grants.EndImpossible as error:
        latest = language.day(cast(date, error.details["latest"]))
        form.refuse("expires_on", _("Choose a day to come, at the latest %(day)s.", day=latest))
        return False
    except (grants.WorkersImpossible, grants.AgeUnconfirmed) as error:
        form.refuse(FIELDS[error.code], sentence_of(error))
        return False
    return True


def _closed_page(row: EpisodeRow, error: DomainError) -> Page:
    """Say what is needed first, or why this card cannot be shared from."""
    is_waiting = isinstance(error, grantcards.CardNotOpen) and row.ended_on is None
    sentence = sentence_of(episodes.EpisodeOver() if row.ended_on else error)
    facts = {"row": row, "is_waiting": is_waiting, "sentence": sentence}
    status = 200 if is_waiting and request.method == "GET" else 409
    return render_template("followup/episodes/leave_closed.html", **facts), status
