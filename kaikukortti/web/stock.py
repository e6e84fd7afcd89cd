"""The coordinator prints stock cards for a unit and downloads the sheet."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cardsheet, clock, partners, stock
from kaikukortti.errors import DomainError
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from kaikukortti.web import choices, forms, guard, language
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("stock", __name__, roles=[Role.COORDINATOR], url_prefix="/stock")


@blueprint.route("/", methods=["GET", "POST"])
def index() -> str | Response | tuple[str, int]:
    """List the batches of the area and add a new one."""
    area_id, form, status = guard.own_area(), forms.PrintStock(), 200
    form.unit.choices = [(row.unit.id, language.name(row.unit)) for row in partners.list_units(area_id)]
    form.kind.choices = choices.options(choices.CARD_KINDS)
    if form.validate_on_submit():
        try:
            batch = stock.add_batch(
                actor=guard.actor(),
                unit_id=form.unit.data,
                count=form.count.data,
                kind=CardKind(form.kind.data),
                now=clock.now(),
            )
            flash(_("The cards are ready. Download the sheet and print it."), "success")
            return redirect(url_for("stock.index") + f"#batch-{batch.id}", 303)
        except DomainError as error:
            form.refuse("count", sentence_of(error))
    if form.is_submitted():
        status = 422
    batches = stock.list_batches(area_id)
    return render_template("stock/index.html", form=form, batches=batches, kinds=choices.CARD_KINDS), status


@blueprint.get("/<int:batch_id>/cards.pdf")
def sheet(batch_id: int) -> FlaskResponse:
    """Return the batch's cards that are still stock, on A4, both sides."""
    batch = stock.get_batch(batch_id, actor=guard.actor())
    faces = stock.list_faces(batch)
    if not faces:
        return FlaskResponse(_("Every card of this batch has been handed out."), 404, mimetype="text/plain")
    body = cardsheet.sheet_pdf(faces, title=f"Kaikukortti {batch.unit.name_fi} {batch.id}")
    response = FlaskResponse(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="kaikukortti-{batch.id}.pdf"'
    return response
