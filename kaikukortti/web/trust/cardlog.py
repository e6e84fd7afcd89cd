"""Who has looked at a card: its log of two years for the holder, as a page to print, as JSON and as CSV."""

import csv
import io

from flask import Response, jsonify, render_template
from flask_babel import gettext as _

from kaikukortti import clock, figurefiles
from kaikukortti.auditing import cardlog
from kaikukortti.auditing.cardlog import Log, LogRow
from kaikukortti.rules.access import Role
from kaikukortti.web import guard, language, pages
from kaikukortti.web.trust import logwords

blueprint = guard.guarded_blueprint("cardlog", __name__, roles=[Role.WORKER], url_prefix="/cards/<int:card_id>/log")

FORMAT = "kaikukortti card log 1"


@blueprint.get("")
def show(card_id: int) -> str:
    """Show who has looked at a card of the own unit, newest first."""
    log = _read(card_id)
    return render_template("trust/cardlog.html", log=log, heads=_heads(), rows=[_words(row) for row in log.rows])


@blueprint.get("/log.json")
def as_json(card_id: int) -> Response:
    """Return the log as JSON for the holder to take along."""
    log = _read(card_id)
    rows = [
        {
            "at": row.at.isoformat(),
            "organisation": row.home.name_fi if row.home else "",
            "role": row.role,
            "action": row.action,
            "purpose": row.purpose,
        }
        for row in log.rows
    ]
    return _file(jsonify(format=FORMAT, card=log.number, since=log.since.isoformat(), rows=rows), "json")


@blueprint.get("/log.csv")
def as_csv(card_id: int) -> Response:
    """Return the log as CSV in the reader's language."""
    log = _read(card_id)
    lines = [_heads(), *([_moment(row), *_words(row)[1:]] for row in log.rows)]
    stream = io.StringIO(newline="")
    stream.write(figurefiles.BYTE_ORDER_MARK)
    write = csv.writer(stream, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow
    for line in lines:
        write([figurefiles.harmless(cell) for cell in line])
    return _file(Response(stream.getvalue(), mimetype="text/csv"), "csv")


def _read(card_id: int) -> Log:
    return cardlog.read(card_id, actor=guard.actor(), now=clock.now())


def _heads() -> list[str]:
    return [_("When"), _("Organisation"), _("Role"), _("What"), _("What for")]


def _words(row: LogRow) -> list[str]:
    return [
        language.moment(row.at),
        language.name(row.home) if row.home else "",
        str(pages.ROLE_NAMES[Role(row.role)]),
        logwords.action(row.action),
        logwords.purpose(row.purpose),
    ]


def _moment(row: LogRow) -> str:
    return row.at.isoformat(timespec="seconds")


def _file(response: Response, kind: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="kaikukortti-log.{kind}"'
    return response
