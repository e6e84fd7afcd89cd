"""A password is chosen by a link: an invitation's, or the one that came by e-mail for a forgotten password.

Neither link stands in for the second factor.
"""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import accounts, clock
from kaikukortti.signin import factors, passwords, resets
from kaikukortti.signin.throttling import SignInWait
from kaikukortti.web import guard
from kaikukortti.web.sentences import sentence_of
from kaikukortti.web.signin import signinforms
from kaikukortti.web.signin.surroundings import secret, sender

blueprint = guard.guarded_blueprint("newpassword", __name__, word=guard.PUBLIC)

Answer = str | Response | tuple[str, int]
REFUSED = (passwords.PasswordTooShort, passwords.PasswordCommon, passwords.PasswordOfContext)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> Answer:
    """Let an invited person set a password, once, and go on to the second factor where the role needs it."""
    now = clock.now()
    user = accounts.get_invited(token, now=now)
    form = signinforms.SetPassword()
    if form.validate_on_submit():
        try:
            invited = accounts.accept_invitation(token=token, password=form.password.data, now=now)
            return _enter(invited.id, _("Welcome. Your password is set."))
        except REFUSED as error:
            form.refuse("password", sentence_of(error))
    status = 422 if form.is_submitted() else 200
    return render_template("signin/invitation.html", form=form, user=user), status


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def forgotten() -> Answer:
    """Send a link to a new password; the answer is the same whether the address is known or not."""
    form, refusal, status, is_asked = signinforms.ForgottenPassword(), [], 200, False
    if form.validate_on_submit():
        try:
            resets.ask(email=form.email.data, sender=sender(), now=clock.now(), secret=secret())
            is_asked = True
        except SignInWait as error:
            refusal, status = [sentence_of(error)], 429
    elif form.is_submitted():
        status = 422
    return render_template("signin/forgotten.html", form=form, refusal=refusal, is_asked=is_asked), status


@blueprint.route("/account/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> Answer:
    """Set a new password by the link from the e-mail; all sessions end, and the second factor is asked for as ever."""
    now = clock.now()
    user = resets.find(token, now=now)
    form = signinforms.SetPassword()
    if form.validate_on_submit():
        try:
            resets.use(token, form.password.data, now=now)
            flash(_("Your new password is set. Sign in with it."), "success")
            return redirect(url_for("accounts.sign_in"), 303)
        except REFUSED as error:
            form.refuse("password", sentence_of(error))
    status = 422 if form.is_submitted() else 200
    return render_template("signin/reset.html", form=form, user=user), status


def _enter(user_id: int, said: str) -> Response:
    if factors.kinds_of(user_id):
        flash(said, "success")
        return redirect(url_for("accounts.sign_in"), 303)
    guard.begin(user_id, now=clock.now())
    flash(said, "success")
    return redirect(url_for("public.front"), 303)
