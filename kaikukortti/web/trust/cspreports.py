"""Where browsers say that a page broke its content-security policy. One line in the log: which rule, at what kind of
address. Neither the address itself nor what was blocked is kept: both may say something about a person.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kaikukortti.requestcounts import Rate
from kaikukortti.web import guard, headers, ratelimit

blueprint = guard.guarded_blueprint("cspreports", __name__, word=guard.PUBLIC)

LARGEST = 8 * 1024
OFTEN = Rate(20)
MOST_LINES = 5
DIRECTIVES = {*headers.POLICY, "script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr"}


@blueprint.post("/csp-reports")
def take() -> Response:
    """Write a report of either format into the log, in words of our own; what is none is thrown away."""
    request.max_content_length = LARGEST
    ratelimit.check("csp-reports", OFTEN)
    try:
        sent = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        sent = None
    for directive, page in _violations(sent)[:MOST_LINES]:
        current_app.logger.warning("content-security policy broken: %s at endpoint %s", directive, page)
    return Response(status=204)


def _violations(sent: Any) -> list[tuple[str, str]]:
    """Return directive and endpoint of each violation in a body, of `report-uri` or of the Reporting API."""
    if isinstance(sent, dict):
        bodies = [(sent.get("csp-report"), "violated-directive", "document-uri")]
    elif isinstance(sent, list):
        bodies = [(one.get("body"), "effectiveDirective", "documentURL") for one in sent if isinstance(one, dict)]
    else:
        bodies = []
    return [
        (_directive(body.get(rule)), _endpoint(body.get(address)))
        for body, rule, address in bodies
        if isinstance(body, dict)
    ]


def _directive(said: Any) -> str:
    word = said.split(" ")[0] if isinstance(said, str) else ""
    return word if word in DIRECTIVES else "unknown"


def _endpoint(address: Any) -> str:
    """Return the endpoint that an address of ours leads to: the name of a page, with nothing of whose it is."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not isinstance(address, str):
        return "unknown"
    try:
        endpoint, _values = adapter.match(urlsplit(address).path, method="GET")
    except (HTTPException, ValueError):
        return "unknown"
    return str(endpoint)
