"""Sign in and out, take up an invitation, choose the organisation to act for."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import accounts, clock
from kaikukortti.web import forms, guard, language, pages
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("accounts", __name__, word=guard.PUBLIC)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in with e-mail and password; a wrong pair keeps the e-mail and says nothing about which was wrong."""
    if guard.find_user() is not None:
        return redirect(pages.home_url())
    form, refusal, status = forms.SignIn(), [], 200
    if form.validate_on_submit():
        try:
            guard.sign_in(accounts.sign_in(email=form.email.data, password=form.password.data))
            return redirect(guard.safe_next(request.args.get("next")) or url_for("public.front"), 303)
        except accounts.WrongSignIn as error:
            refusal = [sentence_of(error)]
    if form.is_submitted():
        status = 422
    return render_template("accounts/sign_in.html", form=form, refusal=refusal), status


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    guard.sign_out()
    response = redirect(url_for("public.front"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> str | Response | tuple[str, int]:
    """Let an invited person set a password, once, and sign in."""
    now = clock.now()
    user = accounts.get_invited(token, now=now)
    form = forms.SetPassword()
    if form.validate_on_submit():
        try:
            guard.sign_in(accounts.accept_invitation(token=token, password=form.password.data, now=now))
            flash(_("Welcome. Your password is set."), "success")
            return redirect(url_for("public.front"), 303)
        except accounts.PasswordTooShort as error:
            form.refuse("password", sentence_of(error))
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/invitation.html", form=form, user=user), status


@blueprint.route("/organisation", methods=["GET", "POST"])
def choose_organisation() -> str | Response:
    """Choose for which of the own organisations to act."""
    user = guard.find_user()
    if user is None:
        return redirect(url_for("accounts.sign_in", next=request.path))
    form = forms.EmptyForm()
    chosen = request.form.get("membership", type=int)
    if form.validate_on_submit() and chosen is not None and guard.choose_membership(chosen):
        return redirect(url_for("public.front"), 303)
    homes = [
        (held.id, language.name(held.unit or held.venue or held.area), pages.ROLE_NAMES[held.role])
        for held in user.memberships
    ]
    return render_template("accounts/organisation.html", form=form, homes=homes)
