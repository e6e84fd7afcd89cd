"""What waits for the coordinator's answer: partners' feedback, reports of who was turned away, accessibility."""

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.messaging import accessibility, feedback, turnedaway
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from kaikukortti.web.messaging import messageforms, messagewords, paragraphs
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("areaanswers", __name__, roles=[Role.COORDINATOR], url_prefix="/area/messages")

Page = str | Response | tuple[str, int]


@blueprint.get("/feedback/")
def asked() -> str:
    """List what partners have written."""
    return render_template(
        "messaging/area_feedback.html",
        rows=feedback.list_of_area(actor=guard.actor()),
        kinds=messagewords.FEEDBACK_KINDS,
    )


@blueprint.route("/feedback/<int:feedback_id>", methods=["GET", "POST"])
def answer_partner(feedback_id: int) -> Page:
    """Show what a partner has written; answer it."""
    actor, form = guard.actor(), messageforms.Answer()

    def send() -> None:
        feedback.answer(feedback_id, form.text.data or "", actor=actor, now=clock.now())
        flash(_("Your answer is on the partner's page."), "success")

    message, partner = feedback.look(feedback_id, actor=actor)
    return _answered(form, send) or _page(
        "messaging/answer_partner.html",
        form,
        message=message,
        partner=partner,
        kind=messagewords.FEEDBACK_KINDS[message.kind],
        written=paragraphs.cut(message.text),
        answered=paragraphs.cut(message.answer),
    )


@blueprint.get("/turned-away/")
def reports() -> str:
    """List the reports of who was turned away, and count the causes of a year. No card is named."""
    actor = guard.actor()
    return render_template(
        "messaging/area_turned_away.html",
        reports=turnedaway.list_reports(actor=actor),
        counted=turnedaway.count_causes(actor=actor, now=clock.now()),
        causes=messagewords.CAUSES,
    )


@blueprint.route("/turned-away/<int:report_id>", methods=["GET", "POST"])
def answer_report(report_id: int) -> Page:
    """Show a report; answer it in words."""
    actor, form = guard.actor(), messageforms.Answer()

    def send() -> None:
        turnedaway.answer(report_id, form.text.data or "", actor=actor, now=clock.now())
        flash(_("The answer can be read with the word that the person was given."), "success")

    report = turnedaway.look(report_id, actor=actor)
    return _answered(form, send) or _page(
        "messaging/answer_turned_away.html",
        form,
        report=report,
        cause=messagewords.CAUSES[report.row.cause],
        card_then=messagewords.CARD_THEN[report.row.card_then],
        read_in=messagewords.READ_IN[report.row.language],
        written=paragraphs.cut(report.row.text),
        answered=paragraphs.cut(report.row.answer),
    )


@blueprint.get("/accessibility/")
def obstacles() -> str:
    """List the feedback on accessibility, what is overdue first."""
    today = period.day_of(clock.now())
    return render_template(
        "messaging/area_accessibility.html",
        messages=accessibility.list_of_area(actor=guard.actor()),
        today=today,
    )


@blueprint.route("/accessibility/<int:message_id>", methods=["GET", "POST"])
def answer_obstacle(message_id: int) -> Page:
    """Show feedback on accessibility; answer it, by e-mail where there is an address."""
    actor, form = guard.actor(), messageforms.Answer()

    def send() -> None:
        secret = current_app.config["KAIKU"].secret_key
        goes = accessibility.answer(message_id, form.text.data or "", actor=actor, now=clock.now(), secret=secret)
        flash(_("The answer goes by e-mail.") if goes else _("Kept. No address was given for an answer."), "success")

    message = accessibility.look(message_id, actor=actor)
    return _answered(form, send) or _page(
        "messaging/answer_accessibility.html",
        form,
        message=message,
        today=period.day_of(clock.now()),
        read_in=messagewords.READ_IN[message.language],
        written=paragraphs.cut(message.text),
        answered=paragraphs.cut(message.answer),
    )


def _answered(form: messageforms.Answer, send: Callable[[], None]) -> Response | None:
    """Send a form that was filled in and go back to the list; None where the page is to be shown."""
    if not form.validate_on_submit():
        return None
    try:
        send()
    except NotFound:
        raise
    except DomainError as error:
        form.refuse("text", sentence_of(error))
        return None
    return redirect(url_for("areamessages.index"), 303)


def _page(template: str, form: messageforms.Answer, **facts: object) -> Page:
    return render_template(template, form=form, **facts), 422 if form.is_submitted() else 200
