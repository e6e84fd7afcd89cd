"""The own account: what it opens, the own sessions, the own password. Second factors: factors."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.signin import factors, flow, ownpassword, passwords, sessions
from kaikukortti.signin.sessions import Current
from kaikukortti.web import guard, pages
from kaikukortti.web.forms import EmptyForm
from kaikukortti.web.sentences import sentence_of
from kaikukortti.web.signin import signinforms
from kaikukortti.web.signin.surroundings import secret, sender

blueprint = guard.guarded_blueprint("ownaccount", __name__, word=guard.SIGNED_IN, url_prefix="/account")

Answer = str | Response | tuple[str, int]
REFUSED = (passwords.PasswordTooShort, passwords.PasswordCommon, passwords.PasswordOfContext)


@blueprint.get("/")
def index() -> str:
    """Show what the account is and where each part of it is changed."""
    user = _current().user
    own = factors.list_own(user.id)
    return render_template("signin/account.html", user=user, factors=own, roles=pages.ROLE_NAMES)


@blueprint.get("/sessions")
def list_sessions() -> str:
    """List the own sessions that go on."""
    current = _current()
    own = sessions.list_own(current.user.id, now=clock.now())
    return render_template(
        "signin/sessions.html", sessions=own, this_one=current.session_id, roles=pages.ROLE_NAMES, form=EmptyForm()
    )


@blueprint.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    """End one of the own sessions."""
    if EmptyForm().validate_on_submit():
        sessions.end(session_id, user_id=_current().user.id)
        flash(_("That session has ended."), "success")
    return redirect(url_for("ownaccount.list_sessions"), 303)


@blueprint.post("/sessions/end-others")
def end_others() -> Response:
    """End all own sessions but this one."""
    if EmptyForm().validate_on_submit():
        current = _current()
        sessions.end_all(current.user.id, but=current.session_id)
        flash(_("All other sessions have ended."), "success")
    return redirect(url_for("ownaccount.list_sessions"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@guard.confirmed
def password() -> Answer:
    """Change the own password; sessions elsewhere end."""
    form, refusal, status = signinforms.ChangePassword(), [], 200
    if form.validate_on_submit():
        try:
            _change(form.old.data, form.password.data)
            flash(_("Your password is changed. You are signed in here only."), "success")
            return redirect(url_for("ownaccount.index"), 303)
        except REFUSED as error:
            form.refuse("password", sentence_of(error))
        except flow.WrongSignIn:
            form.refuse("old", _("This is not your password of now."))
        except flow.SignInWait as error:
            refusal, status = [sentence_of(error)], 429
    if form.is_submitted() and status == 200:
        status = 422
    return render_template("signin/password.html", form=form, refusal=refusal, user=_current().user), status


def _change(old: str, new: str) -> None:
    current = _current()
    ownpassword.change(
        current.user.id, old, new, session_id=current.session_id, sender=sender(), now=clock.now(), secret=secret()
    )


def _current() -> Current:
    current = guard.find_current()
    assert current is not None  # the blueprint lets nobody else in
    return current
