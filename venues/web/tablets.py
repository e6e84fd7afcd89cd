"""The manager's tablets: enrol one with a QR, see how each stands, rename it, renew its keys, take it out of use."""

import qrcode
from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from kaikukortti import clock, partners
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard, hosts
from kaikukortti.web.sentences import sentence_of
from venues import devicecare, devices

blueprint = guard.guarded_blueprint("tablets", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/tablets")


STANDINGS = {
    "enrolled": _l("In use"),
    "quiet": _l("Quiet for 30 days"),
    "may_send": _l("May still send"),
    "revoked": _l("Out of use"),
}
BADGES = {"enrolled": "good", "quiet": "attention", "may_send": "attention"}

Page = str | Response | tuple[str, int]


class Rename(forms.Form):
    """What a tablet is called."""

    name = StringField(
        _l("Name of the tablet"),
        [DataRequired(_l("This is needed.")), Length(max=devicecare.LONGEST_NAME)],
        description=_l("For example where it stands. The name of no person."),
    )


@blueprint.get("/")
def index() -> str:
    """List the venue's tablets."""
    actor = guard.actor()
    rows = devicecare.list_devices(guard.own_venue(), actor=actor, now=clock.now())
    return render_template(
        "tablets/index.html",
        rows=rows,
        form=forms.EmptyForm(),
        standings=STANDINGS,
        badges=BADGES,
        instructed_on=partners.get_venue(guard.own_venue(), actor=actor).instructed_on,
    )


@blueprint.post("/enrolment")
@guard.confirmed
def enrol() -> str:
    """Show a one-time QR that makes a tablet one of the venue's."""
    if not forms.EmptyForm().validate():
        abort(400)
    return _enrolment_page()


@blueprint.get("/<int:device_id>")
def show(device_id: int) -> Page:
    """Show how one tablet stands, and what can be done with it."""
    return _tablet_page(device_id)


@blueprint.post("/<int:device_id>/name")
def rename(device_id: int) -> Page:
    """Give a tablet another name."""
    form = Rename()
    if form.validate():
        try:
            devicecare.rename(device_id, form.name.data, actor=guard.actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for("tablets.show", device_id=device_id), 303)
        except devicecare.NameImpossible as error:
            form.refuse("name", sentence_of(error))
    return _tablet_page(device_id, form)


@blueprint.post("/<int:device_id>/enrolment")
@guard.confirmed
def enrol_again(device_id: int) -> str:
    """Show a one-time QR that gives a tablet new keys under its old name."""
    if not forms.EmptyForm().validate():
        abort(400)
    row, _gaps = devicecare.look(device_id, actor=guard.actor(), now=clock.now())
    return _enrolment_page(row)


def _tablet_page(device_id: int, form: Rename | None = None) -> Page:
    row, gaps = devicecare.look(device_id, actor=guard.actor(), now=clock.now())
    page = render_template(
        "tablets/show.html",
        row=row,
        gaps=gaps,
        form=form or Rename(formdata=None, data={"name": row.name}),
        is_out=row.revoked_at is not None,
        standings=STANDINGS,
        badges=BADGES,
    )
    return page, 200 if form is None else 422


def _enrolment_page(renewed: devicecare.DeviceRow | None = None) -> str:
    actor = guard.actor()
    is_demo = current_app.config["KAIKU"].demo
    lasts = devices.ENROLMENT_LASTS_IN_DEMO if is_demo else devices.ENROLMENT_LASTS
    renews = None if renewed is None else renewed.id
    code = devices.plan_enrolment(actor=actor, venue_id=guard.own_venue(), now=clock.now(), lasts=lasts, renews=renews)
    # After the number sign the code stays in the browser: no server log and no proxy ever sees it.
    address = f"{hosts.door_url()}{url_for('tablet.enrol_page')}#{code}"
    return render_template(
        "tablets/enrolment.html",
        renewed=renewed,
        venue=partners.get_venue(guard.own_venue(), actor=actor),
        address=address,
        code="-".join(code[start : start + 4] for start in range(0, len(code), 4)),
        path=_qr_path(address),
        minutes=int(lasts.total_seconds() // 60),
    )


@blueprint.post("/<int:device_id>/revoke")
def revoke(device_id: int) -> Response:
    """Take a tablet out of use at once."""
    if not forms.EmptyForm().validate():
        abort(400)
    device = devicecare.revoke(device_id, actor=guard.actor(), now=clock.now())
    flash(_("The tablet “%(name)s” reads no more cards.", name=device.name), "success")
    return redirect(url_for("tablets.show", device_id=device_id), 303)


def _qr_path(text: str) -> tuple[str, int]:
    """Return a QR symbol as one SVG path and its side in modules, quiet zone included."""
    symbol = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    symbol.add_data(text)
    matrix = symbol.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, is_dark in enumerate(line) if is_dark)
    return path, len(matrix)
