"""Settings from the environment (`KAIKU_…`) or `instance/kaikukortti.cfg` into one frozen Config.

A production start without a secret stops here, with a sentence that says what to do.
"""

import configparser
import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SETTINGS_FILE = "kaikukortti.cfg"
SECTION = "kaikukortti"
SHORTEST_SECRET = 32
LOG_MONTHS = 24
"""How long the audit log is kept; 144 where the data-protection officer takes it for client data's (703/2023)."""
LOG_STYLES = ("json", "plain")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")


class ConfigError(Exception):
    """A setting is missing or wrong; the message says what to do, in one line."""


@dataclass(frozen=True)
class Config:
    """Everything a run needs to know about its surroundings.

    `public_url` is the address printed into enrolment codes and invitations when the service stands behind a
    proxy; None takes the address of the request. `secure_cookies` is off on plain loopback only. `statistics_url` is
    where the frozen figures are (None: beside the database), `statistics_reader_url` a PostgreSQL login that may read
    them and nothing else; `rounding_key` rounds them, is a key of its own and never changes. `followup_url` is
    where follow-up is kept (None: beside the database). `staff_host` and `door_host` are the names under which the
    pages and the tablets' door are served; both are set, or none. `smtp_url`, or `mail_folder`, says how e-mail goes
    out (None: it does not); mailing/setup reads these. `erasure_journal` is the file that remembers erasures (None: in
    the instance folder); `log_months` is how long the audit log is kept. `backup_folder` is where backups go, sealed to
    the public keys in `backup_recipient`; `postgresql_bin` is the folder of PostgreSQL's own programs (None: the PATH).
    `log_style` is how the process's own log is written (None: as its command does), `metrics_address` the loopback
    address and port of its figures (None: nowhere).
    """

    instance_path: Path
    database_url: str
    secret_key: str
    public_url: str | None = None
    demo: bool = False
    testing: bool = False
    secure_cookies: bool = True
    proxy_count: int = 0
    statistics_url: str | None = None
    statistics_reader_url: str | None = None
    rounding_key: str = ""
    followup_url: str | None = None
    staff_host: str | None = None
    door_host: str | None = None
    smtp_url: str | None = field(default=None, repr=False)
    smtp_ca: str | None = None
    mail_from: str | None = None
    mail_folder: str | None = None
    erasure_journal: str | None = None
    log_months: int = LOG_MONTHS
    backup_folder: str | None = None
    backup_recipient: str = ""
    postgresql_bin: str | None = None
    log_style: str | None = None
    metrics_address: tuple[str, int] | None = None


def load(instance_path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Environment beats file. Raises ConfigError when a secret is missing or short."""
    file = _read_file(instance_path / SETTINGS_FILE)

    def setting(name: str, default: str = "") -> str:
        return environ.get("KAIKU_" + name.upper(), file.get(name, default)).strip()

    secret, rounding_key = setting("secret_key"), setting("rounding_key")
    _check_keys(secret, rounding_key, instance_path / SETTINGS_FILE)
    staff_host, door_host = _hosts(setting("staff_host"), setting("door_host"), setting("public_url"))
    return Config(
        instance_path=instance_path,
        database_url=setting("database_url") or sqlite_url(instance_path),
        secret_key=secret,
        public_url=setting("public_url").rstrip("/") or None,
        demo=_flag(setting("demo")),
        secure_cookies=_flag(setting("secure_cookies", "1")),
        proxy_count=_whole(setting("proxy_count", "0"), "KAIKU_PROXY_COUNT"),
        statistics_url=setting("statistics_url") or None,
        statistics_reader_url=setting("statistics_reader_url") or None,
        rounding_key=rounding_key,
        followup_url=setting("followup_database_url") or None,
        smtp_url=setting("smtp_url") or None,
        smtp_ca=setting("smtp_ca") or None,
        mail_from=setting("mail_from") or None,
        mail_folder=setting("mail_folder") or None,
        staff_host=staff_host,
        door_host=door_host,
        erasure_journal=setting("erasure_journal") or None,
        log_months=_log_months(setting("log_months", str(LOG_MONTHS))),
        log_style=_log_style(setting("log")),
        metrics_address=_loopback(setting("metrics")),
        backup_folder=setting("backup_folder") or None,
        backup_recipient=setting("backup_recipient"),
        postgresql_bin=setting("postgresql_bin") or None,
    )


def write_file(instance_path: Path, settings: Mapping[str, str]) -> None:
    """Write settings that are not there yet into `instance/kaikukortti.cfg`, readable by its owner alone."""
    path = instance_path / SETTINGS_FILE
    merged = {**settings, **_read_file(path)}
    parser = configparser.ConfigParser(interpolation=None)
    parser[SECTION] = merged
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        parser.write(stream)


def read_setting(instance_path: Path, name: str) -> str:
    """Return one value of `instance/kaikukortti.cfg`, or nothing."""
    return _read_file(instance_path / SETTINGS_FILE).get(name, "")


def sqlite_url(instance_path: Path) -> str:
    """Return the address of the default database, a SQLite file in the instance folder."""
    return f"sqlite:///{(instance_path / 'kaikukortti.db').resolve()}"


def statistics_url(config: Config) -> str:
    """Return the address of the statistics store: as set, or a file beside a SQLite database, or the database itself,
    where it is a schema of its own.
    """
    if config.statistics_url:
        return config.statistics_url
    return _beside(config.database_url, "statistics.db")


def followup_url(config: Config) -> str:
    """Return the address of the follow-up database: as set, or a file beside a SQLite database, or the database itself,
    where it is a schema of its own.
    """
    return config.followup_url or _beside(config.database_url, "followup.db")


def _beside(database_url: str, name: str) -> str:
    path = database_url.removeprefix("sqlite:///")
    if path == database_url:
        return "sqlite://" if database_url.startswith("sqlite") else database_url
    return f"sqlite:///{Path(path).with_name(name)}"


def new_rounding_key(instance_path: Path, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return a rounding key for an instance that has none, or None. It is not written down here."""
    is_there = environ.get("KAIKU_ROUNDING_KEY", "").strip() or read_setting(instance_path, "rounding_key")
    return None if is_there else secrets.token_urlsafe(48)


def default_instance() -> Path:
    """Return `KAIKU_INSTANCE`, or `instance/` of the checkout, or `instance/` of the working folder for a wheel."""
    named = os.environ.get("KAIKU_INSTANCE")
    if named:
        return Path(named)
    checkout = Path(__file__).resolve().parents[1]
    return checkout / "instance" if (checkout / "setup.cfg").is_file() else Path.cwd() / "instance"


def assets_folder() -> Path:
    """Return the folder that holds `templates/` and `static/`: the checkout's top, or the package in a wheel."""
    package = Path(__file__).resolve().parent
    for folder in (package.parent, package):
        if (folder / "templates" / "base.html").is_file() and (folder / "static").is_dir():
            return folder
    raise ConfigError("templates/ and static/ are missing: install the wheel whole, or run from a checkout.")


def _read_file(path: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except configparser.Error as error:
        raise ConfigError(f"{path} cannot be read: {error.message}") from error
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}


def _check_keys(secret: str, rounding_key: str, file: Path) -> None:
    """Raises ConfigError for a key that is missing or short; the message says how to make one."""
    if len(secret) < SHORTEST_SECRET:
        raise ConfigError(
            f"KAIKU_SECRET_KEY is missing or shorter than {SHORTEST_SECRET} characters: set it in the environment or as"
            f" secret_key in {file} (make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))')."
        )
    if len(rounding_key) < SHORTEST_SECRET:
        raise ConfigError(
            f"KAIKU_ROUNDING_KEY is missing or shorter than {SHORTEST_SECRET} characters: run `kaikukortti init`, which"
            f" makes one in {file}, or put the one back that the figures were rounded with."
        )


def _hosts(staff: str, door: str, public_url: str) -> tuple[str | None, str | None]:
    """Return the two host names. Raises ConfigError for one without the other, for one name twice, for no names."""
    staff, door = staff.lower(), door.lower()
    if bool(staff) != bool(door) or (staff and staff == door):
        raise ConfigError("Set KAIKU_STAFF_HOST and KAIKU_DOOR_HOST both, to two different names, or neither.")
    odd = [name for name in (staff, door) if name and not HOST.fullmatch(name)]
    if odd:
        raise ConfigError(f"{odd[0]!r} is no host name: write it like kortti.example.fi, without https:// and path.")
    if staff and public_url and urlsplit(public_url).netloc.lower() != staff:
        raise ConfigError("KAIKU_PUBLIC_URL is the address of the pages: its host must be KAIKU_STAFF_HOST.")
    return staff or None, door or None


def _log_months(text: str) -> int:
    """Return how many months the audit log is kept. Raises ConfigError for less than what the holder may ask for."""
    months = _whole(text, "KAIKU_LOG_MONTHS")
    if months < LOG_MONTHS:
        raise ConfigError(f"KAIKU_LOG_MONTHS must be {LOG_MONTHS} or more: a holder may ask for that much of the log.")
    return months


def _log_style(text: str) -> str | None:
    if text and text not in LOG_STYLES:
        raise ConfigError(f"KAIKU_LOG is {text!r}: write json or plain.")
    return text or None


def _loopback(text: str) -> tuple[str, int] | None:
    """Return address and port. Raises ConfigError for one that others than this machine can reach."""
    if not text:
        return None
    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError as error:
        raise ConfigError(f"KAIKU_METRICS is {text!r}: write it like 127.0.0.1:9108 or [::1]:9108.") from error
    if not address.is_loopback:
        raise ConfigError(f"KAIKU_METRICS must be a loopback address, like 127.0.0.1:9108, not {host}.")
    return str(address), _whole(port, "The port of KAIKU_METRICS")


def _flag(text: str) -> bool:
    return text.lower() in {"1", "true", "yes", "on"}


def _whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ConfigError(f"{name} must be a whole number, not {text!r}.") from error
