"""The registry of measures: the administrator records permissions and scales, the coordinator reads."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.followup import permissions
from kaikukortti.followup.permissions import Entry, Permission
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.measuring import measureforms, measurewords
from kaikukortti.web.followup.measuring.measureforms import HIGHEST, LOWEST, PermissionForm
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = gate.area_blueprint(
    "measures", __name__, url_prefix="/followup/measures", roles=(Role.ADMINISTRATOR, Role.COORDINATOR)
)

Page = str | Response | tuple[str, int]

BESIDE = {"form_never": "is_form_on", "permission_over": "valid_until"}
TEXTS = ("reference", "owner", "text_version")


@blueprint.get("/")
def index() -> Page:
    """List the registry: whose each measure is, for what it may be used, whether its form is on."""
    today = period.day_of(clock.now())
    entries = permissions.list_entries(actor=guard.actor(), area_id=guard.own_area(), today=today)
    return render_template("followup/measures/index.html", entries=entries, said=measurewords)


@blueprint.route("/<code>", methods=["GET", "POST"])
def show(code: str) -> Page:
    """Show a measure, and record its permission."""
    entry = _entry(code)
    form = PermissionForm(obj=entry.permission)
    if not form.is_submitted():
        return _page(entry, form, measureforms.scale_form(entry))
    if form.validate():
        reference, owner, version = (form[name].data for name in TEXTS)
        given = Permission(reference, owner, version, form.valid_until.data, bool(form.is_form_on.data))
        try:
            permissions.record(code, actor=guard.actor(), area_id=guard.own_area(), permission=given, now=clock.now())
        except DomainError as error:
            _refuse(form, error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("measures.show", code=code), 303)
    return _page(entry, form, measureforms.scale_form(entry, formdata=None), status=422)


@blueprint.post("/<code>/scales")
def set_scales(code: str) -> Page:
    """Set from where to where the parts of a measure run in the printouts."""
    entry = _entry(code)
    form = measureforms.scale_form(entry)
    if form.validate():
        domains = [name.removeprefix(LOWEST) for name in form.data if name.startswith(LOWEST)]
        ends = {domain: (form[LOWEST + domain].number, form[HIGHEST + domain].number) for domain in domains}
        scales = {domain: (low, high) for domain, (low, high) in ends.items() if low is not None and high is not None}
        actor, area_id, now = guard.actor(), guard.own_area(), clock.now()
        try:
            permissions.set_scales(code, actor=actor, area_id=area_id, scales=scales, now=now)
        except permissions.ScaleImpossible as error:
            form.refuse(HIGHEST + str(error.details["domain"]), sentence_of(error))
        else:
            flash(_("Saved. It holds from the next result on."), "success")
            return redirect(url_for("measures.show", code=code), 303)
    return _page(entry, PermissionForm(formdata=None, obj=entry.permission), form, status=422)


def _entry(code: str) -> Entry:
    today = period.day_of(clock.now())
    return permissions.get_entry(code, actor=guard.actor(), area_id=guard.own_area(), today=today)


def _refuse(form: PermissionForm, error: DomainError) -> None:
    """Put a no beside the field that it is about. Raises the error where it is about none."""
    field = BESIDE.get(error.code)
    if error.code.startswith("followup_text_"):
        field = next(name for name in TEXTS if _is_wrong(form[name].data))
    if field is None:
        raise error
    form.refuse(field, sentence_of(error))


def _is_wrong(text: str) -> bool:
    try:
        permissions.check_text(text)
    except DomainError:
        return True
    return False


def _page(entry: Entry, form: PermissionForm, scale_form: Any, *, status: int = 200) -> Page:
    domains = [domain.code for domain in entry.measure.domains if domain.is_scale_open]
    page = render_template(
        "followup/measures/show.html",
        entry=entry,
        form=form,
        scale_form=scale_form,
        scales=[(measurewords.part(code), scale_form[LOWEST + code], scale_form[HIGHEST + code]) for code in domains],
        said=measurewords,
        is_administrator=guard.actor().role is Role.ADMINISTRATOR,
    )
    return page, status
