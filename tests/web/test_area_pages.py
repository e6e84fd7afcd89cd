"""The settings of an area: what a coordinator may decide, and what each decision changes elsewhere."""

import html
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import ListCounter
from kaikukortti.models.network import Area
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests.factories import NOW
from tests.webclient import Web

PAGE = "/area/settings"
TODAY = NOW.date()


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def read(app) -> tuple[Area, str, int]:
    with app.app_context():
        epoch = db.session.scalar(sa.select(ListCounter.epoch)) or ""
        entries = db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "area.changed")) or 0
        return db.session.scalars(sa.select(Area).order_by(Area.id).limit(1)).one(), epoch, entries


def test_settings_are_kept(app, coordinator):
    before, epoch, _ = read(app)
    values = {
        "name_sv": "Södra Karelen",
        "municipalities": "Lappeenranta,  Imatra , ,Imatra",
        "validity_months": "6",
        "grace_days": "14",
        "legacy_masks": "aa9999  99999999",
        "help_phone": "040 123 4567",
    }
    coordinator.submit(PAGE, values)
    assert "Saved" in coordinator.text
    area, new_epoch, entries = read(app)
    assert (area.name_fi, area.name_sv, area.municipalities) == (
        before.name_fi,
        "Södra Karelen",
        ["Lappeenranta", "Imatra"],
    )
    assert (area.validity_months, area.grace_days, area.fixed_end_on) == (6, 14, None)
    assert (area.legacy_masks, area.help_phone) == ("AA9999 99999999", "040 123 4567")
    assert entries == 1
    assert new_epoch != epoch, "tablets judge with the days of grace: they have to fetch their list anew"


def test_a_name_alone_leaves_the_tablets_lists(app, coordinator):
    _, epoch, _ = read(app)
    coordinator.submit(PAGE, {"name_en": "Carelia"})
    assert read(app)[1:] == (epoch, 1)
    coordinator.submit(PAGE, {})
    assert read(app)[1:] == (epoch, 1), "saving without a change leaves no entry"


def test_a_common_last_day(app, coordinator):
    end = TODAY + timedelta(days=40)
    coordinator.submit(PAGE, {"ends": "day", "fixed_end_on": end.isoformat()})
    assert read(app)[0].fixed_end_on == end
    coordinator.submit(PAGE, {"ends": "months"})
    assert read(app)[0].fixed_end_on is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ends": "day", "fixed_end_on": ""}, "Choose a day."),
        ({"ends": "day", "fixed_end_on": date(2020, 1, 1).isoformat()}, "This day is over already."),
        ({"validity_months": "61"}, "From 1 to 60 months."),
        ({"validity_months": "kuusi"}, "Write a whole number."),
        ({"grace_days": "-1"}, "From 0 to 366 days."),
        ({"legacy_masks": "AA9999 (a+)+$"}, "Use A, 9 and * only"),
        ({"legacy_masks": "A9"}, "Use A, 9 and * only"),
        ({"name_fi": ""}, "This is needed."),
        ({"help_address": "131052-308T"}, "personal identity code"),
    ],
)
def test_what_cannot_be_is_told_and_kept_on_the_page(app, coordinator, values, said):
    before, epoch, _ = read(app)
    answer = coordinator.submit(PAGE, values)
    assert answer.status_code == 422
    assert said in coordinator.text
    for value in values.values():
        assert f'value="{value}"' in html.unescape(answer.text)
    after, same_epoch, entries = read(app)
    assert (vars_of(after), same_epoch, entries) == (vars_of(before), epoch, 0)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_others_stay_out(network, enter, role):
    assert enter(network.people[role]).get(PAGE).status_code == 403


def vars_of(area: Area) -> dict[str, object]:
    return {name: getattr(area, name) for name in Area.__mapper__.columns.keys()}
