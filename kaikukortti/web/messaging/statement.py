"""The accessibility statement, drawn from the results of the tests, and the form for feedback on it.

What it has to say is the law's (306/2019): how far the pages meet the requirements, what is lacking and why, how that
was found out, how to give feedback, and whom to turn to when the answer does not help.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.messaging import accessibility
from kaikukortti.messaging.accessibility import Sent
from kaikukortti.requestcounts import Rate
from kaikukortti.web import guard, language, ratelimit
from kaikukortti.web.messaging import messageforms, testresults
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("statement", __name__, word=guard.PUBLIC, url_prefix="/accessibility")

SELDOM = Rate(10)
Page = str | Response | tuple[str, int]


@blueprint.before_request
def be_patient() -> None:
    """Let one address ask so often, and send less often."""
    ratelimit.check("accessibility")
    if request.method == "POST":
        ratelimit.check("accessibility_sent", SELDOM)


@blueprint.route("/", methods=["GET", "POST"])
def show() -> Page:
    """Show the statement; take feedback."""
    areas = partners.list_areas()
    form = messageforms.AccessibilityFeedback()
    form.area.choices = [(area.id, language.name(area)) for area in areas]
    if form.is_submitted() and form.validate():
        sent = Sent(
            area_id=form.area.data,
            text=form.text.data or "",
            page=form.page.data or "",
            email=form.email.data or "",
            language=language.language_now(),
        )
        try:
            due_on = accessibility.send(sent, now=clock.now())
            flash(_("Thank you. You get an answer by %(day)s.", day=language.day(due_on)), "success")
            return redirect(url_for("statement.show"), 303)
        except DomainError as error:
            form.refuse("email" if error.code == "accessibility_address" else "text", sentence_of(error))
    page = render_template("messaging/statement.html", form=form, areas=areas, results=testresults.read())
    return page, 422 if form.is_submitted() else 200
