"""In which of five readings the holder's own pages are: Finnish, easy Finnish, Swedish, English, Russian; and how days
and hours are written there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel import dates
from flask import Response, current_app, request
from flask_babel import force_locale

from kaikukortti.rules import period
from kaikukortti.web import language

COOKIE = "kaiku_own_reading"
PARAMETER = "reading"
DAY = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y", "ru": "d.MM.y"}
WHEN = {"fi": "ccc d.M.", "sv": "EEE d.M", "en": "EEE d MMM", "ru": "EEE d.MM"}


@dataclass(frozen=True)
class Reading:
    """A reading: its code in addresses, its own name, the language of its words, the Babel locale of its days."""

    code: str
    name: str
    language: str
    locale: str

    def day(self, day: date) -> str:
        """Write a day: 31.8.2026."""
        return str(dates.format_date(day, DAY[self.language], locale=self.locale))

    def month(self, day: date) -> str:
        """Write the month of a day: elokuu 2026."""
        return str(dates.format_date(day, "LLLL y", locale=self.locale))

    def clock(self, moment: datetime) -> str:
        """Write a moment's Helsinki time as all five do here: 18.42."""
        local = moment.astimezone(period.HELSINKI)
        return f"{local.hour}.{local.minute:02}"

    def when(self, moment: datetime) -> str:
        """Write weekday, day and time of a moment: pe 20.11. 18.30."""
        day = period.day_of(moment)
        return f"{dates.format_date(day, WHEN[self.language], locale=self.locale)} {self.clock(moment)}"

    def text(self, field: str, thing: Any) -> str:
        """Return a name or a title in this reading, or in Finnish where it has none."""
        return str(getattr(thing, f"{field}_{self.language}", "") or getattr(thing, f"{field}_fi"))

    def text_language(self, field: str, thing: Any) -> str:
        """Return the language that `text` answers in."""
        return self.language if getattr(thing, f"{field}_{self.language}", "") else "fi"


READINGS = {
    code: Reading(code, name, spoken, locale)
    for code, name, spoken, locale in (
        ("fi", "Suomi", "fi", "fi"),
        ("easy", "Selkosuomi", "fi", "fi"),
        ("sv", "Svenska", "sv", "sv"),
        ("en", "English", "en", "en_GB"),
        ("ru", "Русский", "ru", "ru"),
    )
}
EASY = READINGS["easy"]


def current() -> Reading:
    """Return the reading of this request: asked for in the address, chosen before, or the language of the interface."""
    for code in (request.args.get(PARAMETER), request.cookies.get(COOKIE)):
        if code in READINGS:
            return READINGS[code]
    return READINGS[language.language_now()]


def of_code(code: str) -> Reading:
    """Return a reading by its code; easy Finnish for a code that is none."""
    return READINGS.get(code, EASY)


@contextmanager
def spoken() -> Iterator[Reading]:
    """Draw a page in its reading: what comes from the catalogues is in its language, in English for Russian."""
    reading = current()
    with force_locale("en_GB" if reading.language == "ru" else reading.locale):
        yield reading


def remember(response: Response) -> Response:
    """Keep a reading that the address asked for until the browser is closed."""
    code = request.args.get(PARAMETER)
    if code in READINGS:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(COOKIE, code, httponly=True, samesite="Strict", secure=secure, path="/own")
    return response
