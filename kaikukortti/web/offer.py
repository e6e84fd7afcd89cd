"""The public offer: what can be visited with the card, the places, one place with its calendar. Nobody signs in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request, session, url_for
from flask_babel import force_locale

from kaikukortti import clock, offer, partners
from kaikukortti.holdertexts.offershape import OfferWords
from kaikukortti.models.network import Area
from kaikukortti.rules import period
from kaikukortti.web import guard, language, offerfeed, offerfilters, offerview, offerwords, pages, ratelimit
from kaikukortti.web.offerfilters import Asked

blueprint = guard.guarded_blueprint("offer", __name__, word=guard.PUBLIC, url_prefix="/offer")

EASY_LANGUAGE = "fi"
PLACES_BESIDE = 6
FRESH = timedelta(minutes=1)
FEED_FRESH = timedelta(minutes=15)


@blueprint.before_request
def be_patient() -> None:
    """Let one address ask often: a library's readers share one."""
    ratelimit.check("offer", ratelimit.OFTEN)


@blueprint.get("/")
def index() -> Response:
    """Show what is on, by day, and some places that can be visited every day."""
    now = clock.now()
    today = period.day_of(now)
    areas = partners.list_areas()
    asked = offerfilters.read(request.args, areas=areas, today=today)
    first_on, last_on = asked.days(today)
    found = offer.list_dates(asked.filters, first_on=first_on, last_on=last_on, page=asked.page, now=now)
    beside = offer.list_places(asked.filters, most=PLACES_BESIDE)
    with _reading(asked):
        words = offerwords.words(easy=asked.easy)
        return _page(
            "offer/index.html",
            asked,
            areas=areas,
            days=offerview.days(found.showings, words=words, today=today),
            has_more=found.has_more,
            beside=beside,
            today=today,
            last_day=today + timedelta(days=offer.AHEAD_DAYS),
        )


@blueprint.get("/venues")
def places() -> Response:
    """Show the places where the card is in use, with the same choices."""
    today = period.day_of(clock.now())
    areas = partners.list_areas()
    asked = offerfilters.read(request.args, areas=areas, today=today)
    found = offer.list_places(asked.filters, page=asked.page)
    with _reading(asked):
        return _page("offer/places.html", asked, areas=areas, found=found, has_more=found.has_more)


@blueprint.get("/venues/<int:venue_id>")
def place(venue_id: int) -> Response:
    """Show a place: how to get there and in, what is coming, its calendar."""
    now = clock.now()
    asked = offerfilters.read(request.args, areas=[], today=period.day_of(now))
    found = offer.read_place(venue_id, page=asked.page, now=now)
    with _reading(asked):
        words, feed_address = offerwords.words(easy=asked.easy), _feed_address(venue_id)
        return _page(
            "offer/place.html",
            asked,
            place=found.place,
            named=offerview.named(found.place),
            days=offerview.days(found.coming.showings, words=words, today=period.day_of(now)),
            has_more=found.coming.has_more,
            feed=feed_address,
            webcal="webcal:" + feed_address.partition(":")[2],
        )


@blueprint.get("/venues/<int:venue_id>.ics")
def feed(venue_id: int) -> Response:
    """Give the dates of a place as a calendar that programs subscribe to; `?language=sv` is for titles."""
    code = request.args.get("language", language.DEFAULT)
    venue, showings = offer.list_feed(venue_id, now=clock.now())
    page = pages.public_url() + url_for("offer.place", venue_id=venue_id)
    with force_locale(language.locale_name(code if code in language.CODES else language.DEFAULT)):
        response = Response(mimetype="text/calendar")
        mark = offerfeed.mark(venue, showings, page=page)
        response.set_etag(mark)
        if not request.if_none_match.contains(mark):
            response.set_data(offerfeed.write(venue, showings, page=page))
    response.headers["Content-Disposition"] = f'inline; filename="kaikukortti-{venue_id}.ics"'
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    _let_keep(response, FEED_FRESH)
    response.make_conditional(request)
    return response


@contextmanager
def _reading(asked: Asked) -> Iterator[None]:
    """Draw the page in Finnish for the easy reading, in the reader's language otherwise."""
    if not asked.easy:
        yield
        return
    with force_locale(EASY_LANGUAGE):
        yield


def _page(template: str, asked: Asked, areas: Sequence[Area] = (), **facts: Any) -> Response:
    """Draw a page. A stranger's needs no session and may be kept by others; that of who is signed in may not."""
    shared = guard.find_user() is None and "_flashes" not in session
    words = offerwords.words(easy=asked.easy)

    def address(**changes: str | int | None) -> str:
        """Return the address of this page with other choices; another choice begins on its first page."""
        query: dict[str, Any] = asked.address(**{"page": None, **changes})
        return url_for(request.endpoint or "", **(request.view_args or {}), **query)

    response = make_response(
        render_template(
            template,
            asked=asked,
            words=words,
            address=address,
            here=request.path,
            all_dates={"easy": offerfilters.TICK} if asked.easy else {},
            all_places=asked.address(when=None, day=None, children=None, page=None),
            stay_at=address(page=asked.page if asked.page > 1 else None, easy=None),
            is_shared=shared,
            area_choices=[(area.id, language.name(area)) for area in areas],
            category_choices=list(words.categories.items()),
            named_of=offerview.named,
            misread_names=[offerwords.FIELDS[name](words) for name in asked.misread],
            chosen=_chosen(asked, areas, words),
            **facts,
        )
    )
    if shared:
        response.add_etag()
        response.vary.add("Cookie")
        _let_keep(response, FRESH)
        response.make_conditional(request)
    return response


def _chosen(asked: Asked, areas: Sequence[Area], words: OfferWords) -> list[str]:
    """Return what a reader has chosen, in words: it stands on the page and on paper."""
    filters = asked.filters
    said = [language.name(area) for area in areas if area.id == filters.area_id]
    said += [language.day(asked.day)] if asked.day else []
    said += [words.categories[filters.category]] if filters.category else []
    ticks = (filters.with_children, filters.step_free, filters.has_stop)
    names = (words.children, words.step_free_only, words.stop_only)
    return said + [name for name, is_on in zip(names, ticks, strict=True) if is_on]


def _let_keep(response: Response, lasts: timedelta) -> None:
    response.cache_control.public = True
    response.cache_control.max_age = int(lasts.total_seconds())


def _feed_address(venue_id: int) -> str:
    """Return the whole address of a place's calendar, for programs; Finnish is the usual language and unsaid."""
    code = language.language_now()
    query: dict[str, Any] = {} if code == language.DEFAULT else {"language": code}
    return pages.public_url() + url_for("offer.feed", venue_id=venue_id, **query)
