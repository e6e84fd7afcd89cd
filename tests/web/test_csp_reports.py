"""What browsers say about the content-security policy: one line in our own words, whatever they send."""

import json
import logging

import pytest

from kaikukortti.web.trust import cspreports
from tests.webclient import Web

ADDRESS = "/csp-reports"
CANARY = "EK3F8M2X9TS"


def old(directive: str, page: str) -> dict[str, object]:
    """Return a report as `report-uri` sends it."""
    return {"csp-report": {"violated-directive": directive, "document-uri": page, "blocked-uri": CANARY}}


def new(directive: str, page: str) -> list[dict[str, object]]:
    """Return a report as the Reporting API sends it."""
    body = {"effectiveDirective": directive, "documentURL": page, "sample": CANARY}
    return [{"type": "csp-violation", "url": page, "body": body}]


def lines(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "kaikukortti"]


@pytest.mark.parametrize("report", [old, new])
def test_the_rule_and_the_kind_of_page_are_written_down(app, caplog, report):
    web = Web(app)
    body = report("script-src-elem", f"https://localhost/cards/17?x={CANARY}")
    answer = web.post(ADDRESS, data=json.dumps(body), content_type="application/csp-report")
    assert (answer.status_code, answer.data) == (204, b"")
    assert lines(caplog) == ["content-security policy broken: script-src-elem at endpoint cards.show"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"[" * 3000,
        b"null",
        b'"x"',
        b"[1, {}]",
        b'{"csp-report": 1}',
        json.dumps(old("x\r\nERROR forged", f"http://localhost/found/{CANARY}")).encode(),
        json.dumps(new(CANARY, f"//[{CANARY}")).encode(),
        json.dumps(new("script-src", f"javascript:{CANARY}") * 30).encode(),
    ],
)
def test_what_is_no_report_leaves_nothing_of_itself(app, caplog, body):
    answer = Web(app).post(ADDRESS, data=body, content_type="application/json")
    assert answer.status_code == 204
    assert len(lines(caplog)) <= cspreports.MOST_LINES
    assert CANARY not in caplog.text and "forged" not in caplog.text


def test_size_and_number_are_bounded(app, network, caplog):
    caplog.set_level(logging.CRITICAL)
    web = Web(app)
    assert web.post(ADDRESS, data=b"x" * (cspreports.LARGEST + 1)).status_code == 413
    answers = [web.post(ADDRESS, data=b"{}").status_code for _ in range(30)]
    assert answers.count(204) == cspreports.OFTEN.amount - 1 and set(answers) == {204, 429}
