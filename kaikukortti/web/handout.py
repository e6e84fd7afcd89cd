"""Handing out a card in four short steps: read it, answer, confirm, in use. A paper form is entered this way too.

What happens to a card afterwards is in cards, cardlife and cardchange.
"""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cardhistory, clock, issuing, partners
from kaikukortti.errors import DomainError
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from kaikukortti.web import cardstate, choices, deskforms, guard
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("handout", __name__, roles=[Role.WORKER], url_prefix="/cards")

Page = str | Response | tuple[str, int]
Carried = deskforms.StockNumber | deskforms.ClientAnswers

FIELD_OF = {
    "birth_year_too_young": "birth_year",
    "birth_year_impossible": "birth_year",
    "postcode_impossible": "postcode",
    "children_impossible": "children",
}
DAY_CODES = {"handed_out_too_old", "handed_out_in_future"}
KEEPS_ANSWERS = {"ticks_missing", "stock_of_other_unit", *DAY_CODES}


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Step one: read or type a stock card."""
    form = deskforms.StockNumber()
    if not form.is_submitted():
        return _number_page(form, 200)
    if not form.validate():
        return _number_page(form, 422)
    try:
        card = _stock_of(form)
    except DomainError as error:
        form.refuse("handed_out_on" if error.code in DAY_CODES else "number", sentence_of(error))
        return _number_page(form, 422)
    accepted, handed_out_on = request.form.get("accepts_other_unit", ""), form.handed_out_on.data
    if card.is_other_units and not accepted:
        asked = deskforms.OtherUnit(formdata=None, number=card.number, handed_out_on=handed_out_on)
        return render_template("cards/other_unit.html", form=asked, card=card)
    # The posted form has the number only: the answers start empty.
    carried = {"number": card.number, "accepts_other_unit": accepted, "handed_out_on": handed_out_on}
    if card.kind is CardKind.COMMUNITY:
        return _community_page(deskforms.CommunityCard(formdata=None, data=carried), card)
    return _answers_page(deskforms.ClientAnswers(formdata=None, data=carried), card, 200)


@blueprint.post("/new/answers")
def answers() -> Page:
    """Step two: the client's answers; on to the conditions when they make sense."""
    form = deskforms.ClientAnswers()
    card = _stock_of(form)
    if form.validate():
        for problem in issuing.find_problems(_read_answers(form), today=_today()):
            form.refuse(FIELD_OF[problem.code], sentence_of(problem))
    if form.errors or "back" in request.form:
        return _answers_page(form, card, 422 if form.errors else 200)
    return _confirm_page(deskforms.Eligibility(), card, 200)


@blueprint.post("/new/hand-out")
def hand_out() -> Page:
    """Step three: the three conditions, then the card is in use."""
    form, now = deskforms.Eligibility(), clock.now()
    if not form.validate():
        return _answers_page(form, _stock_of(form), 422)
    is_eligible = all((form.is_client.data, form.is_local.data, form.is_tight.data))
    try:
        card = issuing.register(
            form.number.data,
            actor=guard.actor(),
            answers=_read_answers(form),
            is_eligible=is_eligible,
            accepts_other_unit=bool(form.accepts_other_unit.data),
            handed_out_on=form.handed_out_on.data,
            now=now,
        )
    except DomainError as error:
        return _refused(form, error)
    return redirect(url_for("handout.handed_out", card_id=card.id), 303)


@blueprint.post("/new/community")
def hand_out_community() -> Page:
    """Take a community card of the unit into use."""
    form = deskforms.CommunityCard()
    if not form.validate():
        return redirect(url_for("handout.new"), 303)
    card = issuing.register_community(
        form.number.data or "",
        actor=guard.actor(),
        accepts_other_unit=bool(form.accepts_other_unit.data),
        handed_out_on=form.handed_out_on.data,
        now=clock.now(),
    )
    return redirect(url_for("handout.handed_out", card_id=card.id), 303)


@blueprint.get("/<int:card_id>/handed-out")
def handed_out(card_id: int) -> str:
    """Say from when until when the card is in use, what to write on it, and what to tell the holder."""
    actor, now = guard.actor(), clock.now()
    life, today = cardhistory.look(card_id, actor=actor, now=now), period.day_of(now)
    may_undo = cardstate.may_undo(life, today)
    return render_template("cards/handed_out.html", row=life.row, today=today, may_undo=may_undo)


def _number_page(form: deskforms.StockNumber, status: int) -> Page:
    page = render_template(
        "cards/number.html",
        form=form,
        prefixes=sorted(partners.list_prefixes()),
        today=_today(),
        days=card_rules.OLDEST_PAPER,
    )
    return page, status


def _community_page(form: deskforms.CommunityCard, card: issuing.StockCard) -> Page:
    return render_template("cards/community.html", form=form, card=card, today=_today())


def _answers_page(form: deskforms.ClientAnswers, card: issuing.StockCard, status: int) -> Page:
    return render_template("cards/answers.html", form=form, card=card, today=_today()), status


def _confirm_page(form: deskforms.Eligibility, card: issuing.StockCard, status: int, *refusal: str) -> Page:
    twins = issuing.find_twins(_read_answers(form), actor=guard.actor(), now=clock.now())
    page = render_template(
        "cards/confirm.html",
        form=form,
        card=card,
        summary=_summary(form),
        twins=twins,
        today=_today(),
        refusal=refusal,
    )
    return page, status


def _refused(form: deskforms.Eligibility, error: DomainError) -> Page:
    """Answer a no at the last step: keep what was typed, or start anew when the card itself is the trouble."""
    if error.code in FIELD_OF:
        form.refuse(FIELD_OF[error.code], sentence_of(error))
        return _answers_page(form, _stock_of(form), 422)
    if error.code in KEEPS_ANSWERS:
        return _confirm_page(form, _stock_of(form), 422, sentence_of(error))
    again = deskforms.StockNumber(
        formdata=None, number=number.grouped(form.number.data or ""), handed_out_on=form.handed_out_on.data
    )
    again.refuse("number", sentence_of(error))
    return _number_page(again, 409)


def _stock_of(form: Carried) -> issuing.StockCard:
    """Return the stock card of a form with the days that it gets, counted from the day of the paper form if it has one.

    Raises what issuing.check_stock and card_rules.check_handed_out raise.
    """
    first_on = form.handed_out_on.data or _today()
    card_rules.check_handed_out(first_on, today=_today())
    return issuing.check_stock(form.number.data or "", actor=guard.actor(), today=first_on, now=clock.now())


def _read_answers(form: deskforms.ClientAnswers) -> issuing.Answers:
    return issuing.answers_of(
        birth_year=form.birth_year.data,
        postcode=form.postcode.data,
        children=form.children.data,
        gender=form.gender.data or None,
        life_situation=form.life_situation.data or None,
        language=form.language.data or None,
    )


def _summary(form: deskforms.ClientAnswers) -> list[tuple[str, str]]:
    silent = str(deskforms.SILENT)
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
