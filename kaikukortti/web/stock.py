"""The coordinator's stock: print a batch, download its sheet, mark one stolen, take single cards out."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cardsheet, clock, partners, stock, stockcare
from kaikukortti.errors import DomainError
from kaikukortti.models.network import PartnerState
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, CardReason
from kaikukortti.web import choices, forms, guard, language, stockforms, stockwords
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("stock", __name__, roles=[Role.COORDINATOR], url_prefix="/stock")

Page = str | Response | tuple[str, int]


@blueprint.route("/", methods=["GET", "POST"])
@guard.confirmed_when(guard.is_writing)
def index() -> Page:
    """List the batches of the area and the units' stock, and add a new batch."""
    area_id, form, status = guard.own_area(), forms.PrintStock(), 200
    units = stockcare.list_units(actor=guard.actor())
    here = [row.unit for row in units if row.unit.state is not PartnerState.LEFT]
    form.unit.choices = [(unit.id, language.name(unit)) for unit in here]
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
    page = render_template(
        "stock/index.html",
        form=form,
        batches=stock.list_batches(area_id),
        units=units,
        kinds=choices.CARD_KINDS,
        difference=stockwords.difference,
    )
    return page, status


@blueprint.get("/<int:batch_id>")
def batch(batch_id: int) -> str:
    """Show a batch: what is left, what was handed out, and the way to mark it stolen."""
    row = stock.look_at_batch(batch_id, actor=guard.actor())
    return render_template("stock/batch.html", row=row, form=forms.EmptyForm(), kinds=choices.CARD_KINDS)


@blueprint.post("/<int:batch_id>/stolen")
@guard.confirmed
def mark_stolen(batch_id: int) -> Response:
    """Take all that is left of a batch out of use."""
    forms.check_names(())
    try:
        count = stockcare.mark_stolen(batch_id, actor=guard.actor(), now=clock.now())
    except stockcare.StolenAlready as error:
        flash(sentence_of(error), "info")
    else:
        flash(
            language.ngettext(
                "The batch is marked as stolen. %(num)s card was taken out of use.",
                "The batch is marked as stolen. %(num)s cards were taken out of use.",
                count,
            ),
            "success",
        )
    return redirect(url_for("stock.batch", batch_id=batch_id), 303)


@blueprint.route("/destroy", methods=["GET", "POST"])
def destroy() -> Page:
    """Take a single stock card out of use."""
    form, status = stockforms.DestroyCard(), 200
    if form.validate_on_submit():
        reason = CardReason(form.reason.data)
        try:
            stockcare.destroy(form.number.data, reason=reason, actor=guard.actor(), now=clock.now())
            flash(_("The card is out of stock. Nobody can hand it out any more."), "success")
            return redirect(url_for("stock.destroy"), 303)
        except DomainError as error:
            form.refuse("number", sentence_of(error))
    if form.is_submitted():
        status = 422
    return render_template("stock/destroy.html", form=form, prefixes=sorted(partners.list_prefixes())), status


@blueprint.get("/<int:batch_id>/cards.pdf")
@guard.confirmed
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
