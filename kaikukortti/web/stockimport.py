"""The coordinator takes in codes that were printed elsewhere: send a file, read what would happen, confirm.

Between the two steps the examined codes travel in the page, sealed: no file stays on the server, and what is
confirmed is what was examined.
"""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from kaikukortti import clock, partners, stockcodes, stockimport, tables
from kaikukortti.models.network import PartnerState
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from kaikukortti.stockcodes import Line, Sheet
from kaikukortti.stockimport import ImportOvertaken, ImportRefused, Plan
from kaikukortti.web import choices, guard, language, stockforms, stockwords
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("stockimport", __name__, roles=[Role.COORDINATOR], url_prefix="/stock/import")

Page = str | Response | tuple[str, int]

LARGEST_BODY = tables.MOST_BYTES + 64 * 1024
SEAL_LASTS = 4 * 3600
MOST_SHOWN = 2_000  # a file with more problems than a print run has cards is the wrong file; the command lists them all


@blueprint.url_value_preprocessor
def allow_long_lists(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a coordinator send more than any other form needs; this runs before the body is searched for its token."""
    membership = guard.find_membership()
    if membership is not None and membership.role is Role.COORDINATOR:
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY


@blueprint.route("", methods=["GET", "POST"])
@guard.confirmed
def index() -> Page:
    """Ask for a file, examine it, and say what an import would do."""
    form, status = stockforms.ImportFile(), 200
    units = partners.list_units(guard.own_area())
    here = [row.unit for row in units if row.unit.state is not PartnerState.LEFT]
    form.unit.choices = [(unit.id, language.name(unit)) for unit in here]
    if form.validate_on_submit():
        try:
            sheet = stockcodes.read(form.file.data.read())
            plan = stockimport.plan(sheet, unit_id=form.unit.data, actor=guard.actor(), now=clock.now())
            return _report(plan, sheet, form.unit.data)
        except tables.Unreadable as error:
            form.refuse("file", stockwords.unreadable(error))
    if form.is_submitted():
        status = 422
    return render_template("stock/import.html", form=form, most=stockcodes.MOST_CODES, kinds=choices.CARD_KINDS), status


@blueprint.post("/confirm")
@guard.confirmed
def confirm() -> Page:
    """Take in the examined codes: all of them, or none."""
    form = stockforms.ImportExamined()
    found = _unseal(form.examined.data or "") if form.validate() else None
    if found is None:
        flash(_("The examined list was open for too long. Choose the file again. Nothing was taken in."), "error")
        return redirect(url_for("stockimport.index"), 303)
    sheet, unit_id = found
    try:
        taken = stockimport.run(sheet, unit_id=unit_id, actor=guard.actor(), now=clock.now())
    except ImportRefused as refused:
        return _report(Plan((), 0, refused.problems), sheet, unit_id)
    except ImportOvertaken as error:
        flash(sentence_of(error), "error")
        return redirect(url_for("stockimport.index"), 303)
    flash(_taken_words(taken), "success")
    anchor = f"#batch-{taken.batch_ids[-1]}" if taken.batch_ids else ""
    return redirect(url_for("stock.index") + anchor, 303)


def _report(plan: Plan, sheet: Sheet, unit_id: int) -> Page:
    unit = partners.get_unit(unit_id, actor=guard.actor())
    is_ready = bool(plan.new) and not plan.problems
    form = stockforms.ImportExamined(formdata=None, data={"examined": _seal(sheet, unit_id)} if is_ready else {})
    page = render_template(
        "stock/import_report.html",
        plan=plan,
        unit=unit,
        unread=sheet.unread,
        form=form,
        problems=[(each, stockwords.in_cell(each)) for each in plan.problems[:MOST_SHOWN]],
        is_ready=is_ready,
        by_kind={kind: sum(card.kind is kind for card in plan.new) for kind in CardKind},
        kinds=choices.CARD_KINDS,
    )
    return page, 422 if plan.problems else 200


def _taken_words(taken: stockimport.Taken) -> str:
    if not taken.added:
        return str(_("The unit has all these codes already. Nothing was changed."))
    return language.ngettext("%(num)s card was taken into stock.", "%(num)s cards were taken into stock.", taken.added)


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="stock-import")


def _seal(sheet: Sheet, unit_id: int) -> str:
    lines = [(line.row, line.text, line.kind.value) for line in sheet.lines]
    return str(_sealer().dumps([guard.actor().user_id, unit_id, sheet.column, lines]))


def _unseal(text: str) -> tuple[Sheet, int] | None:
    """Return what was examined, None for a seal that is broken, old or another person's."""
    try:
        user_id, unit_id, column, lines = _sealer().loads(text, max_age=SEAL_LASTS)
    except BadData:
        return None
    if user_id != guard.actor().user_id:
        return None
    return Sheet(tuple(Line(row, code, CardKind(kind)) for row, code, kind in lines), column=column), unit_id
