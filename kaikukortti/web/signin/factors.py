"""The own second factors: set up, add, name, remove; recovery codes, shown once."""

import json
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cardcodes, clock
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import User
from kaikukortti.signin import demo, factors, passkeys, recoverycodes, totp
from kaikukortti.signin.challenges import ChallengeGone, WrongCode
from kaikukortti.signin.factors import Factor
from kaikukortti.web import guard, sheetpage
from kaikukortti.web.forms import EmptyForm
from kaikukortti.web.sentences import sentence_of
from kaikukortti.web.sheetpage import Drawing
from kaikukortti.web.signin import signinforms
from kaikukortti.web.signin.surroundings import is_demo, relying_party, secret

blueprint = guard.guarded_blueprint(
    "factors", __name__, word=guard.SIGNED_IN, url_prefix="/account/factors", before_factor=True
)

CHALLENGE = "adding"
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class NewApp:
    """What the app has to be told: as QR code, as text in groups of four; and the same under seal for the form."""

    code: Drawing
    text: str
    sealed: str
    demo_code: str | None


@blueprint.get("/")
def index() -> str:
    """List the own second factors, or explain what has to be set up first."""
    user = _user()
    return render_template(
        "signin/factors.html",
        factors=factors.list_own(user.id),
        codes_left=recoverycodes.count_left(user.id),
        is_needed=guard.needs_factor(),
        form=EmptyForm(),
    )


@blueprint.route("/app", methods=["GET", "POST"])
@guard.confirmed
def add_app() -> Answer:
    """Add an authenticator app: its secret as a picture and in text; a code of it proves that it works."""
    user, form = _user(), signinforms.NewApp()
    sealed = request.form.get("sealed", "")
    if form.validate_on_submit():
        try:
            totp.add(user.id, sealed, form.code.data, form.name.data, now=clock.now(), secret=secret())
            return _added()
        except WrongCode as error:
            form.refuse("code", sentence_of(error))
        except factors.TooManyFactors as error:
            form.refuse("name", sentence_of(error))
    if not form.is_submitted():
        form.name.data = _("Phone")
    app = _proposed(user, sealed)
    return render_template("signin/add_app.html", form=form, app=app), 422 if form.is_submitted() else 200


@blueprint.route("/passkey", methods=["GET", "POST"])
@guard.confirmed
def add_passkey() -> Answer:
    """Add a passkey, which the page's script lets the device make."""
    user, form, now, refusal = _user(), signinforms.NewPasskey(), clock.now(), []
    if form.validate_on_submit():
        try:
            passkeys.add(
                session.pop(CHALLENGE, ""),
                request.form.get("response", ""),
                form.name.data,
                user_id=user.id,
                now=now,
                rp=relying_party(),
            )
            return _added()
        except (ChallengeGone, passkeys.PasskeyRefused, factors.TooManyFactors) as error:
            refusal = [sentence_of(error)]
    if not form.is_submitted():
        form.name.data = _("This device")
    session[CHALLENGE], options = passkeys.options_to_add(user.id, now=now, rp=relying_party())
    page = render_template("signin/add_passkey.html", form=form, options=json.dumps(options), refusal=refusal)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<int:factor_id>", methods=["GET", "POST"])
@guard.confirmed
def rename(factor_id: int) -> Answer:
    """Call a second factor by another name."""
    user, form = _user(), signinforms.FactorName()
    factor = _own(user, factor_id)
    if form.validate_on_submit():
        factors.rename(factor_id, user_id=user.id, name=form.name.data)
        flash(_("The name is changed."), "success")
        return redirect(url_for("factors.index"), 303)
    if not form.is_submitted():
        form.name.data = factor.name
    status = 422 if form.is_submitted() else 200
    return render_template("signin/factor.html", form=form, factor=factor), status


@blueprint.route("/<int:factor_id>/remove", methods=["GET", "POST"])
@guard.confirmed
def remove(factor_id: int) -> Answer:
    """Remove a second factor, after a question; who needs one keeps the last."""
    user, form, refusal = _user(), EmptyForm(), []
    factor = _own(user, factor_id)
    if form.validate_on_submit():
        try:
            factors.remove(factor_id, user_id=user.id, now=clock.now())
            flash(_("It is removed and opens nothing any more."), "success")
            return redirect(url_for("factors.index"), 303)
        except factors.LastFactor as error:
            refusal = [sentence_of(error)]
    status = 409 if refusal else 200
    return render_template("signin/remove_factor.html", form=form, factor=factor, refusal=refusal), status


@blueprint.route("/recovery-codes", methods=["GET", "POST"])
@guard.confirmed
def recovery_codes() -> Answer:
    """Make new recovery codes and show them this once, ready to be printed."""
    user, form, codes = _user(), EmptyForm(), list[str]()
    if not factors.kinds_of(user.id):
        return redirect(url_for("factors.index"), 303)
    if form.validate_on_submit():
        codes = recoverycodes.renew(user.id, now=clock.now())
    left = recoverycodes.count_left(user.id)
    return render_template("signin/recovery_codes.html", form=form, codes=codes, left=left, made_on=clock.now())


def _added() -> Response:
    """Go on: who has no recovery codes makes them now."""
    flash(_("It works. From now on it is asked for when you sign in."), "success")
    has_codes = recoverycodes.count_left(_user().id) > 0
    return redirect(url_for("factors.index" if has_codes else "factors.recovery_codes"), 303)


def _proposed(user: User, sealed: str) -> NewApp:
    """Return the secret of the form that came back, or a new one."""
    try:
        made = totp.proposed_again(user, sealed, secret=secret()) if sealed else totp.propose(user, secret=secret())
    except DomainError:
        made = totp.propose(user, secret=secret())
    groups = " ".join(made.secret_text[at : at + 4] for at in range(0, len(made.secret_text), 4))
    code = demo.next_code(made.secret_text, now=clock.now(), after=None) if is_demo() else None
    return NewApp(sheetpage.drawing(cardcodes.address_matrix(made.uri)), groups, made.sealed, code)


def _own(user: User, factor_id: int) -> Factor:
    found = next((factor for factor in factors.list_own(user.id) if factor.factor_id == factor_id), None)
    if found is None:
        raise NotFound()
    return found


def _user() -> User:
    user = guard.find_user()
    assert user is not None  # the blueprint lets nobody else in
    return user
