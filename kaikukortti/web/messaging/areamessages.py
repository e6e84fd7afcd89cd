"""The coordinator's messages: what waits, announcements to the partners and who has read them."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.messaging import accessibility, announcements, feedback, freetext, turnedaway
from kaikukortti.messaging.announcements import Draft
from kaikukortti.models.messages import Audience
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, forms, guard, language
from kaikukortti.web.messaging import messageforms, messagewords, paragraphs
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("areamessages", __name__, roles=[Role.COORDINATOR], url_prefix="/area/messages")

Page = str | Response | tuple[str, int]
SHOWN_FOR = timedelta(days=30)


@blueprint.get("/")
def index() -> str:
    """Say what waits for the coordinator."""
    area_id, today = guard.own_area(), period.day_of(clock.now())
    return render_template(
        "messaging/area.html",
        feedback_waiting=feedback.count_waiting(area_id),
        reports_waiting=turnedaway.count_waiting(area_id),
        accessibility_waiting=accessibility.count_waiting(area_id, today=today),
    )


@blueprint.get("/announcements/")
def sent() -> str:
    """List the announcements of the area, with how many have read each."""
    today = period.day_of(clock.now())
    return render_template(
        "messaging/sent.html",
        sent=announcements.list_sent(actor=guard.actor(), today=today),
        audiences=messagewords.AUDIENCES,
    )


@blueprint.route("/announcements/new", methods=["GET", "POST"])
def announce() -> Page:
    """Write an announcement."""
    form = messageforms.Announce()
    form.audience.choices = choices.options(messagewords.AUDIENCES)
    if not form.is_submitted():
        form.last_on.data = period.day_of(clock.now()) + SHOWN_FOR
        return render_template("messaging/announce.html", form=form)
    if form.validate():
        draft = Draft(
            audience=Audience(form.audience.data),
            last_on=form.last_on.data,
            titles=messageforms.words_of(form, "title"),
            texts=messageforms.words_of(form, "text"),
        )
        try:
            found = announcements.publish(draft, actor=guard.actor(), now=clock.now())
            flash(_("The announcement is on the partners' pages now."), "success")
            return redirect(url_for("areamessages.announcement", announcement_id=found), 303)
        except DomainError as error:
            form.refuse(_field_of(error, draft), sentence_of(error))
    return render_template("messaging/announce.html", form=form), 422


@blueprint.get("/announcements/<int:announcement_id>")
def announcement(announcement_id: int) -> str:
    """Show an announcement and who has not read it."""
    reach = announcements.look(announcement_id, actor=guard.actor(), today=period.day_of(clock.now()))
    found = reach.sent.announcement
    return render_template(
        "messaging/reach.html",
        reach=reach,
        announcement=found,
        audience=messagewords.AUDIENCES[found.audience],
        written=[
            (code, name, getattr(found, f"title_{code}"), paragraphs.cut(getattr(found, f"text_{code}")))
            for code, name in language.LANGUAGES
            if getattr(found, f"text_{code}")
        ],
        form=forms.EmptyForm(),
    )


@blueprint.post("/announcements/<int:announcement_id>/withdraw")
def withdraw(announcement_id: int) -> Response:
    """Take an announcement back."""
    forms.check_names(())
    try:
        announcements.withdraw(announcement_id, actor=guard.actor(), now=clock.now())
        flash(_("The announcement was taken back. The partners do not see it any more."), "success")
    except announcements.IsWithdrawn as error:
        flash(sentence_of(error), "info")
    return redirect(url_for("areamessages.announcement", announcement_id=announcement_id), 303)


def _field_of(error: DomainError, draft: Draft) -> str:
    """Return beside which field a use case's no stands."""
    if isinstance(error, NotFound):
        raise error
    if isinstance(error, announcements.LastDayImpossible):
        return "last_on"
    if isinstance(error, announcements.HalfTranslated):
        code = str(error.details["language"])
        return f"{'title' if freetext.plain(draft.texts[code]) else 'text'}_{code}"
    return _refused(draft)


def _refused(draft: Draft) -> str:
    """Return the first field whose words may not stand."""
    for code in announcements.LANGUAGES:
        for part, written, most in (
            ("title", draft.titles, announcements.LONGEST_TITLE),
            ("text", draft.texts, announcements.LONGEST_TEXT),
        ):
            try:
                freetext.kept(written[code], most=most, may_be_empty=code != language.DEFAULT)
            except DomainError:
                return f"{part}_{code}"
    return "text_fi"
