"""Blueprints of follow-up: there only where it is switched on, otherwise as if they had never been written (404)."""

from collections.abc import Iterable

from flask import abort, current_app, request

from kaikukortti.config import Config
from kaikukortti.followup import switches
from kaikukortti.followup.switches import Switches
from kaikukortti.rules.access import Actor, Role
from kaikukortti.web import guard
from kaikukortti.web.guard import GuardedBlueprint

_KEPT = "kaikukortti.followup.switches"


def unit_blueprint(name: str, import_name: str, *, url_prefix: str, needs_episodes: bool = False) -> GuardedBlueprint:
    """Return a blueprint for the workers of units that have follow-up on; `needs_episodes`: option b as well."""
    blueprint = guard.guarded_blueprint(name, import_name, roles=[Role.WORKER], url_prefix=url_prefix)
    blueprint.before_request(lambda: _check(needs_episodes))
    return blueprint


def area_blueprint(
    name: str, import_name: str, *, url_prefix: str, roles: Iterable[Role] = (Role.COORDINATOR,)
) -> GuardedBlueprint:
    """Return a blueprint for people of areas (or of venues or units, by `roles`) where follow-up is on."""
    blueprint = guard.guarded_blueprint(name, import_name, roles=roles, url_prefix=url_prefix)
    blueprint.before_request(lambda: _check(False))
    return blueprint


def own_switches() -> Switches:
    """Return what is on for the person who asks: of the own unit, or of the area that the organisation belongs to."""
    return switches_of(guard.actor())


def switches_of(actor: Actor) -> Switches:
    """Return what is on for an actor. The menu, a blueprint and a page ask in one request: it is read once."""
    area_id = area_of(actor)
    kept: dict[tuple[int, int | None], Switches] = request.environ.setdefault(_KEPT, {})
    asked = (area_id, actor.unit_id)
    if asked not in kept:
        found = switches.of_unit(actor.unit_id, area_id=area_id) if actor.unit_id else switches.of_area(area_id)
        kept[asked] = found
    return kept[asked]


def area_of(actor: Actor) -> int:
    """Return the area of an actor's organisation; aborts with 403 where there is none."""
    membership = guard.find_membership()
    if actor.area_id is not None:
        return actor.area_id
    home = membership and (membership.unit or membership.venue)
    if not home:
        abort(403)
    return home.area_id


def secret() -> str:
    """Return the service's secret, from which keyed names and seals are derived."""
    settings: Config = current_app.config["KAIKU"]
    return settings.secret_key


def _check(needs_episodes: bool) -> None:
    found = own_switches()
    if not found.followup or (needs_episodes and not found.episodes):
        abort(404)
