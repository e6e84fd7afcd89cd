"""The holder types number and own key, and the own card opens. There is no sign-in, and no number in any address."""

from flask import Response, make_response, redirect, request, url_for
from wtforms import StringField
from wtforms.validators import DataRequired

from kaikukortti import clock
from kaikukortti.followup import ownsessions
from kaikukortti.followup.ownsessions import OwnKeyWait, OwnKeyWrong
from kaikukortti.requestcounts import Rate
from kaikukortti.rules import identitycode
from kaikukortti.web import forms, ratelimit
from kaikukortti.web.followup import gate, ownsession
from kaikukortti.web.followup.own import ownpage, ownreading, ownwords
from kaikukortti.web.followup.own.ownshape import Entry

blueprint = ownpage.blueprint("ownentry", __name__, needs_open=False)

TRIES = Rate(60)


class OpenForm(forms.Form):
    """The card's number and the own key. What is wrong is said in the words of the page's reading."""

    number = StringField("", [DataRequired()])
    key = StringField("", [DataRequired()])


@blueprint.app_template_global("own_card_is_in_use")
def is_in_use() -> bool:
    """Return whether any area lets holders open their card: only then does the front page lead here."""
    return ownsessions.is_in_use()


@blueprint.route("/", methods=["GET", "POST"])
def enter() -> Response:
    """Ask for number and key, say why the page was closed; open the card. Whatever is open in this browser, the page
    says nothing of it: the next reader may be somebody else.
    """
    form, closed = OpenForm(), request.args.get("closed", "")
    if form.is_submitted():
        ratelimit.check("own entry", TRIES)
        return _open(form)
    answer = _page(form, 200, closed=closed)
    if closed:
        ownsession.close()
        ownsession.take_away(answer)
    return answer


def _open(form: OpenForm) -> Response:
    reading = ownreading.current()
    words = ownwords.words(reading).entry
    wrong = {} if form.validate() else _unreadable(form, words)
    if wrong:
        return _page(form, 422, wrong=wrong)
    try:
        opened = ownsessions.open(
            form.number.data, form.key.data, sender=request.remote_addr or "", now=clock.now(), secret=gate.secret()
        )
    except OwnKeyWait as error:
        return _page(form, 429, refused=words.wait.format(clock=reading.clock(error.until)))
    except OwnKeyWrong:
        return _page(form, 422, refused=words.wrong)
    ownsession.close()
    answer = make_response(redirect(url_for("owncard.show"), 303))
    ownsession.give(answer, opened.token)
    return answer


def _unreadable(form: OpenForm, words: Entry) -> dict[str, str]:
    """Return what to say beside each field that cannot be read as it is; a key that is too long is a wrong one."""
    return {
        field.name: words.identity if identitycode.holds_one(field.data or "") else words.missing
        for field in (form.number, form.key)
        if field.errors
    }


def _page(form: OpenForm, status: int, *, wrong: dict[str, str] | None = None, **said: str) -> Response:
    return ownpage.render("followup/own/enter.html", status, form=form, wrong=wrong or {}, **said)
