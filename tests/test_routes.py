"""The rules about addresses: each has a blueprint that says who may enter, and strangers stay outside."""

import re

from kaikukortti.web.guard import DEVICE, PUBLIC, SELLER, Access
from tests import tree

OPEN_ENDPOINTS = {"static"}


def test_every_blueprint_is_guarded(app):
    bare = [
        name for name, blueprint in app.blueprints.items() if not isinstance(getattr(blueprint, "access", None), Access)
    ]
    assert app.blueprints
    assert not bare, tree.listing(bare, "Make these by guard.guarded_blueprint:")


def test_every_address_belongs_to_a_blueprint(app):
    loose = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "." not in rule.endpoint and rule.endpoint not in OPEN_ENDPOINTS
    ]
    assert not loose, tree.listing(loose, "Addresses without a blueprint, and so without a guard:")


def test_strangers_are_sent_to_sign_in(app, web):
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if blueprint is None or blueprint.access.word in {PUBLIC, DEVICE, SELLER} or "GET" not in (rule.methods or ()):
            continue
        answer = web.get(_example(rule.rule))
        assert answer.status_code in (302, 303), f"{rule.rule} answered {answer.status_code} to a stranger"
        assert "/sign-in" in answer.location, f"{rule.rule} sent a stranger to {answer.location}"


def test_strange_devices_are_refused(app, web):
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if blueprint is None or blueprint.access.word != DEVICE or rule.endpoint.endswith(".enrol"):
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = web.open(_example(rule.rule), method=method, json={} if method == "POST" else None)
        assert answer.status_code == 401, f"{method} {rule.rule} answered {answer.status_code} to a strange device"
        assert answer.json["error"]["code"] == "device_unknown"


def test_strange_ticket_systems_are_refused(app, web):
    calls = 0
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if blueprint is None or blueprint.access.word != SELLER:
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = web.open(_example(rule.rule), method=method, json={} if method == "POST" else None)
        assert answer.status_code == 401, f"{method} {rule.rule} answered {answer.status_code} to a strange system"
        assert answer.json["error"]["code"] == "api_key_unknown"
        calls += 1
    assert calls > 7


def test_addresses_are_plain(app):
    odd = [rule.rule for rule in app.url_map.iter_rules() if re.search(r"[A-Z_]", re.sub(r"<[^>]*>", "", rule.rule))]
    assert not odd, tree.listing(odd, "Addresses are lower-case words joined by hyphens:")


def _example(rule: str) -> str:
    def value(part: re.Match[str]) -> str:
        kind = part[1] or "string"
        known = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}
        return re.split(r"\W+", kind)[1] if kind.startswith("any(") else known.get(kind, "x")

    return re.sub(r"<(?:([^:<>]+):)?\w+>", value, rule)
