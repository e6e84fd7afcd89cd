"""The rules about addresses: each has a blueprint that says who may enter (web/test_rights_matrix tries the doors)."""

import re

from kaikukortti.web.guard import Access
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


def test_addresses_are_plain(app):
    odd = [rule.rule for rule in app.url_map.iter_rules() if re.search(r"[A-Z_]", re.sub(r"<[^>]*>", "", rule.rule))]
    assert not odd, tree.listing(odd, "Addresses are lower-case words joined by hyphens:")
