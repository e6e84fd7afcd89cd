"""Confirm anew: a signed-in person proves to be there before something that reaches far. Who asks for it: the guard."""

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.models.network import User
from kaikukortti.signin import flow
from kaikukortti.signin.flow import Next
from kaikukortti.web import guard
from kaikukortti.web.forms import Form
from kaikukortti.web.sentences import sentence_of
from kaikukortti.web.signin import proving
from kaikukortti.web.signin.proving import Asked
from kaikukortti.web.signin.surroundings import secret, sender

blueprint = guard.guarded_blueprint("confirming", __name__, word=guard.SIGNED_IN, before_factor=True)

CHALLENGE = "confirming"
Answer = str | Response | tuple[str, int]


@blueprint.get("/account/confirm")
def confirm() -> Response:
    """Begin: by the second factor, or by the password where there is none."""
    step = flow.begin_confirm(_user().id, now=clock.now())
    session[CHALLENGE] = step.challenge
    way = proving.PASSWORD if step.next is Next.PASSWORD else proving.first_way(step.kinds)
    return redirect(url_for("confirming.prove", by=way, next=guard.safe_next(request.args.get("next"))), 303)


@blueprint.route("/account/confirm/<any(code, passkey, recovery, password):by>", methods=["GET", "POST"])
def prove(by: str) -> Answer:
    """Take the proof and go on to what was wanted."""
    form, refusal, status = proving.FORMS[by](), [], 200
    try:
        if form.validate_on_submit():
            try:
                _take(by, form)
                return redirect(guard.safe_next(request.args.get("next")) or url_for("ownaccount.index"), 303)
            except (flow.WrongCode, flow.WrongSignIn, flow.SignInWait) as error:
                refusal, status = _refuse(form, by, error), proving.status_of(error)
        elif form.is_submitted():
            status = 422
        asked = _ask(by, form)
    except flow.ChallengeGone:
        return redirect(url_for("confirming.confirm", next=guard.safe_next(request.args.get("next"))), 303)
    return render_template("signin/confirm.html", asked=asked, form=form, refusal=refusal), status


def _take(by: str, form: Form) -> None:
    user = _user()
    if by == proving.PASSWORD:
        _check_password_is_enough(user)
        flow.confirm_password(user.id, form["password"].data, sender=sender(), now=clock.now(), secret=secret())
    elif proving.answer(by, _challenge(), form) != user.id:
        raise flow.ChallengeGone()
    guard.confirm()
    session.pop(CHALLENGE, None)


def _ask(by: str, form: Form) -> Asked:
    if by == proving.PASSWORD:
        _check_password_is_enough(_user())
        return Asked(by, form, [])
    return proving.ask(by, _challenge(), endpoint="confirming.prove", form=form)


def _check_password_is_enough(user: User) -> None:
    """Who has a second factor confirms by it. Raises ChallengeGone, which leads to the beginning."""
    current = guard.find_current()
    if current is None or current.has_factor or current.user.id != user.id:
        raise flow.ChallengeGone()


def _refuse(form: Form, by: str, error: DomainError) -> list[str]:
    if by == proving.PASSWORD and isinstance(error, flow.WrongSignIn):
        form.refuse("password", sentence_of(error))
        return []
    field = proving.field_of(by, error)
    if field is None:
        return [sentence_of(error)]
    form.refuse(field, sentence_of(error))
    return []


def _challenge() -> str:
    return str(session.get(CHALLENGE) or "")


def _user() -> User:
    user = guard.find_user()
    assert user is not None  # the blueprint lets nobody else in
    return user
