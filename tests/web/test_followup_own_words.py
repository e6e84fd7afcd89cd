"""The holder's own pages in five readings."""

import re
import string
from dataclasses import fields, is_dataclass
from datetime import timedelta

import pytest

from kaikukortti.web.followup.own import ownreading, ownwords
from kaikukortti.web.followup.own.owneasy import EASY_OWN
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.followupown import make_key, open_card
from venues import scanning

READINGS = tuple(ownreading.READINGS)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def key(app, network) -> str:
    return make_key(app, network)


@pytest.fixture
def visited(app, network) -> None:
    """Record two visits of the card: one today with children, one in October."""
    with app.app_context():
        for at, child in ((NOW, 2), (NOW - 30 * DAY, 0)):
            item = factories.make_item(network.card, occurred=at, child=child)
            scanning.record(item, device=network.tablet.known, received_at=at)


def spoken(words, path: str = ""):
    """Yield each text of the words by its name."""
    if is_dataclass(words):
        for field in fields(words):
            yield from spoken(getattr(words, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(words, str):
        yield path, words
    else:
        rows = words.items() if isinstance(words, dict) else enumerate(words) if len(words) == 5 else [(0, words[0])]
        for name, text in rows:
            yield from spoken(text, f"{path}.{name}")


def places(text: str) -> set[str]:
    return {name for _before, name, _form, _how in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("reading", READINGS)
def test_every_page_in_every_reading(web, network, key, visited, reading):
    words = ownwords.words(ownreading.READINGS[reading])
    open_card(web, network.card, key, reading=reading)
    assert words.card.by_month in web.text and words.mood.title in web.text
    assert onpage.tree(web).get("lang") == ownreading.READINGS[reading].language
    for path, expected in (
        ("/own/card?dates=1", words.card.dates),
        ("/own/key", words.card.forget),
        ("/own/?closed=pressed", words.entry.closed["pressed"]),
        ("/own/", words.entry.safe.title),
    ):
        web.get(path)
        assert expected in web.text and words.frame.leave in web.text, path
        assert (words.frame.awaiting in web.text) is (words.frame.awaiting != "") or not words.frame.awaiting
    try_to_open_again = web.submit("/own/", {"number": network.card.number, "key": "x"}, form="/own/")
    assert try_to_open_again.status_code == 422 and words.entry.wrong in web.text, "the reading is kept"


def test_easy_finnish_and_russian_say_everything_and_nothing_in_english():
    texts = {code: dict(spoken(ownwords.words(ownreading.READINGS[code]))) for code in ("en", "easy", "ru")}
    names = set(texts["en"])
    for code in ("easy", "ru"):
        assert set(texts[code]) == names
        for name in names - {"frame.awaiting"}:
            assert texts[code][name].strip(), (code, name)
            assert places(texts[code][name]) == places(texts["en"][name]), (code, name)
    assert all(re.search("[а-яё]", text) for text in texts["ru"].values()), "no Russian"
    assert EASY_OWN.frame.awaiting and texts["ru"]["frame.awaiting"]
