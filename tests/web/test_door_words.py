"""What the whole queue may read: in no language does a word of the door hint at poverty, debt, benefits or social
services, nor accuse: a card is never refused or rejected.
"""

import re

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.web import language
from tests import factories, onpage, tree
from tests.webclient import Web
from venues import wording
from venues.doortexts import door_texts

FORBIDDEN = {
    "fi": r"köyh|vähävarai|varat(?:on|tom)|pienitulo|tulo(?:t|je)\b|toimeentulo|etuu[sdk]|\btuki|\btuet|\btukea"
    r"|sosiaali|vel(?:ka|at|koj)|asiakas|asiakk|työt(?:ön|töm)|hylä|\bevät|kiellet|väärenn|perintä",
    "sv": r"fattig|medellös|låginkomst|inkomst|bidrag|socialt?\b|socialtjänst|skuld|klient|arbetslös|avslag|nekad"
    r"|avvisa|förfalsk|indriv",
    "en": r"\bpoor|poverty|income|benefit|welfare|social|debt|client|unemploy|refus|reject|denied|invalid|fake",
}
ALL = re.compile("|".join(FORBIDDEN.values()), re.IGNORECASE)


@pytest.fixture
def said(app) -> list[str]:
    """Return every sentence of the tablet's screens and of its verdicts, in every language."""
    with app.app_context():
        screens = language.in_each_language(door_texts)
        verdicts = wording.templates()
    return [text for texts in screens.values() for text in texts.values()] + [
        text for texts in verdicts.values() for text in texts.values()
    ]


def test_no_word_at_the_door_tells_why_anybody_has_a_card(said):
    assert len(said) > 300
    assert not [text for text in said if ALL.search(text)]


def test_the_sentences_that_are_built_in_do_not_either():
    source = (tree.ROOT / "static" / "door" / "sayings.mjs").read_text(encoding="utf-8")
    sentences = re.findall(r'"((?:[^"\\]|\\.)+)"', source)
    assert "Voimassa. Montako lippua?" in sentences
    assert not [text for text in sentences if ALL.search(text)]


@pytest.mark.parametrize("code", FORBIDDEN)
def test_the_list_of_words_finds_what_it_should(code):
    hints = {"fi": "Sosiaalitoimen asiakas", "sv": "Får bidrag", "en": "Card refused: benefit ended"}
    assert ALL.search(hints[code])


def test_a_community_card_without_tickets_left_speaks_of_the_year(app, network):
    door = Web(app)
    door.client.set_cookie("kaiku_device", network.tablet.credential)
    with app.app_context():
        db.session.execute(sa.update(Card).where(Card.id == network.community.id).values(ticket_budget=1))
        db.session.commit()
    visit = factories.scan_body(network.community, adult=0, worker=1)
    assert onpage.json_of(door.post("/door/api/scans", json={"items": [visit]}))["answers"][0]["flags"] == []
    said = onpage.json_of(door.post("/door/api/checks", json={"code": network.community.number}))["verdict"]
    assert (said["class"], said["reason"]) == ("not_now", "limit")
    assert said["say"]["en"] == "This year's tickets of this card have been used."
    assert said["say"]["fi"] == "Kortin tämän vuoden liput on jo käytetty."
