"""The manager's tablets: enrol one with a QR, see when each was last in contact, take one out of use."""

import qrcode
from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard, pages
from venues import devices

blueprint = guard.guarded_blueprint("tablets", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/tablets")


@blueprint.get("/")
def index() -> str:
    """List the venue's tablets."""
    actor = guard.actor()
    rows = devices.list_devices(guard.own_venue(), actor=actor)
    return render_template("tablets/index.html", rows=rows, form=forms.EmptyForm())


@blueprint.post("/enrolment")
def enrol() -> str:
    """Show a one-time QR that makes a tablet one of the venue's."""
    if not forms.EmptyForm().validate():
        abort(400)
    actor = guard.actor()
    is_demo = current_app.config["KAIKU"].demo
    lasts = devices.ENROLMENT_LASTS_IN_DEMO if is_demo else devices.ENROLMENT_LASTS
    code = devices.plan_enrolment(actor=actor, venue_id=guard.own_venue(), now=clock.now(), lasts=lasts)
    # After the number sign the code stays in the browser: no server log and no proxy ever sees it.
    address = f"{pages.public_url()}{url_for('tablet.enrol_page')}#{code}"
    return render_template(
        "tablets/enrolment.html",
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
    device = devices.revoke(device_id, actor=guard.actor(), now=clock.now())
    flash(_("The tablet “%(name)s” reads no more cards.", name=device.name), "success")
    return redirect(url_for("tablets.index"), 303)


def _qr_path(text: str) -> tuple[str, int]:
    """Return a QR symbol as one SVG path and its side in modules, quiet zone included."""
    symbol = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    symbol.add_data(text)
    matrix = symbol.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, is_dark in enumerate(line) if is_dark)
    return path, len(matrix)
