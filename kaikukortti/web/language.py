"""The reader's language: who chose it, where its catalogue is, how days and figures are written in it."""

import functools
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import flask_babel
from babel import dates, numbers, support
from babel.messages import mofile, pofile
from flask import Flask, g, request
from flask_babel import Babel, Domain, force_locale, get_locale, gettext

from kaikukortti.rules import period

LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
CODES = [code for code, _ in LANGUAGES]
DEFAULT = "fi"
LANGUAGE_COOKIE = "kaiku_language"
TEXT_SIZE_COOKIE = "kaiku_text_size"
TEXT_SIZES = ("normal", "large", "largest")
CATALOGUES = Path(__file__).resolve().parents[1] / "translations"
SHORT_DAY = "d.M.y"
DAY = {"fi": SHORT_DAY, "sv": SHORT_DAY, "en": "d MMM y"}  # CLDR's own short forms differ from what people write
DAY_IN_YEAR = {"fi": "d.M.", "sv": "d.M", "en": "d MMM"}
WEEKDAY = {"fi": "ccc d.M.", "sv": "EEE d.M", "en": "EEE d MMM"}
CLOCK = {"fi": "H.mm", "sv": "H.mm", "en": "H.mm"}


def _(message: str, **values: Any) -> str:
    """Return a message in the reader's language."""
    return str(gettext(message, **values))


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    """Return a message in the reader's language for a number of things; `num` is the number."""
    return str(flask_babel.ngettext(one, many, count, **values))


class Named(Protocol):
    """Anything with a Finnish name and perhaps others."""

    @property
    def name_fi(self) -> Any: ...
    @property
    def name_sv(self) -> Any: ...
    @property
    def name_en(self) -> Any: ...


class CatalogueDomain(Domain):  # type: ignore[misc]  # Flask-Babel carries no types
    """Reads the .po catalogues themselves, so that nothing has to be compiled or kept beside them."""

    def get_translations(self) -> support.NullTranslations:
        """Return the catalogue of the current locale; English is the language of the message ids."""
        return self._catalogue(language_now())

    def _catalogue(self, code: str) -> support.NullTranslations:
        if code not in self.cache:
            path = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
            self.cache[code] = _load(path) if path.is_file() else support.NullTranslations()
        found: support.NullTranslations = self.cache[code]
        return found


class CatalogueBabel(Babel):  # type: ignore[misc]  # Flask-Babel carries no types
    """Flask-Babel with our domain."""

    _domain = CatalogueDomain()

    @property
    def domain_instance(self) -> CatalogueDomain:
        """Return the one domain of the process; catalogues are read once."""
        return self._domain


def init_app(app: Flask) -> None:
    """Register catalogues, locale choice and the template filters number, day, moment, clock and name."""
    CatalogueBabel(app, default_locale=DEFAULT, default_timezone="Europe/Helsinki", locale_selector=chosen)
    filters: dict[str, Callable[..., str]] = {
        "number": number,
        "day": day,
        "weekday": weekday,
        "moment": moment,
        "clock": clock,
        "name": name,
        "title_of": title,
    }
    app.jinja_env.filters.update(filters)


def chosen() -> str:
    """Return the Babel locale of this request: the reader's choice, the signed-in person's, Finnish."""
    code = request.cookies.get(LANGUAGE_COOKIE) or getattr(g, "user_language", None)
    return locale_name(code if code in CODES else DEFAULT)


def locale_name(code: str) -> str:
    """Return Babel's name of a language; English dates are the British ones."""
    return "en_GB" if code == "en" else code


def language_now() -> str:
    """Return the two-letter code of the current locale."""
    locale = get_locale()
    return DEFAULT if locale is None else str(locale.language)


def in_each_language(produce: Callable[[], Any]) -> dict[str, Any]:
    """Return what `produce` says in fi, sv and en."""
    spoken = {}
    for code in CODES:
        with force_locale(locale_name(code)):
            spoken[code] = produce()
    return spoken


def text_size() -> str:
    """Return the reader's text size."""
    size = request.cookies.get(TEXT_SIZE_COOKIE, "")
    return size if size in TEXT_SIZES else TEXT_SIZES[0]


def number(value: int | float) -> str:
    """Write a figure with the language's thousands mark."""
    locale = locale_name(language_now())
    if isinstance(value, int) and value >= 0:
        # A page has hundreds of them, and Babel takes forty times as long over one.
        return f"{value:,}".replace(",", _thousands_mark(locale))
    return str(numbers.format_decimal(value, locale=locale))


@functools.cache
def _thousands_mark(locale: str) -> str:
    return str(numbers.get_group_symbol(locale))


def day(value: date) -> str:
    """Write a day: 31.8.2026, 31 Aug 2026."""
    return _format(value, DAY)


def month(value: date) -> str:
    """Write the month of a day: elokuu 2026, August 2026."""
    return str(dates.format_date(value, "LLLL y", locale=locale_name(language_now())))


def weekday(value: date) -> str:
    """Write a day near by, with its weekday: su 22.11."""
    return _format(value, WEEKDAY)


def clock(value: datetime) -> str:
    """Write a moment's Helsinki time: 18.42."""
    return str(dates.format_time(value.astimezone(period.HELSINKI), CLOCK[language_now()], tzinfo=period.HELSINKI))


def moment(value: datetime) -> str:
    """Write a moment as day and time in Helsinki."""
    return f"{day(period.day_of(value))} {clock(value)}"


def name(thing: Named | None) -> str:
    """Return the name in the reader's language, or the Finnish one."""
    return "" if thing is None else str(getattr(thing, f"name_{language_now()}") or thing.name_fi)


def title(thing: Any) -> str:
    """Return an event's title in the reader's language, or the Finnish one."""
    return str(getattr(thing, f"title_{language_now()}") or thing.title_fi)


def _format(value: date, patterns: dict[str, str]) -> str:
    code = language_now()
    return str(dates.format_date(value, patterns[code], locale=locale_name(code)))


def _load(path: Path) -> support.Translations:
    compiled = io.BytesIO()
    with path.open("rb") as stream:
        mofile.write_mo(compiled, pofile.read_po(stream))
    compiled.seek(0)
    return support.Translations(compiled)
