"""Messages of a unit or a venue: what the coordinator has announced, what was asked and answered."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.messaging import announcements, feedback
from kaikukortti.messaging.homes import PARTNER_ROLES
from kaikukortti.models.messages import FeedbackKind
from kaikukortti.rules import period
from kaikukortti.web import choices, guard, language
from kaikukortti.web.messaging import messageforms, messagewords, paragraphs
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("messages", __name__, roles=PARTNER_ROLES, url_prefix="/messages")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def index() -> str:
    """List what was announced and what the own people have asked."""
    actor = guard.actor()
    return render_template(
        "messaging/index.html",
        received=announcements.list_received(actor=actor, today=period.day_of(clock.now())),
        asked=feedback.list_own(actor=actor),
        kinds=messagewords.FEEDBACK_KINDS,
    )


@blueprint.get("/announcements/<int:announcement_id>")
def announcement(announcement_id: int) -> str:
    """Show an announcement; it is read from now on."""
    found = announcements.read(announcement_id, actor=guard.actor(), now=clock.now())
    code = language.language_now()
    spoken = code if getattr(found, f"text_{code}") else language.DEFAULT
    return render_template(
        "messaging/announcement.html",
        announcement=found,
        title=getattr(found, f"title_{spoken}"),
        spoken=spoken,
        written=paragraphs.cut(getattr(found, f"text_{spoken}")),
    )


@blueprint.route("/feedback/new", methods=["GET", "POST"])
def write() -> Page:
    """Write to the coordinator."""
    form = messageforms.WriteFeedback()
    form.kind.choices = choices.options(messagewords.FEEDBACK_KINDS)
    if not form.is_submitted():
        return render_template("messaging/write.html", form=form)
    if form.validate():
        try:
            kind = FeedbackKind(form.kind.data)
            found = feedback.send(form.text.data or "", kind=kind, actor=guard.actor(), now=clock.now())
            flash(_("The coordinator has your message. The answer comes here."), "success")
            return redirect(url_for("messages.asked", feedback_id=found), 303)
        except DomainError as error:
            form.refuse("text", sentence_of(error))
    return render_template("messaging/write.html", form=form), 422


@blueprint.get("/feedback/<int:feedback_id>")
def asked(feedback_id: int) -> str:
    """Show what was asked, and the answer."""
    found = feedback.look_own(feedback_id, actor=guard.actor())
    return render_template(
        "messaging/asked.html",
        message=found,
        kind=messagewords.FEEDBACK_KINDS[found.kind],
        written=paragraphs.cut(found.text),
        answered=paragraphs.cut(found.answer),
    )
