"""People of an area and their rights: one person, the area's own people, the half-yearly review."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from kaikukortti import accounts, clock
from kaikukortti.errors import DomainError
from kaikukortti.models.network import Area, Unit
from kaikukortti.partnership import people, rights
from kaikukortti.partnership.people import PersonRow
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, forms, guard, inviting, pages
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("rights", __name__, roles=[Role.COORDINATOR], url_prefix="/partners")

Page = str | Response | tuple[str, int]
AT_ONCE = 60


class Review(forms.Form):
    """The roles that were shown, and those that end; the others are kept."""

    shown = forms.Checkboxes(coerce=int, validate_choice=False)
    ending = forms.Checkboxes(_l("End"), coerce=int, validate_choice=False)


@blueprint.get("/people/<int:membership_id>")
@guard.confirmed
def person(membership_id: int) -> str:
    """Show one role of a person, and what can be done about it."""
    row = people.get(membership_id, actor=guard.actor())
    return render_template(
        "partnership/person.html",
        row=row,
        is_own=row.user_id == guard.actor().user_id,
        role=pages.ROLE_NAMES[row.role],
        form=forms.EmptyForm(),
        back_url=url_of_home(row),
        is_review_due=row.is_review_due(period.day_of(clock.now())),
    )


@blueprint.post("/people/<int:membership_id>/invite")
@guard.confirmed
def invite_again(membership_id: int) -> str | Response:
    """Give an invited person a new link to choose a password."""
    if not forms.EmptyForm().validate():
        abort(400)
    row = people.get(membership_id, actor=guard.actor())
    back_url = url_for("rights.person", membership_id=membership_id)
    return inviting.invite_again(membership_id, row.name, back_url=back_url, back_label=row.name)


@blueprint.post("/people/<int:membership_id>/end")
@guard.confirmed
def end(membership_id: int) -> Response:
    """End a role."""
    row = people.get(membership_id, actor=guard.actor())
    _do(rights.end_membership, membership_id)
    flash(_("The role of %(name)s has ended.", name=row.name), "success")
    return redirect(url_of_home(row), 303)


@blueprint.post("/people/<int:membership_id>/disable")
@guard.confirmed
def disable(membership_id: int) -> Response:
    """Put an account out of use."""
    _do(rights.disable, membership_id)
    flash(_("The account is out of use."), "success")
    return redirect(url_for("rights.person", membership_id=membership_id), 303)


@blueprint.post("/people/<int:membership_id>/enable")
@guard.confirmed
def enable(membership_id: int) -> Response:
    """Put an account in use again."""
    _do(rights.enable, membership_id)
    flash(_("The account is in use again."), "success")
    return redirect(url_for("rights.person", membership_id=membership_id), 303)


@blueprint.route("/review", methods=["GET", "POST"])
@guard.confirmed
def review() -> Page:
    """Review the rights that nobody has looked at for half a year: keep them, but those that end."""
    actor, area_id, now = guard.actor(), guard.own_area(), clock.now()
    today, form = period.day_of(now), Review()
    form.shown.choices = form.ending.choices = []
    problem = ""
    if form.validate_on_submit():
        try:
            ending = set(form.ending.data or [])
            kept, ended = rights.review(keep=form.shown.data or [], end=ending, actor=actor, now=now)
            flash(_("Kept: %(kept)s. Ended: %(ended)s.", kept=kept, ended=ended), "success")
            return redirect(url_for("rights.review"), 303)
        except DomainError as error:
            problem = sentence_of(error)
    rows = people.list_due(area_id, actor=actor, today=today, most=AT_ONCE)
    due, roles = people.count_due(area_id, today=today)
    page = render_template(
        "partnership/review.html",
        rows=rows,
        due=due,
        roles=roles,
        form=form,
        problem=problem,
        ending=set(form.ending.data or []),
        role_names=pages.ROLE_NAMES,
        own_id=actor.user_id,
    )
    return page, 422 if problem or form.errors else 200


@blueprint.get("/area")
def of_area() -> str:
    """Show the people of the area itself."""
    rows = people.list_of_area(guard.own_area(), actor=guard.actor())
    return render_template("partnership/area.html", rows=rows, role_names=pages.ROLE_NAMES)


@blueprint.route("/area/people", methods=["GET", "POST"])
@guard.confirmed
def invite() -> Page:
    """Invite a person who is responsible for the area, or who reads its figures."""
    form, status = forms.Invite(), 200
    form.role.choices = choices.options(choices.AREA_ROLES)
    back = {"back_url": url_for("rights.of_area"), "back_label": _("People of the area")}
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return inviting.invite(form, accounts.Home(area_id=guard.own_area()), **back)
            except DomainError as error:
                form.refuse("email", sentence_of(error))
                status = 409
    return render_template("partners/invite.html", form=form, **back), status


def _do(change: Callable[..., None], membership_id: int) -> None:
    if not forms.EmptyForm().validate():
        abort(400)
    change(membership_id, actor=guard.actor(), now=clock.now())


def url_of_home(row: PersonRow) -> str:
    """Return the page of the organisation of a role."""
    if isinstance(row.home, Area):
        return url_for("rights.of_area")
    if isinstance(row.home, Unit):
        return url_for("partners.unit", unit_id=row.home.id)
    return url_for("partners.venue", venue_id=row.home.id)
