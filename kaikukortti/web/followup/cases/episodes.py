"""Episodes of the own unit: the list with the reviews that are due (W5), a new one, an episode's page, its end."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.followup import changes, episodes, goals, grants, measurements
from kaikukortti.followup.episodes import EpisodeRow
from kaikukortti.followup.models.episodes import Service
from kaikukortti.rules import period
from kaikukortti.web import forms, guard
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.cases import episodewords
from kaikukortti.web.followup.cases.episodeforms import EndEpisode, StartEpisode
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = gate.unit_blueprint("episodes", __name__, url_prefix="/followup/episodes", needs_episodes=True)

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def index() -> Page:
    """List the unit's open episodes by their case codes and days. The look is in the log."""
    actor, now = guard.actor(), clock.now()
    today = period.day_of(now)
    rows = episodes.list_open(actor=actor, now=now)
    return render_template(
        "followup/episodes/index.html",
        rows=rows,
        today=today,
        due=episodes.count_reviews_due(rows, today=today),
        renewals=episodes.count_renewals(actor=actor, now=now),
        services=episodewords.SERVICES,
    )


@blueprint.route("/start", methods=["GET", "POST"])
def start() -> Page:
    """Open an episode."""
    now = clock.now()
    form = StartEpisode(data={"started_on": period.day_of(now)})
    if form.validate_on_submit():
        switched = gate.own_switches()
        try:
            row = episodes.start(
                actor=guard.actor(),
                area_id=switched.area_id,
                service=Service(form.service.data),
                started_on=form.started_on.data,
                planned_end_on=form.planned_end_on.data,
                review_months=switched.review_months,
                now=now,
            )
        except episodes.EpisodeDaysImpossible as error:
            form.refuse(str(error.details["day"]), sentence_of(error))
        else:
            flash(_("The episode has the code %(code)s. Write it into your own client system.", code=row.case_code))
            return redirect(url_for("episodes.show", episode_id=row.id), 303)
    return render_template("followup/episodes/start.html", form=form), 422 if form.errors else 200


@blueprint.get("/<int:episode_id>")
def show(episode_id: int) -> Page:
    """Show an episode: its days, goals, results and whether the client shows anything. The look is in the log."""
    actor, now = guard.actor(), clock.now()
    row = episodes.look(episode_id, actor=actor, now=now)
    return render_template(
        "followup/episodes/show.html",
        row=row,
        courses=changes.of_goals(goals.list_goals(episode_id=episode_id, actor=actor)),
        results=changes.of_results(measurements.list_of_episode(episode_id, actor=actor)),
        grant=grants.find(episode_id, actor=actor, now=now),
        actor_now=actor,
        today=period.day_of(now),
        said=episodewords,
        form=forms.EmptyForm(),
    )


@blueprint.route("/<int:episode_id>/end", methods=["GET", "POST"])
def end(episode_id: int) -> Page:
    """End an episode, after a press that says so."""
    actor, form = guard.actor(), EndEpisode()
    row = episodes.look(episode_id, actor=actor, now=clock.now())
    if not form.validate_on_submit():
        return _end_page(row, form, 422 if form.is_submitted() else 200)
    try:
        episodes.end(episode_id, actor=actor, now=clock.now())
    except episodes.EpisodeOver as error:
        flash(sentence_of(error), "info")
    else:
        flash(_("The episode has ended. What the client had shown is not seen here any more."), "success")
    return redirect(url_for("episodes.index"), 303)


def _end_page(row: EpisodeRow, form: EndEpisode, status: int) -> Page:
    return render_template("followup/episodes/end.html", row=row, form=form), status
