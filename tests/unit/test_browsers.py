"""A browser's own line in a few words; nothing finer, and nothing of what anybody may write there."""

import pytest

from kaikukortti.web import browsers

MOZILLA = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (MOZILLA.format("Windows NT 10.0; Win64; x64", "Chrome/140.0.0.0 Safari/537.36"), "Chrome, Windows"),
        (MOZILLA.format("Windows NT 10.0; Win64; x64", "Chrome/140.0.0.0 Safari/537.36 Edg/140.0"), "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (MOZILLA.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.0 Safari/605.1.15"), "Safari, macOS"),
        (MOZILLA.format("Linux; Android 15; K", "Chrome/140.0.0.0 Mobile Safari/537.36"), "Chrome, Android"),
        (MOZILLA.format("iPhone; CPU iPhone OS 18_0 like Mac OS X", "Version/18.0 Safari/604.1"), "Safari, iPhone"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_in_a_few_words(line, words):
    assert browsers.named(line) == words
