"""Sign in step by step, sign out, choose the organisation to act for. How somebody is known is `signin.flow`'s."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.signin import flow
from kaikukortti.signin.flow import Next
from kaikukortti.web import guard, hosts, language, pages
from kaikukortti.web.forms import Form
from kaikukortti.web.sentences import sentence_of
from kaikukortti.web.signin import proving, signinforms
from kaikukortti.web.signin.surroundings import secret, sender

blueprint = guard.guarded_blueprint("accounts", __name__, word=guard.PUBLIC)

CHALLENGE = "challenge"
Answer = str | Response | tuple[str, int]


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Answer:
    """Take e-mail and password; a wrong pair keeps the e-mail and says nothing about which was wrong."""
    if guard.find_user() is not None:
        return redirect(_goal())
    form, refusal, status = signinforms.SignIn(), [], 200
    if form.validate_on_submit():
        try:
            return _go_on(
                flow.begin(
                    email=form.email.data,
                    password=form.password.data,
                    sender=sender(),
                    now=clock.now(),
                    secret=secret(),
                )
            )
        except (flow.WrongSignIn, flow.SignInWait) as error:
            refusal, status = [sentence_of(error)], proving.status_of(error)
    elif form.is_submitted():
        status = 422
    ended = guard.has_ended()
    return render_template("signin/sign_in.html", form=form, refusal=refusal, ended=ended), status


@blueprint.route("/sign-in/<any(code, passkey, recovery):by>", methods=["GET", "POST"])
def second(by: str) -> Answer:
    """Take the second step: a code, a passkey or a recovery code."""
    challenge, form, refusal, status = session.get(CHALLENGE, ""), proving.FORMS[by](), [], 200
    try:
        if form.validate_on_submit():
            try:
                guard.begin(proving.answer(by, challenge, form), now=clock.now())
                return redirect(_goal(), 303)
            except (flow.WrongCode, flow.SignInWait) as error:
                refusal, status = _refuse(form, by, error), proving.status_of(error)
        elif form.is_submitted():
            status = 422
        asked = proving.ask(by, challenge, endpoint="accounts.second", form=form)
    except flow.ChallengeGone:
        return _start_anew()
    return render_template("signin/second.html", asked=asked, form=form, refusal=refusal), status


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session, here and in the browser's memory."""
    guard.drop_session()
    response = redirect(url_for("public.front"), 303)
    # Not "cookies": the reader's language is one. "storage" would empty a tablet that shares the address with us.
    response.headers["Clear-Site-Data"] = '"cache", "storage"' if hosts.are_apart() else '"cache"'
    return response


@blueprint.route("/organisation", methods=["GET", "POST"])
def choose_organisation() -> str | Response:
    """Choose for which of the own organisations to act."""
    user = guard.find_user()
    if user is None:
        return redirect(url_for("accounts.sign_in", next=request.path))
    form = signinforms.Choice()
    chosen = request.form.get("membership", type=int)
    if form.validate_on_submit() and chosen is not None and guard.choose_membership(chosen):
        return redirect(url_for("public.front"), 303)
    homes = [
        (held.id, language.name(held.unit or held.venue or held.area), pages.ROLE_NAMES[held.role])
        for held in user.open_memberships
    ]
    return render_template("signin/organisation.html", form=form, homes=homes)


def _go_on(step: flow.Step) -> Response:
    if step.next is Next.FACTOR:
        session[CHALLENGE] = step.challenge
        way = proving.first_way(step.kinds)
        return redirect(url_for("accounts.second", by=way, next=guard.safe_next(request.args.get("next"))), 303)
    guard.begin(step.user_id, now=clock.now())
    return redirect(url_for("factors.index") if step.next is Next.SETUP else _goal(), 303)


def _goal() -> str:
    return guard.safe_next(request.args.get("next")) or url_for("public.front")


def _refuse(form: Form, by: str, error: DomainError) -> list[str]:
    field = proving.field_of(by, error)
    if field is None:
        return [sentence_of(error)]
    form.refuse(field, sentence_of(error))
    return []


def _start_anew() -> Response:
    if session.pop(CHALLENGE, None) is not None:
        flash(_("That took too long or was wrong too often. Sign in from the beginning."), "warning")
    return redirect(url_for("accounts.sign_in", next=guard.safe_next(request.args.get("next"))), 303)
