"""Rules that hold at every address there is: they are read from the map, so a new address is under them at once.

Who may enter where is in test_rights_matrix.
"""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from kaikukortti.db import db
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.web.guard import DEVICE, PUBLIC

# Protected by a credential cookie that is SameSite=Strict and by Sec-Fetch-Site (test_headers and test_rescue); or by
# an API key that no browser sends by itself (test_seller_refusals).
NO_TOKEN = ("/csp-reports", "/door/api/", "/api/v1/", "/own/leave", "/own/close")
FILES_OF_CODE = {"static", "tablet", "offline", "mobile.service_worker"}  # the same for everybody, and kept on purpose


def writing(app: Flask) -> Iterator[Rule]:
    """Yield the addresses that take a form."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(NO_TOKEN):
            yield rule


def address(rule: Rule, number: int = 1) -> str:
    """Return an address of a rule; every number in it is the one given."""

    def value(part: re.Match[str]) -> str:
        kind = part[1] or "string"
        if kind.startswith("any("):
            return re.split(r"\W+", kind)[1]
        return {"int": str(number), "uuid": "01937d6e-2b1a-7c3e-9f00-000000000000"}.get(kind, "x")

    return re.sub(r"<(?:([^:<>]+):)?\w+>", value, rule.rule)


def roles_of(app: Flask, rule: Rule) -> frozenset[Role] | None:
    """Return who may enter; None where it is not a matter of roles."""
    access = getattr(app.blueprints.get(rule.endpoint.rpartition(".")[0]), "access", None)
    return access.roles if access and access.roles else None


def test_no_form_is_taken_without_its_token(app, network, enter):
    browsers = {role: enter(person) for role, person in network.people.items()}
    odd = {}
    for rule in writing(app):
        roles = roles_of(app, rule) or {Role.WORKER}
        answer = browsers[min(roles)].post(address(rule, network.card.id), data={"csrf_token": "x"})
        if answer.status_code != 400:
            odd[rule.rule] = answer.status_code
    assert odd == {}


@pytest.mark.parametrize("role", [Role.WORKER, Role.COORDINATOR])
def test_nothing_about_a_card_is_kept_by_a_browser_or_names_it_in_an_address(app, network, enter, role):
    web = enter(network.people[role])
    kept = []
    for rule in app.url_map.iter_rules():
        part = rule.endpoint.partition(".")[0]
        access = getattr(app.blueprints.get(part), "access", None)
        if "GET" not in (rule.methods or ()) or access is None or access.word == DEVICE or part in FILES_OF_CODE:
            continue
        if access.word == PUBLIC or (access.roles and role not in access.roles):
            continue
        answer = web.get(address(rule, network.card.id))
        if answer.headers["Cache-Control"] != "no-store":
            kept.append(rule.rule)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            links = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
            kept += [link for link in links if network.card.number in link]
    assert kept == []


@pytest.mark.parametrize("role", [Role.WORKER, Role.COORDINATOR])
def test_every_look_at_cards_is_written_down(app, network, enter, role):
    """Each page about a card, its picture and its sheet, and each list of cards."""
    web = enter(network.people[role])
    lists = {"cards.desk", "sleeping.index", "renewals.index"}
    seen, unwritten = 0, []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or role not in (roles_of(app, rule) or ()):
            continue
        if "card_id" in rule.arguments or rule.endpoint in lists:
            before = entries(app)
            answer = web.get(address(rule, network.card.id))
            seen += answer.status_code == 200
            if answer.status_code == 200 and entries(app) == before:
                unwritten.append(rule.rule)
    assert unwritten == []
    assert seen > (10 if role is Role.WORKER else 0)


def entries(app: Flask) -> int:
    """Return how many entries the audit log has."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) or 0
