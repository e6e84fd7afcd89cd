"""Draws the take-home sheet as a page: codes as SVG paths, days in the holder's language. Two blueprints show it."""

from dataclasses import dataclass
from datetime import datetime

from babel import dates
from flask import render_template, url_for

from kaikukortti import cardcodes, holdertexts, takehome
from kaikukortti.rules import period
from kaikukortti.web import language, pages

QUIET = 4
WHEN = {
    "fi": ("ccc d.M.", "H.mm"),
    "sv": ("EEE d.M", "H.mm"),
    "en": ("EEE d MMM", "H.mm"),
    "ru": ("EEE d.MM", "H:mm"),
}


@dataclass(frozen=True)
class Drawing:
    """A QR symbol as one SVG path, and its side in modules with the quiet zone."""

    path: str
    side: int


@dataclass(frozen=True)
class Row:
    """One line of the programme: when in words, a title and a place with the languages that they are in."""

    when: str
    title: str
    title_language: str
    venue: str
    venue_language: str
    has_more: bool


def render(sheet: takehome.Sheet, *, chosen: str, address: str | None = None) -> str:
    """Return the page of a sheet in easy Finnish and a chosen language; with an address the mobile card is on it."""
    texts = holdertexts.texts(chosen)
    code = texts[-1].language
    return render_template(
        "takehome/sheet.html",
        sheet=sheet,
        texts=texts,
        chosen=code,
        sheet_languages=holdertexts.LANGUAGES,
        card_code=drawing(cardcodes.qr_matrix(sheet.number)),
        address=address,
        offer_address=(pages.public_url() + url_for("offer.index")).partition("://")[2],
        mobile_code=None if address is None else drawing(cardcodes.address_matrix(address)),
        venues=[(venue, *_in(code, "name", venue)) for venue in sheet.venues],
        offers=[_row(offer, code) for offer in sheet.offers],
    )


def drawing(matrix: cardcodes.Matrix) -> Drawing:
    """Return a symbol drawn with its quiet zone."""
    runs = cardcodes.dark_runs(matrix)
    path = "".join(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for x, y, length in runs)
    return Drawing(path, len(matrix) + 2 * QUIET)


def when(moment: datetime, code: str) -> str:
    """Write weekday, day and hour of a moment in a holder's language: ti 24.11. klo 18.00."""
    day, clock = WHEN[code]
    locale = language.locale_name(code)
    local = moment.astimezone(period.HELSINKI)
    spoken = dates.format_date(local.date(), day, locale=locale)
    hour = dates.format_time(local, clock, locale=locale, tzinfo=period.HELSINKI)
    return f"{spoken} {holdertexts.texts(code)[-1].labels.at} {hour}"


def _row(offer: takehome.Offer, code: str) -> Row:
    return Row(
        when(offer.starts_at, code), *_in(code, "title", offer.event), *_in(code, "name", offer.venue), offer.has_more
    )


def _in(code: str, field: str, thing: object) -> tuple[str, str]:
    """Return a text of a thing and its language: the wanted one where it is there, Finnish otherwise."""
    wanted = getattr(thing, f"{field}_{code}", "")
    return (wanted, code) if wanted else (getattr(thing, f"{field}_fi"), "fi")
