"""A sandbox key: every verdict by the practice deck, all of it remembered, nothing in ledger, figures or bookings."""

from typing import Any

import pytest

from kaikukortti.db import Base
from kaikukortti.errors import NotFound
from kaikukortti.rules.booking import BookingState
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests import sellers as selling
from tests.factories import DAY, NOW
from tests.sellers import make_seller, sell
from venues import lookup, practice, sandbox, sellerbookings, sellers
from venues.bookingchecks import BookingEnded, OccurrenceOver
from venues.practicedeck import REHEARSES
from venues.sandbox import PracticeOnly
from venues.scanning import NotAdmitted
from venues.waitinglist import OfferGone

DECK = {card.key: card.number for card in practice.deck()}
SHOWN = {
    "welcome": (VerdictClass.WELCOME, None),
    "counts": (VerdictClass.COUNTS, None),
    "community": (VerdictClass.COUNTS, None),
    "already": (VerdictClass.ALREADY, None),
    "check": (VerdictClass.CHECK, Reason.UNREGISTERED),
    "ended": (VerdictClass.NOT_NOW, Reason.ENDED),
    "not_yet": (VerdictClass.NOT_NOW, Reason.NOT_YET),
    "not_in_use": (VerdictClass.NOT_NOW, Reason.NOT_IN_USE),
    "wrong_time": (VerdictClass.NOT_NOW, Reason.WRONG_TIME),
    "full": (VerdictClass.NOT_NOW, Reason.FULL),
    "limit": (VerdictClass.NOT_NOW, Reason.LIMIT),
    "technical": (VerdictClass.TECHNICAL, Reason.MALFORMED),
}
MAY_CHANGE = {"api_answers", "alembic_version"}


@pytest.fixture
def seller():
    """Return a venue's system that is being built."""
    return make_seller(is_sandbox=True)


def rows() -> dict[str, int]:
    """Return how many rows each table has, but for the answers that are kept."""
    return {name: selling.count(table) for name, table in Base.metadata.tables.items() if name not in MAY_CHANGE}


def test_there_is_a_card_for_every_verdict(seller):
    assert set(SHOWN) == set(DECK) == set(REHEARSES)
    for key, shown in SHOWN.items():
        for code in (DECK[key], DECK[key].lower(), f"{DECK[key][:2]} {DECK[key][2:6]}-{DECK[key][6:]}"):
            checked = sellers.check(code, occurrence=None, key=seller.known, now=NOW)
            assert (checked.verdict.klass, checked.verdict.reason) == shown, key
            assert checked.ref is None and checked.hold is None


def test_it_knows_no_real_card(seller):
    card = factories.make_issued_card()
    for code in (card.number, "VA12345", factories.make_number()):
        with pytest.raises(PracticeOnly):
            sellers.check(code, occurrence=None, key=seller.known, now=NOW)
        with pytest.raises(PracticeOnly):
            sell(seller, code)
    for code in ("", "ä", "131052-308T", "x" * 200, DECK["welcome"][:-1] + "1"):
        assert sellers.check(code, occurrence=None, key=seller.known, now=NOW).verdict.klass is VerdictClass.TECHNICAL


def test_events_are_those_of_its_venue(seller):
    with pytest.raises(lookup.OccurrenceElsewhere):
        sell(seller, DECK["welcome"], occurrence=factories.make_occurrence().id)
    with pytest.raises(lookup.OccurrenceElsewhere):
        sell(seller, DECK["welcome"], occurrence=factories.make_occurrence().id, sold_at=NOW)
    venue = selling.venue_of(seller)
    with pytest.raises(OccurrenceOver):
        sell(seller, DECK["welcome"], occurrence=factories.make_occurrence(venue=venue, starts_at=NOW - DAY).id)


def test_whatever_it_does_leaves_no_row(seller):
    venue = selling.venue_of(seller)
    tonight = factories.make_occurrence(venue=venue, quota=1)
    before = rows()
    assert before["scans"] == before["bookings"] == before["scan_cards"] == before["holds"] == 0
    for key, (klass, _) in SHOWN.items():
        admits = klass not in (VerdictClass.NOT_NOW, VerdictClass.TECHNICAL)
        counts = {"worker": 2} if key == "community" else {"adult": 1}
        sellers.check(DECK[key], occurrence=tonight.id, key=seller.known, now=NOW)
        asked: dict[str, Any] = {"occurrence": tonight.id, "again": key == "already", **counts}
        if admits:
            assert sell(seller, DECK[key], **asked).use
        else:
            with pytest.raises(NotAdmitted):
                sell(seller, DECK[key], **asked)
        assert sell(seller, DECK[key], sold_at=NOW, **asked).use
    with pytest.raises(NotAdmitted):
        sell(seller, DECK["welcome"], adult=2)
    with pytest.raises(NotAdmitted):
        sell(seller, DECK["already"])
    book(seller, tonight.id)
    assert rows() == before


def book(seller, occurrence):
    attempt = selling.begin(seller)
    made = sellerbookings.book(
        DECK["counts"],
        occurrence=occurrence,
        counts=Counts(adult=1, child=2),
        may_wait=False,
        key=seller.known,
        attempt=attempt,
        now=NOW,
    )
    return attempt, made


def test_it_remembers_what_it_was_told(seller):
    venue = selling.venue_of(seller)
    attempt, made = book(seller, factories.make_occurrence(venue=venue).id)
    told = {"booking": made.ref, "word": made.word, "occurrence": made.occurrence_id, "tickets": vars(made.counts)}
    selling.keep(attempt, state="booked", **told)
    assert sellerbookings.look(made.ref, key=seller.known, now=NOW) == made
    assert sellerbookings.cancel(made.ref, key=seller.known, now=NOW).state is BookingState.CANCELLED
    selling.keep(selling.begin(seller), state="cancelled", **told)
    with pytest.raises(BookingEnded):
        sellerbookings.cancel(made.ref, key=seller.known, now=NOW)
    with pytest.raises(OfferGone):
        sellerbookings.accept(made.ref, key=seller.known, now=NOW)
    for stranger, ref in ((make_seller(venue, is_sandbox=True), made.ref), (seller, "0" * 16), (seller, "%")):
        with pytest.raises(NotFound):
            sellerbookings.look(ref, key=stranger.known, now=NOW)
    with pytest.raises(NotFound):
        sandbox.list_answers(made.ref, of="use", api_key_id=seller.known.key_id)
