"""What messages add to other pages: a link in the menu, and a calm line on a partner's first page. One statement."""

from flask import Flask, request
from flask_babel import lazy_gettext as _l

from kaikukortti import clock
from kaikukortti.messaging import announcements
from kaikukortti.messaging.homes import PARTNER_ROLES
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import guard, pages

MESSAGES = _l("Messages")


def init_app(app: Flask) -> None:
    """Add the links to the menu, and `unread_announcements()` to what templates know."""
    pages.extend_menu(app, _links)
    app.context_processor(lambda: {"unread_announcements": unread_announcements})


def unread_announcements() -> int:
    """Return how many announcements the person has not read, on the first page of the person's role; else none."""
    membership = guard.find_membership()
    if membership is None or membership.role not in PARTNER_ROLES:
        return 0
    if request.endpoint != pages.MENU[membership.role][0][0]:
        return 0
    return announcements.count_unread(actor=guard.actor(), today=period.day_of(clock.now()))


def _links() -> list[pages.Link]:
    membership = guard.find_membership()
    if membership is None:
        return []
    if membership.role in PARTNER_ROLES:
        return [("messages.index", MESSAGES)]
    return [("areamessages.index", MESSAGES)] if membership.role is Role.COORDINATOR else []
