"""Everything that is kept about the holder of a card, with the card in hand: a page, JSON to take along, a PDF."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, abort, current_app, jsonify, render_template, request

from kaikukortti import clock, taggedpdf
from kaikukortti.config import assets_folder
from kaikukortti.holderdata import collecting
from kaikukortti.holderdata.collecting import HolderData
from kaikukortti.holderdata.shape import Cell
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from kaikukortti.web.trust import holderwords
from kaikukortti.web.trust.inhand import InHand

blueprint = guard.guarded_blueprint("holderdata", __name__, roles=[Role.WORKER], url_prefix="/cards/<int:card_id>/kept")

FORMAT = "kaikukortti holder data 1"
SHEETS = ("tokens.css", "holderpaper.css")
Page = str | Response | tuple[str, int]
# Where and when the card was used, and what lies behind the holder's own key: a unit learns it with leave alone
# (DESIGN §7), so no page shows it. It is on the paper and in the file, which are given to the holder.
HOLDERS_ALONE = frozenset(
    {
        "visits",
        "bookings",
        "first_use",
        "visit_questions",
        "kept_places",
        "own_page",
        "key_tries",
        "goals",
        "goal_reviews",
    }
    | {"grant_days", "moods"}
)


class GiveAlong(InHand):
    """The end of the number, and as what the data are given along: the button that was pressed."""

    BESIDE = frozenset({"as"})


@blueprint.get("")
@guard.confirmed
def show(card_id: int) -> str:
    """Show what is kept about the holder of a card of the own unit, but for what is the holder's alone."""
    return _page(_collect(card_id), GiveAlong(formdata=None))


@blueprint.post("")
@guard.confirmed
def give(card_id: int) -> Page:
    """Give everything along, on paper or as a file: the holder asks, and the card is in hand."""
    form, found = GiveAlong(), _collect(card_id)
    if not form.validate() or not form.is_of(found.number):
        return _page(found, form), 422
    given = _collect(card_id, is_given=True)
    return _as_pdf(given) if request.form.get("as") == "pdf" else _as_json(given)


def _page(found: HolderData, form: GiveAlong) -> str:
    alone = [holderwords.SECTIONS[each.key] for each in found.sections if each.key in HOLDERS_ALONE]
    shown = replace(found, sections=tuple(each for each in found.sections if each.key not in HOLDERS_ALONE))
    return render_template(
        "trust/holderdata.html", has_pdf=taggedpdf.is_available(), form=form, alone=alone, **_words(shown)
    )


def _as_json(found: HolderData) -> Response:
    """Return it as JSON, as the databases keep it."""
    sections = {
        section.key: [dict(zip(section.columns, map(_plain, row), strict=True)) for row in section.rows]
        for section in found.sections
    }
    answer = jsonify(format=FORMAT, made_at=found.made_at.isoformat(), card=found.number, sections=sections)
    return _file(answer, "json")


def _as_pdf(found: HolderData) -> Response:
    """Return it on paper, in the reader's language; 404 where this machine cannot make it."""
    if not taggedpdf.is_available():
        abort(404)
    paper = render_template("trust/holderdata_paper.html", **_words(found))
    styles = assets_folder() / "static" / "css"
    written = taggedpdf.write(paper, sheets=[styles / name for name in SHEETS])
    return _file(Response(written, mimetype="application/pdf"), "pdf")


def _collect(card_id: int, *, is_given: bool = False) -> HolderData:
    secret = current_app.config["KAIKU"].secret_key
    return collecting.collect(card_id, actor=guard.actor(), now=clock.now(), secret=secret, is_given=is_given)


def _words(found: HolderData) -> dict[str, Any]:
    """Return what a page needs: the sections that hold something in words, and the headings of those that do not."""
    words = holderwords.SECTIONS
    kept = [(each.key, words[each.key], *holderwords.told(each)) for each in found.sections if each.rows]
    return {"found": found, "sections": kept, "empty": [words[each.key] for each in found.sections if not each.rows]}


def _plain(value: Cell) -> str | int | float | None:
    return value.isoformat() if isinstance(value, date) else value


def _file(answer: Response, kind: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="kaikukortti-kept.{kind}"'
    return answer
