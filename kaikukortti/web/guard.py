"""Who may enter: every blueprint declares it here, and a test fails on one that does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote, urlsplit

from flask import Blueprint, Flask, abort, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from kaikukortti import accounts
from kaikukortti.models.network import Membership, User
from kaikukortti.rules.access import Actor, Role

PUBLIC = "public"
SIGNED_IN = "signed in"
DEVICE = "device"
SELLER = "seller"

PLAIN_IN_ADDRESS = "/!$&'()*+,:;=@"  # RFC 3986: a path's own characters beside letters, digits and -._~

_manager = LoginManager()


class Person(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    """The signed-in user as Flask-Login sees it; the session holds the user's session key, never the id."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        """Return what the session remembers."""
        return self.user.session_key


@dataclass(frozen=True)
class Access:
    """What a blueprint declared: a word, or the roles that may enter."""

    word: str
    roles: frozenset[Role] = frozenset()


class GuardedBlueprint(Blueprint):
    """A blueprint that says who may enter."""

    access: Access


def guarded_blueprint(
    name: str, import_name: str, *, roles: Iterable[Role] = (), word: str = "", url_prefix: str | None = None
) -> GuardedBlueprint:
    """Return a blueprint for the given roles, or for PUBLIC, SIGNED_IN, DEVICE or SELLER (an API key).

    Raises ValueError when neither roles nor a word is given.
    """
    chosen = frozenset(roles)
    if bool(chosen) == bool(word):
        raise ValueError(f"blueprint {name} must declare roles or one of public, signed in, device, seller")
    blueprint = GuardedBlueprint(name, import_name, url_prefix=url_prefix)
    blueprint.access = Access(word or "roles", chosen)
    if chosen or word == SIGNED_IN:
        blueprint.before_request(lambda: _check_entry(blueprint.access))
    return blueprint


def init_app(app: Flask) -> None:
    """Register sign-in. Loading the person also remembers the chosen language for this request."""
    _manager.init_app(app)
    _manager.user_loader(_load)


def sign_in(user: User) -> None:
    """Begin a session for a user, in the first of the user's organisations."""
    session.clear()
    session.permanent = True
    login_user(Person(user))
    session["membership"] = user.memberships[0].id


def sign_out() -> None:
    """End the session."""
    logout_user()
    session.clear()


def choose_membership(membership_id: int) -> bool:
    """Act in another of the own memberships from now on; False when it is not one of them."""
    person = find_user()
    if person is None or membership_id not in {held.id for held in person.memberships}:
        return False
    session["membership"] = membership_id
    return True


def find_user() -> User | None:
    """Return the signed-in user, or None."""
    return cast(User, current_user.user) if current_user.is_authenticated else None


def find_membership() -> Membership | None:
    """Return the membership that the signed-in user acts in, or None."""
    user = find_user()
    if user is None or not user.memberships:
        return None
    wanted = session.get("membership")
    return next((held for held in user.memberships if held.id == wanted), user.memberships[0])


def actor() -> Actor:
    """Return who acts in this request; aborts with 401 when nobody is signed in."""
    user, membership = find_user(), find_membership()
    if user is None or membership is None:
        abort(401)
    return accounts.actor_of(user, membership)


def own_area() -> int:
    """Return the id of the coordinator's area; aborts with 403 for other actors."""
    area_id = actor().area_id
    if area_id is None:
        abort(403)
    return area_id


def own_venue() -> int:
    """Return the id of the actor's venue; aborts with 403 for other actors."""
    venue_id = actor().venue_id
    if venue_id is None:
        abort(403)
    return venue_id


def address_here() -> str:
    """Return the page's own path and query as they were asked for: what an address cannot hold is encoded."""
    path = quote(request.path, safe=PLAIN_IN_ADDRESS)
    return f"{path}?{quote(request.query_string, safe=PLAIN_IN_ADDRESS + '?%')}" if request.query_string else path


def safe_next(target: str | None) -> str | None:
    """Return a path of our own to go on to, or None for anything that leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or not target.isprintable():
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _check_entry(access: Access) -> Response | None:
    if find_user() is None:
        goal = address_here() if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=goal))
    membership = find_membership()
    if access.roles and (membership is None or membership.role not in access.roles):
        abort(403)
    return None


def _load(session_key: str) -> Person | None:
    user = accounts.find_by_session(session_key)
    if user is None or not user.memberships:
        return None
    g.user_language = user.language
    return Person(user)
