"""`kaikukortti demo`: a made-up Lappeenranta network in a SQLite file, served on both loopbacks."""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa

from kaikukortti import app as application
from kaikukortti import clock, config, db, monthcounts, partners, reports, simulate
from kaikukortti.cli import databases, service
from kaikukortti.config import Config, ConfigError
from kaikukortti.cube import freezing
from kaikukortti.followup import demo as followup_demo
from kaikukortti.followup import freezing as indicators
from kaikukortti.messaging import demo as messaging_demo
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Venue
from kaikukortti.partnership import demo as partnership_demo
from kaikukortti.rules import period
from kaikukortti.rules.access import NEEDS_FACTOR, Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.running import logs
from kaikukortti.signin import demo as signin_demo
from venues import devices

MOST_NUMBERS = 100


@dataclass(frozen=True)
class Ready:
    """What a person or a test needs to drive the demo."""

    url: str
    sign_ins: list[dict[str, str]]
    enrolment_codes: dict[str, str]
    cards: dict[str, list[str]]
    own_keys: dict[str, str]


@click.command()
@service.instance_option
@click.option("--port", default=5000, show_default=True, help="Port on both loopbacks; 0 takes a free one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line when ready, for programs.")
def demo(instance: Path | None, port: int, as_json: bool) -> None:
    """Fill a SQLite file with the made-up Lappeenranta network, once, and serve it."""
    folder = service.ready_folder(instance)
    settings, password = _settings(folder)
    service.set_up_log(settings, logs.Style.PLAIN)
    app, now = application.create_app(settings), clock.now()
    with app.app_context():
        if simulate.is_empty():
            simulate.fill(now=now, password=password)
        monthcounts.refresh_all()
        freezing.freeze(now=now, secret=settings.rounding_key)
        signin_demo.fill(now=now, secret=settings.secret_key)
        partnership_demo.fill(now=now)
        messaging_demo.fill(now=now, secret=settings.secret_key)
        followup_demo.fill(now=now, secret=settings.secret_key)
        indicators.freeze(now=now, secret=settings.rounding_key)
        _freeze_report(now)
        codes, numbers = _plan_enrolments(now), _list_numbers(now)
        own_keys = followup_demo.list_own_keys(secret=settings.secret_key)
        db.db.session.remove()
        db.db.engine.dispose()
    chosen, bind = service.open_loopbacks(port)
    ready = Ready(f"http://localhost:{chosen}", _sign_ins(password), codes, numbers, own_keys)
    service.run_server(settings, bind=bind, workers=1, when_ready=lambda: _announce(ready, as_json), address=ready.url)


def _settings(folder: Path) -> tuple[Config, str]:
    """Return the settings of a demo instance; refuses an instance that is in earnest."""
    path = folder / config.SETTINGS_FILE
    fresh = {
        "secret_key": secrets.token_urlsafe(48),
        "secure_cookies": "0",
        "demo": "1",
        "demo_password": simulate.new_demo_password(),
        "mail_folder": str(folder / "mail"),
    }
    if path.exists() and config.read_setting(folder, "demo") != "1":
        raise ConfigError(f"{path} is not a demo: choose another folder with --instance.")
    config.write_file(folder, fresh)
    settings = databases.prepare(folder, {})
    return settings, config.read_setting(folder, "demo_password")


def _sign_ins(password: str) -> list[dict[str, str]]:
    """Return who can sign in with what; who needs a second step has the secret of the app, `totp`."""
    return [
        {
            "role": found.role.value,
            "organisation": found.organisation,
            "email": found.email,
            "password": password,
            "totp": signin_demo.secret_of(found.email) if found.role in NEEDS_FACTOR else "",
        }
        for found in simulate.list_sign_ins()
    ]


def _freeze_report(now: datetime) -> None:
    """Freeze the report of last year where there is none, as a coordinator does every January."""
    year = period.day_of(now).year - 1
    for area in partners.list_areas():
        actor = Actor(None, "demo", Role.COORDINATOR, area_id=area.id)
        with suppress(reports.YearImpossible):
            if not reports.list_public(area.id):
                seen = reports.draw_up(year, actor=actor, now=now).mark
                reports.freeze(year, actor=actor, seen=seen, now=now)


def _plan_enrolments(now: datetime) -> dict[str, str]:
    """Return a fresh enrolment code for each venue, good for 24 hours; earlier codes stay as they are."""
    found = db.db.session.execute(sa.select(Venue.id, Venue.name_fi).order_by(Venue.id)).all()
    return {
        name: devices.plan_enrolment(
            actor=Actor(None, "demo", Role.VENUE_MANAGER, venue_id=venue_id),
            venue_id=venue_id,
            now=now,
            lasts=devices.ENROLMENT_LASTS_IN_DEMO,
        )
        for venue_id, name in found
    }


def _list_numbers(now: datetime) -> dict[str, list[str]]:
    """Return card numbers by state, the most of each that a walk through the demo needs."""
    today = period.day_of(now)
    personal = Card.kind == CardKind.PERSONAL
    active = sa.and_(personal, Card.state == State.ACTIVE, Card.last_valid_on >= today)
    groups: dict[str, sa.ColumnElement[bool]] = {
        "active": sa.and_(active, Card.children == 0),
        "active_with_children": sa.and_(active, Card.children > 0),
        "community": sa.and_(Card.kind == CardKind.COMMUNITY, Card.state == State.ACTIVE),
        "expired": sa.and_(personal, Card.state == State.ACTIVE, Card.last_valid_on < today),
        "blocked": Card.state == State.BLOCKED,
        "stock": sa.and_(personal, Card.state == State.STOCK),
    }
    return {
        name: list(db.db.session.scalars(sa.select(Card.number).where(which).order_by(Card.id).limit(MOST_NUMBERS)))
        for name, which in groups.items()
    }


def _announce(ready: Ready, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(vars(ready), ensure_ascii=False))
        return
    width = max(len(row["organisation"]) for row in ready.sign_ins)
    click.echo("Kaikukortti demo: everything in it is made up.\n")
    for row in ready.sign_ins:
        click.echo(f"  {row['organisation']:<{width}}  {row['role']:<13}  {row['email']}")
    click.echo(f"\n  Password of all of them: {ready.sign_ins[0]['password']}")
    click.echo(
        "  Who works with cards or looks after an area is asked for a code as well: the page shows the one of now."
    )
    venue, code = max(ready.enrolment_codes.items(), key=lambda pair: "kaupunginteatteri" in pair[0])
    click.echo(f"\n  Tablet of {venue}: {ready.url}/door/enrol#{code}")
    click.echo(f"  A card in use: {ready.cards['active'][0]}, with children: {ready.cards['active_with_children'][0]}")
    click.echo(f"  A card to hand out: {ready.cards['stock'][0]}")
    for number, key in list(ready.own_keys.items())[:1]:
        click.echo(f"  A holder's own card: {ready.url}/own/ with {number} and the key {key}")
    click.echo(f"\n  Open {ready.url} (stop with Ctrl-C)")
