"""The neutral page behind a found card: the same bytes whatever card it is, nothing written, and no flood."""

import sqlalchemy as sa

from kaikukortti.db import db

LANGUAGES = ("fi", "sv", "en")


def rows(app) -> dict[str, int]:
    with app.app_context():
        count = sa.func.count()
        return {
            table.name: db.session.scalar(sa.select(count).select_from(table)) or 0
            for table in db.Model.metadata.sorted_tables
            if table.name != "request_counts"
        }


def test_every_code_gets_the_same_page(app, network, web):
    before = rows(app)
    codes = (network.card.number, network.stock.number, network.far_stock.number, "EK00000000", "x", "<script>", "a/b")
    answers = [web.get(f"/found/{code}") for code in codes]
    assert {(answer.status_code, answer.location, answer.data) for answer in answers} == {
        (302, "/found/", answers[0].data)
    }
    page = web.get("/found/").text
    assert all(f'<section class="section" lang="{code}">' in page for code in LANGUAGES)
    assert network.area.help_phone in page
    assert rows(app) == before


def test_sixty_a_minute_and_no_more(network, web):
    web.language("en")
    place = {"REMOTE_ADDR": "127.9.9.9"}
    answers = [web.get("/found/EK3F8M2X9TS", environ_base=place).status_code for _ in range(62)]
    assert answers == [302] * 60 + [429] * 2
    assert "Wait a minute" in web.text
    assert web.get("/found/").status_code == 200, "others are not held up"
