"""Settings of how a process runs: its figures on loopback alone, its log in one of two styles."""

import pytest

from kaikukortti import config
from tests.factories import ROUNDING_KEY, SECRET_KEY


def load(tmp_path, **settings):
    keys = {"KAIKU_SECRET_KEY": SECRET_KEY, "KAIKU_ROUNDING_KEY": ROUNDING_KEY}
    return config.load(tmp_path, {**keys, **settings})


def test_nothing_is_said_of_either(tmp_path):
    settings = load(tmp_path)
    assert (settings.metrics_address, settings.log_style) == (None, None)


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:9108", ("127.0.0.1", 9108)), ("[::1]:9108", ("::1", 9108)), ("127.0.0.2:1", ("127.0.0.2", 1))],
)
def test_a_loopback_address_is_taken(tmp_path, text, address):
    assert load(tmp_path, KAIKU_METRICS=text).metrics_address == address


@pytest.mark.parametrize(
    "text", ["0.0.0.0:9108", "192.0.2.1:9108", "[::]:9108", "9108", "localhost:9108", "127.0.0.1:x"]
)
def test_an_address_that_others_reach_is_not(tmp_path, text):
    with pytest.raises(config.ConfigError, match="KAIKU_METRICS"):
        load(tmp_path, KAIKU_METRICS=text)


def test_the_log_has_two_styles(tmp_path):
    assert [load(tmp_path, KAIKU_LOG=style).log_style for style in ("json", "plain")] == ["json", "plain"]
    with pytest.raises(config.ConfigError, match="KAIKU_LOG"):
        load(tmp_path, KAIKU_LOG="xml")
