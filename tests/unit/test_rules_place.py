"""What may stand in the facts of a place."""

import pytest

from kaikukortti.rules import card, place
from kaikukortti.rules.place import Facts


def test_nothing_has_to_be_known():
    place.check(Facts())


@pytest.mark.parametrize(
    "website",
    [
        "https://museo.example/",
        "http://museo.example",
        "https://museo.example:8443/liput?kieli=fi#osto",
        "https://näyttämö.example/",
    ],
)
def test_web_addresses(website):
    place.check(Facts(website=website))


@pytest.mark.parametrize(
    "website",
    [
        "museo.example",
        "javascript:alert(1)",
        "JavaScript://museo.example/%0aalert(1)",
        "data:text/html,museo",
        "ftp://museo.example/",
        "https:museo.example",
        "https:///liput",
        "https://localhost/",
        "https://museo.example@toinen.example/",
        "https://museo.example/ liput",
        "https://museo.example:portti/",
        "https://[museo.example/",
        "//museo.example/",
    ],
)
def test_what_is_no_web_address(website):
    with pytest.raises(place.ImpossibleWebsite):
        place.check(Facts(website=website))


@pytest.mark.parametrize("phone", ["05 000 0101", "+358 5 000 0101", "(05) 000-0101"])
def test_telephone_numbers(phone):
    place.check(Facts(ticket_phone=phone))


@pytest.mark.parametrize("phone", ["soita", "12", "05 000 0101; liput", "+", "05\n000"])
def test_what_is_no_telephone_number(phone):
    with pytest.raises(place.ImpossiblePhone):
        place.check(Facts(ticket_phone=phone))


@pytest.mark.parametrize("postcode", ["5310", "531000", "5310O", "٥٣١٠٠"])
def test_what_is_no_postcode(postcode):
    with pytest.raises(card.ImpossiblePostcode):
        place.check(Facts(postcode=postcode))
