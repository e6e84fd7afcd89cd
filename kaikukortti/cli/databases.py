"""The databases of an instance are made or upgraded: init, demo, restore, simulate."""

from collections.abc import Mapping
from pathlib import Path

from kaikukortti import config, schema
from kaikukortti.config import Config, ConfigError
from kaikukortti.cube import store
from kaikukortti.followup import schema as followup_schema
from kaikukortti.rules import rounding


def prepare(folder: Path, environ: Mapping[str, str]) -> Config:
    """Make or upgrade the databases and the statistics store of an instance, make its rounding key once, and return its
    settings. Raises ConfigError, also when the store's key has been lost: a new one would give other numbers.
    """
    key = config.new_rounding_key(folder, environ)
    settings = config.load(folder, environ if key is None else {**environ, "KAIKU_ROUNDING_KEY": key})
    schema.upgrade(settings.database_url)
    followup_schema.upgrade(settings)
    known = store.make(settings)
    if known is not None and known != rounding.fingerprint(settings.rounding_key.encode()):
        raise ConfigError(
            "The figures in the statistics store were rounded with another key: put it back as KAIKU_ROUNDING_KEY or as"
            f" rounding_key in {folder / config.SETTINGS_FILE}. It is in every backup of the settings."
        )
    if key is not None:
        config.write_file(folder, {"rounding_key": key})
    return settings
