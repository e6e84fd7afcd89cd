"""Out of the holder's own page: at once to a page that tells nothing, or back to the entry.

Both work from a page that was open for long and without script: they take no token. The cookie is SameSite=Strict, and
headers.py refuses other sites.
"""

from flask import Response, make_response, redirect, url_for

from kaikukortti.web.followup import ownsession
from kaikukortti.web.followup.own import ownpage

blueprint = ownpage.blueprint("ownleave", __name__, needs_open=False)


@blueprint.post("/leave")
def leave() -> Response:
    """Close the card and go to the public offer, which anybody might be reading."""
    return _closed(url_for("offer.index"))


@blueprint.post("/close")
def close() -> Response:
    """Close the card and say so."""
    return _closed(ownpage.entry("pressed"))


def _closed(target: str) -> Response:
    ownsession.close()
    answer = make_response(redirect(target, 303))
    ownsession.take_away(answer)
    return answer
