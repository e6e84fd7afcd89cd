"""Venues near a home, from the register."""

from kaikukortti import nearby
from kaikukortti.models.network import PartnerState
from kaikukortti.rules.card import CardKind
from tests import factories


def names(venues) -> list[str]:
    return [venue.name_fi for venue in venues]


def test_the_nearest_of_the_area_that_are_active():
    area, far = factories.the_area(), factories.make_area("HX")
    for name, postcode in (("Kaukana", "55100"), ("Lähellä", "53110"), ("Tässä", "53100"), ("Vierellä", "53120")):
        factories.make_venue(area, name_fi=name, postcode=postcode)
    factories.make_venue(area, name_fi="Poissa", postcode="53100", state=PartnerState.LEFT)
    factories.make_venue(far, name_fi="Muualla", postcode="53100")
    assert names(nearby.list_venues("53100", area_id=area.id)) == ["Tässä", "Lähellä", "Vierellä", "Kaukana"]
    assert names(nearby.list_venues("55120", area_id=area.id, most=1)) == ["Kaukana"]
    assert names(nearby.list_venues(None, area_id=area.id, most=2)) == ["Kaukana", "Lähellä"]


def test_the_home_of_a_line():
    card = factories.make_issued_card()
    assert nearby.home_postcode(card.line) == "53100"
    assert nearby.home_postcode("0" * 32) is None
    assert nearby.home_postcode(None) is None


def test_near_a_holder():
    unit = factories.make_unit()
    for name, postcode in (("Alku", "55100"), ("Loppu", "53100")):
        factories.make_venue(factories.the_area(), name_fi=name, postcode=postcode)
    near = nearby.near_holder(factories.make_issued_card(unit).line, area_id=unit.area_id)
    assert (names(near.venues), near.is_ranked) == (["Loppu", "Alku"], True)
    community = factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    near = nearby.near_holder(community.line, area_id=unit.area_id)
    assert (names(near.venues), near.is_ranked) == (["Alku", "Loppu"], False)
    assert nearby.near_holder(community.line, area_id=factories.make_area("HX").id).venues == []
