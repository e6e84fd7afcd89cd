"""Texts cut into paragraphs, lines and links: what becomes a link, what stays text, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.web.messaging.paragraphs import Piece, cut


def test_paragraphs_and_lines():
    assert cut("a\nb\n\nc") == [[[Piece("a")], [Piece("b")]], [[Piece("c")]]]
    assert cut("") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Katso https://kausi.example/a?b=1&c=2#d.", "https://kausi.example/a?b=1&c=2#d"),
        ("(http://kausi.example/)", "http://kausi.example/"),
        ("HTTPS://Kausi.Example", "HTTPS://Kausi.Example"),
        ("ks. https://kausi.example/ä, kiitos", "https://kausi.example/ä"),
    ],
)
def test_web_addresses_become_links(text, address):
    [[line]] = cut(text)
    assert [piece.href for piece in line if piece.href] == [address]
    assert "".join(piece.text for piece in line) == text


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://kausi.example/",
        "https://",
        "https://pankki.example@varas.example/",
        "https://[x",
        "www.kausi.example",
    ],
)
def test_anything_else_stays_text(text):
    assert cut(text) == [[[Piece(text)]]]


@given(st.text(alphabet="ab :/.h?t&ps<>\"'@\n", max_size=60))
def test_nothing_is_lost_and_no_other_scheme_is_a_link(text):
    pieces = [piece for lines in cut(text) for line in lines for piece in line]
    assert "".join(piece.text for piece in pieces) == "".join(
        line for part in text.split("\n\n") if part.strip() for line in part.split("\n")
    )
    assert all(piece.href is None or piece.href.startswith(("http://", "https://")) for piece in pieces)
