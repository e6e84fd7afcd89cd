"""The order of venues by postcode alone."""

import itertools

from kaikukortti.models.network import Venue
from kaikukortti.nearby import rank


def venue(name: str, postcode: str, town: str = "Lappeenranta") -> Venue:
    return Venue(name_fi=name, postcode=postcode, municipality=town)


def names(postcode: str | None, venues: list[Venue]) -> list[str]:
    return [found.name_fi for found in rank(postcode, venues)]


VENUES = [
    venue("Keskusta", "53100"),
    venue("Naapuri", "53130"),
    venue("Sammonlahti", "53850"),
    venue("Imatra", "55100", "Imatra"),
    venue("Helsinki", "00100", "Helsinki"),
]


def test_more_shared_digits_are_nearer():
    assert names("53100", VENUES) == ["Keskusta", "Naapuri", "Sammonlahti", "Imatra", "Helsinki"]
    assert names("55120", VENUES)[0] == "Imatra"
    assert names("00510", VENUES)[0] == "Helsinki"


def test_among_equals_the_closer_number_is_nearer():
    assert names("53810", VENUES)[0] == "Sammonlahti"
    assert names("53140", VENUES)[:2] == ["Naapuri", "Keskusta"]
    assert names("53500", VENUES)[:3] == ["Sammonlahti", "Naapuri", "Keskusta"]


def test_ties_go_by_name_whatever_the_order_of_the_rows():
    twins = [venue("B", "53100"), venue("A", "53100"), venue("C", "53100")]
    for order in itertools.permutations(twins):
        assert names("53100", list(order)) == ["A", "B", "C"]


def test_a_venue_without_postcode_stands_behind_those_of_its_town():
    silent, stranger = venue("Hiljainen", ""), venue("Muualla", "", "Kotka")
    assert names("53100", [stranger, silent, *VENUES]) == [
        "Keskusta",
        "Naapuri",
        "Sammonlahti",
        "Hiljainen",
        "Imatra",
        "Helsinki",
        "Muualla",
    ]


def test_without_a_home_the_names_decide():
    assert names(None, VENUES) == ["Helsinki", "Imatra", "Keskusta", "Naapuri", "Sammonlahti"]
