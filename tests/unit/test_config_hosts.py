"""The two host names: both or neither, two names, no addresses; and the public address goes with them."""

import pytest

from kaikukortti import config
from kaikukortti.config import ConfigError

KEYS = {"KAIKU_SECRET_KEY": "x" * 40, "KAIKU_ROUNDING_KEY": "y" * 40}


def load(tmp_path, **settings):
    return config.load(tmp_path, {**KEYS, **{f"KAIKU_{name.upper()}": value for name, value in settings.items()}})


def test_two_names_are_kept_in_small_letters(tmp_path):
    made = load(tmp_path, staff_host="Kortti.example.fi", door_host="ovi.example.fi:8443")
    assert (made.staff_host, made.door_host) == ("kortti.example.fi", "ovi.example.fi:8443")


def test_nothing_is_set_by_default(tmp_path):
    made = load(tmp_path)
    assert (made.staff_host, made.door_host) == (None, None)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"staff_host": "a.fi"}, "both"),
        ({"door_host": "a.fi"}, "both"),
        ({"staff_host": "a.fi", "door_host": "A.fi"}, "two different names"),
        ({"staff_host": "https://a.fi", "door_host": "b.fi"}, "is no host name"),
        ({"staff_host": "a.fi", "door_host": "b.fi/door"}, "is no host name"),
        ({"staff_host": "a.fi", "door_host": "b.fi", "public_url": "https://c.fi"}, "must be KAIKU_STAFF_HOST"),
    ],
)
def test_other_settings_stop_the_start_and_say_why(tmp_path, settings, said):
    with pytest.raises(ConfigError, match=said):
        load(tmp_path, **settings)
