"""Schemathesis over the whole OpenAPI document, against a service that really runs: each call is answered as described,
whatever is sent. FUZZ_EXAMPLES makes it long (`make audit`).
"""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask

from kaikukortti import clock
from kaikukortti.db import db
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, SECRET_KEY
from tests.network import Network, make_network
from tests.serving import Service
from tests.tree import ROOT
from venues import keycare, practice
from venues.apikeys import Scope

SEED = 2017
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "401", "403", "404", "409", "410"]

[auth.openapi.apiKey]
bearer = "{token}"

[auth.openapi.device]
api_key = "{credential}"

# That a file opens with a tablet's key is not a matter of its shape.
[[operations]]
include-path = "/door/api/rescue"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "404", "422"]

# Which network must be named, and what may be shown by what, is not a matter of shape either.
[[operations]]
include-path-regex = "/api/v1/statistics/.*"
checks.positive_data_acceptance.expected-statuses = ["2xx", "304", "400", "404"]
"""


@pytest.fixture
def network() -> Network:
    """Return the network of the web tests."""
    return make_network()


@pytest.fixture
def service(app: Flask, network: Network, tmp_path) -> Iterator[Service]:
    """Serve the test's own database as in production, behind a proxy whose word about addresses is believed."""
    url = db.engine.url.render_as_string(hide_password=False)
    served = Service.start(url, instance=tmp_path, secret_key=SECRET_KEY, KAIKU_PROXY_COUNT="1")
    yield served
    served.stop()


@pytest.mark.parametrize("kind", ["live", "sandbox"])
def test_every_call_keeps_to_its_description(service, network, kind, tmp_path):
    coming = [factories.make_occurrence(venue=network.venue, starts_at=clock.now() + DAY, quota=n) for n in (2, 50)]
    manager = network.people[Role.VENUE_MANAGER].actor
    facts = {"actor": manager, "venue_id": network.venue.id, "scopes": set(Scope), "is_sandbox": kind == "sandbox"}
    keys = [keycare.make(f"Fuzz {n}", now=clock.now(), **facts).token for n in range(keycare.MOST_KEYS)]
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(token=keys[0], credential=network.tablet.credential), encoding="utf-8")
    codes = [card.number for card in (network.card, network.community, network.stock)]
    codes += ["VA12345", *(card.number for card in practice.deck())]
    told = {
        "FUZZ_KEYS": " ".join(keys),
        "FUZZ_CODES": " ".join(codes),
        "FUZZ_OCCURRENCES": " ".join(str(one.id) for one in coming),
    }
    words = f"run {service.url}/api/openapi.json --seed {SEED} --max-examples {EXAMPLES} --no-color --warnings off"
    result = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), *words.split()],
        cwd=ROOT,
        env={**os.environ, **told, "SCHEMATHESIS_HOOKS": "tests.fuzzhooks"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:] + "".join(service.complaints[-40:])
    log = "".join(service.complaints)
    assert "Traceback" not in log and "unhandled" not in log
    assert not [secret for secret in (*keys, *codes, network.tablet.credential) if secret in log]
