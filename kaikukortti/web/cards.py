"""The issuing desk: hand out a card in three short steps, look at a card, block it, show and download its picture."""

from datetime import date

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cardface, cardprint, cards, clock, issuing, partners, stock
from kaikukortti.errors import DomainError
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import BlockReason, CardKind
from kaikukortti.web import choices, forms, guard
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("cards", __name__, roles=[Role.WORKER], url_prefix="/cards")

Page = str | Response | tuple[str, int]

FIELD_OF = {
    "birth_year_too_young": "birth_year",
    "birth_year_impossible": "birth_year",
    "postcode_impossible": "postcode",
    "children_impossible": "children",
}


@blueprint.get("/")
def desk() -> str:
    """Show the unit's newest cards, whether each has been taken into use, and the stock on hand."""
    actor, now = guard.actor(), clock.now()
    rows = cards.list_newest(actor=actor, now=now)
    return render_template(
        "cards/desk.html",
        rows=rows,
        left=stock.count_left(actor.unit_id or 0),
        today=period.day_of(now),
        form=forms.CardNumber(),
        prefixes=sorted(partners.list_prefixes()),
        kinds=choices.CARD_KINDS,
        states=choices.CARD_STATES,
    )


@blueprint.post("/find")
def find() -> Page:
    """Open the own unit's card that a number names; the number never stands in an address."""
    form, actor, now = forms.CardNumber(), guard.actor(), clock.now()
    if form.validate():
        try:
            return redirect(url_for("cards.show", card_id=cards.find(form.number.data, actor=actor, now=now)), 303)
        except DomainError as error:
            form.refuse("number", sentence_of(error))
    return render_template("cards/find.html", form=form, prefixes=sorted(partners.list_prefixes())), 422


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Step one: read or type a stock card."""
    form = forms.CardNumber()
    if not form.is_submitted():
        return _number_page(form, 200)
    if not form.validate():
        return _number_page(form, 422)
    try:
        card = issuing.check_stock(form.number.data, actor=guard.actor(), today=_today())
    except DomainError as error:
        form.refuse("number", sentence_of(error))
        return _number_page(form, 422)
    accepted = request.form.get("accepts_other_unit", "")
    if card.is_other_units and not accepted:
        return render_template("cards/other_unit.html", form=forms.OtherUnit(data={"number": card.number}), card=card)
    if card.kind is CardKind.COMMUNITY:
        return render_template("cards/community.html", form=forms.EmptyForm(), card=card, accepted=accepted)
    # The posted form has the number only: the answers start empty.
    answers = _answers_form(forms.ClientAnswers(formdata=None))
    answers.number.data, answers.accepts_other_unit.data = card.number, accepted
    return render_template("cards/answers.html", form=answers, card=card)


@blueprint.post("/new/answers")
def answers() -> Page:
    """Step two: the client's answers; on to the conditions when they make sense."""
    form = _answers_form(forms.ClientAnswers())
    card = _stock_of(form)
    if form.validate():
        for problem in issuing.find_problems(_read_answers(form), today=_today()):
            form.refuse(FIELD_OF[problem.code], sentence_of(problem))
    if form.errors or "back" in request.form:
        return render_template("cards/answers.html", form=form, card=card), 422 if form.errors else 200
    confirm = _answers_form(forms.Eligibility())
    return render_template("cards/confirm.html", form=confirm, card=card, summary=_summary(form), refusal=[])


@blueprint.post("/new/hand-out")
def hand_out() -> Page:
    """Step three: the three conditions, then the card is in use."""
    form, now = _answers_form(forms.Eligibility()), clock.now()
    if not form.validate():
        return render_template("cards/answers.html", form=form, card=_stock_of(form)), 422
    is_eligible = all((form.is_client.data, form.is_local.data, form.is_tight.data))
    try:
        card = issuing.register(
            form.number.data,
            actor=guard.actor(),
            answers=_read_answers(form),
            is_eligible=is_eligible,
            accepts_other_unit=bool(form.accepts_other_unit.data),
            now=now,
        )
    except DomainError as error:
        if error.code in FIELD_OF:
            form.refuse(FIELD_OF[error.code], sentence_of(error))
            return render_template("cards/answers.html", form=form, card=_stock_of(form)), 422
        return _refused_hand_out(form, error)
    return redirect(url_for("cards.handed_out", card_id=card.id), 303)


@blueprint.post("/new/community")
def hand_out_community() -> Page:
    """Take a community card of the unit into use."""
    form = forms.EmptyForm()
    if not form.validate():
        abort(400)
    card = issuing.register_community(
        request.form.get("number", ""),
        actor=guard.actor(),
        accepts_other_unit=bool(request.form.get("accepts_other_unit")),
        now=clock.now(),
    )
    return redirect(url_for("cards.handed_out", card_id=card.id), 303)


@blueprint.get("/<int:card_id>/handed-out")
def handed_out(card_id: int) -> str:
    """Say from when until when the card is in use, and what to tell the holder."""
    row = cards.look(card_id, actor=guard.actor(), now=clock.now())
    return render_template("cards/handed_out.html", row=row)


@blueprint.get("/<int:card_id>")
def show(card_id: int) -> str:
    """Show a card of the own unit: its days, its state, whether it has been taken into use."""
    return _card_page(card_id, _block_form(forms.BlockCard()))


@blueprint.post("/<int:card_id>/block")
def block(card_id: int) -> Page:
    """Close a card at once."""
    form = _block_form(forms.BlockCard())
    if not form.validate():
        return _card_page(card_id, form), 422
    cards.block(card_id, actor=guard.actor(), reason=BlockReason(form.reason.data), now=clock.now())
    flash(_("The card is blocked. It works nowhere any more."), "success")
    return redirect(url_for("cards.show", card_id=card_id), 303)


@blueprint.post("/<int:card_id>/unblock")
def unblock(card_id: int) -> Page:
    """Open a blocked card that was found again."""
    if not forms.EmptyForm().validate():
        abort(400)
    cards.unblock(card_id, actor=guard.actor(), now=clock.now())
    flash(_("The card is in use again."), "success")
    return redirect(url_for("cards.show", card_id=card_id), 303)


@blueprint.get("/<int:card_id>/card.<any(png, svg):kind>")
def picture(card_id: int, kind: str) -> FlaskResponse:
    """Return the front or the back of a card of the own unit as PNG (300 dpi) or SVG; `?save=1` downloads it."""
    actor = guard.actor()
    row = cards.look(card_id, actor=actor, now=clock.now())
    area = partners.get_area(partners.get_unit(actor.unit_id or 0, actor=actor).area_id)
    face = cardface.CardFace(
        number=row.number,
        area_name=area.name_fi,
        help_address=area.help_address,
        help_phone=area.help_phone,
        community=row.kind is CardKind.COMMUNITY,
        last_valid_on=row.last_on,
        children=None if row.kind is CardKind.COMMUNITY else row.children,
    )
    side: cardface.SideName = "back" if request.args.get("side") == "back" else "front"
    body: bytes | str
    if kind == "png":
        body, mimetype = cardprint.card_png(face, side=side), "image/png"
    else:
        body, mimetype = cardprint.card_svg(face, side=side), "image/svg+xml"
    response = FlaskResponse(body, mimetype=mimetype)
    if "save" in request.args:
        response.headers["Content-Disposition"] = f'attachment; filename="kaikukortti-{side}.{kind}"'
    return response


def _number_page(form: forms.CardNumber, status: int) -> tuple[str, int]:
    return render_template("cards/number.html", form=form, prefixes=sorted(partners.list_prefixes())), status


def _refused_hand_out(form: forms.Eligibility, error: DomainError) -> Page:
    """Answer a no at the last step: keep what was typed, or start anew when the card itself is the trouble."""
    if error.code in ("ticks_missing", "stock_of_other_unit"):
        page = render_template(
            "cards/confirm.html",
            form=form,
            card=_stock_of(form),
            summary=_summary(form),
            refusal=[sentence_of(error)],
        )
        return page, 422
    number_form = forms.CardNumber(formdata=None, number=number.grouped(form.number.data or ""))
    number_form.refuse("number", sentence_of(error))
    return _number_page(number_form, 409)


def _card_page(card_id: int, form: forms.BlockCard) -> str:
    now = clock.now()
    row = cards.look(card_id, actor=guard.actor(), now=now)
    return render_template(
        "cards/show.html",
        row=row,
        form=form,
        unblock_form=forms.EmptyForm(),
        today=period.day_of(now),
        kinds=choices.CARD_KINDS,
        states=choices.CARD_STATES,
    )


def _stock_of(form: forms.ClientAnswers) -> issuing.StockCard:
    return issuing.check_stock(form.number.data or "", actor=guard.actor(), today=_today())


def _answers_form(form: forms.ClientAnswers) -> forms.ClientAnswers:
    silent = _("Does not want to say")
    form.gender.choices = choices.options(choices.GENDERS, unanswered=silent)
    form.life_situation.choices = choices.options(choices.LIFE_SITUATIONS, unanswered=silent)
    form.language.choices = choices.options(choices.HOME_LANGUAGES, unanswered=silent)
    return form


def _block_form(form: forms.BlockCard) -> forms.BlockCard:
    form.reason.choices = choices.options(choices.BLOCK_REASONS)
    return form


def _read_answers(form: forms.ClientAnswers) -> issuing.Answers:
    return issuing.answers_of(
        birth_year=form.birth_year.data,
        postcode=form.postcode.data,
        children=form.children.data,
        gender=form.gender.data or None,
        life_situation=form.life_situation.data or None,
        language=form.language.data or None,
    )


def _summary(form: forms.ClientAnswers) -> list[tuple[str, str]]:
    silent = _("Does not want to say")
    return [
        (_("Year of birth"), str(form.birth_year.data)),
        (_("Postcode of the home"), form.postcode.data),
        (_("Own children or grandchildren under 18"), str(form.children.data)),
        (_("Gender"), choices.word(choices.GENDERS, form.gender.data or None) or silent),
        (_("Life situation"), choices.word(choices.LIFE_SITUATIONS, form.life_situation.data or None) or silent),
        (_("Language"), choices.word(choices.HOME_LANGUAGES, form.language.data or None) or silent),
    ]


def _today() -> date:
    return period.day_of(clock.now())
