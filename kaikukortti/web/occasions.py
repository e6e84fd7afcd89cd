"""What each page is for, told to the trail with every entry of a request. Who may enter is guard's business."""

from collections.abc import Mapping

from flask import Flask, request

from kaikukortti import audit
from kaikukortti.rules.purpose import Purpose
from kaikukortti.running import requestids

PURPOSES: Mapping[str, Purpose] = {
    **dict.fromkeys(("handout", "stockroom", "takehome", "mobilecards"), Purpose.ISSUING),
    **dict.fromkeys(("cards", "cardlife", "cardchange", "lostcards"), Purpose.CARE),
    "renewals": Purpose.RENEWAL,
    **dict.fromkeys(("unitbookings", "unitgroups", "freeplaces"), Purpose.BOOKING),
    **dict.fromkeys(("sleeping",), Purpose.GUIDANCE),
    **dict.fromkeys(("areacards", "partners", "areas"), Purpose.COORDINATION),
    **dict.fromkeys(("stock", "stockimport"), Purpose.STOCK),
    **dict.fromkeys(("statistics", "networkfigures", "barriers", "annualreport"), Purpose.STATISTICS),
    **dict.fromkeys(("unitfigures", "venuefigures"), Purpose.STATISTICS),
    **dict.fromkeys(("programme", "eventpages", "datepages", "placepages", "programmefiles"), Purpose.PROGRAMME),
    **dict.fromkeys(("limitpages", "ourplace"), Purpose.PROGRAMME),
    **dict.fromkeys(("bookings", "venuegroups", "paperlist", "registrations", "questions"), Purpose.DOOR),
    **dict.fromkeys(("tablets", "practicedeck", "apikeypages", "tablet", "offline"), Purpose.DOOR),
    **dict.fromkeys(("door_api", "door_rescue", "door_snapshot", "seller_api"), Purpose.DOOR),
    **dict.fromkeys(("episodes", "grants", "change", "results", "measures", "meeting"), Purpose.FOLLOW_UP),
    **dict.fromkeys(("episodemeeting", "voices", "socialreports", "experience", "venuemood"), Purpose.FOLLOW_UP),
    **dict.fromkeys(("followupswitches", "ownkey", "ourunit", "quarter", "reach", "curve"), Purpose.FOLLOW_UP),
    **dict.fromkeys(("kinds", "season", "meetingbarriers", "structure", "groupanswers"), Purpose.FOLLOW_UP),
    "groupchange": Purpose.FOLLOW_UP,
    **dict.fromkeys(("cardlog", "holderdata", "erasure"), Purpose.RIGHTS),
    **dict.fromkeys(("factors", "confirming", "ownaccount"), Purpose.ACCOUNT),
    **dict.fromkeys(("messages", "areamessages", "areaanswers", "network", "ourpart"), Purpose.COORDINATION),
    **dict.fromkeys(("committed", "meetings", "rights", "leaving"), Purpose.COORDINATION),
}


def init_app(app: Flask) -> None:
    """Let the trail know the occasion of each request for as long as it lasts."""
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    purpose = PURPOSES.get(request.blueprint or "")
    audit.set_occasion(audit.Occasion(purpose, requestids.short(requestids.now() or requestids.begin())))


def _end(_error: BaseException | None) -> None:
    audit.set_occasion(audit.Occasion())
