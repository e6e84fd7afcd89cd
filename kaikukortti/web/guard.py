"""Who may enter: every blueprint declares it here, and a test fails on one that does not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import Blueprint, Flask, abort, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from kaikukortti import accounts, clock
from kaikukortti.models.network import Membership, User
from kaikukortti.rules.access import NEEDS_FACTOR, Actor, Role
from kaikukortti.signin import sessions
from kaikukortti.signin.sessions import Current
from kaikukortti.web import browsers

PUBLIC = "public"
SIGNED_IN = "signed in"
DEVICE = "device"
SELLER = "seller"

PROOF_LASTS = timedelta(minutes=5)  # security.md §2: for minting, export, rights, enrolment
FORM_LASTS = timedelta(minutes=5)  # to fill in the form that was opened with a fresh proof

View = Callable[..., Any]

PLAIN_IN_ADDRESS = "/!$&'()*+,:;=@"  # RFC 3986: a path's own characters beside letters, digits and -._~

_manager = LoginManager()


class Person(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    """The signed-in person as Flask-Login sees it; the cookie holds the session's token, never an id."""

    def __init__(self, token: str, current: Current | None = None) -> None:
        self.token = token
        self.current = current

    def get_id(self) -> str:
        """Return what the cookie remembers."""
        return self.token


class SessionEnded(Unauthorized):
    """A form came after its session had ended; the page says that nothing of it was kept."""


class ProofMissing(Unauthorized):
    """A form came without a fresh proof of who sends it; the page says how to give one."""


@dataclass(frozen=True)
class Access:
    """What a blueprint declared: a word, or the roles that may enter."""

    word: str
    roles: frozenset[Role] = frozenset()


class GuardedBlueprint(Blueprint):
    """A blueprint that says who may enter."""

    access: Access


def guarded_blueprint(
    name: str,
    import_name: str,
    *,
    roles: Iterable[Role] = (),
    word: str = "",
    url_prefix: str | None = None,
    before_factor: bool = False,
) -> GuardedBlueprint:
    """Return a blueprint for the given roles, or for PUBLIC, SIGNED_IN, DEVICE or SELLER (an API key).

    `before_factor` is for the few pages that somebody gets who has yet to set up a second factor.
    Raises ValueError when neither roles nor a word is given.
    """
    chosen = frozenset(roles)
    if bool(chosen) == bool(word):
        raise ValueError(f"blueprint {name} must declare roles or one of public, signed in, device, seller")
    blueprint = GuardedBlueprint(name, import_name, url_prefix=url_prefix)
    blueprint.access = Access(word or "roles", chosen)
    if chosen or word == SIGNED_IN:
        blueprint.before_request(lambda: _check_entry(blueprint.access, before_factor=before_factor))
    return blueprint


def confirmed(view: View) -> View:
    """Let a view be opened only by who has proved to be there within five minutes; a form has five minutes more.

    Opening leads to the page that asks for the proof, and back. Raises ProofMissing for a form that comes too late.
    """
    return confirmed_when(lambda: True)(view)


def confirmed_when(reaches_far: Callable[[], bool]) -> Callable[[View], View]:
    """Do as `confirmed` does, but for the requests alone that a view's page calls far-reaching."""

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(*args: Any, **kwargs: Any) -> Any:
            return (_ask_for_proof() if reaches_far() else None) or view(*args, **kwargs)

        return asked

    return decorate


def is_writing() -> bool:
    """Return whether a request may change something."""
    return request.method not in ("GET", "HEAD")


def init_app(app: Flask) -> None:
    """Register sign-in. Loading the person also remembers the chosen language for this request."""
    _manager.init_app(app)
    _manager.session_protection = None  # the token in the database is the session; an address may change
    _manager.user_loader(_load)


def begin(user_id: int, *, now: datetime) -> None:
    """Begin a session for a person, in the first of the person's organisations; nothing of before stays."""
    drop_session()
    token = sessions.begin(user_id, browser=browsers.named(request.headers.get("User-Agent", "")), now=now)
    session.clear()
    session.permanent = True
    login_user(Person(token, sessions.find(token, now=now)))


def drop_session() -> None:
    """End the session of this browser, in the database too."""
    current = find_current()
    if current is not None:
        sessions.end(current.session_id, user_id=current.user.id)
    logout_user()
    session.clear()


def choose_membership(membership_id: int) -> bool:
    """Act in another of the own memberships from now on, by a new token; False when it is not one of them."""
    current = find_current()
    if current is None or membership_id not in {held.id for held in current.user.open_memberships}:
        return False
    _take(sessions.choose(current.session_id, membership_id, now=clock.now()))
    return True


def confirm() -> None:
    """Note that the signed-in person has just proved to be there; the browser gets a new token."""
    current = find_current()
    if current is None:
        abort(401)
    _take(sessions.confirm(current.session_id, now=clock.now()))


def find_current() -> Current | None:
    """Return the session of this request, or None."""
    return cast(Person, current_user).current if current_user.is_authenticated else None


def find_user() -> User | None:
    """Return the signed-in user, or None."""
    current = find_current()
    return None if current is None else current.user


def find_membership() -> Membership | None:
    """Return the membership that the signed-in user acts in, or None."""
    current = find_current()
    return None if current is None else current.membership


def needs_factor() -> bool:
    """Return whether one of the signed-in person's roles asks for a second factor."""
    current = find_current()
    return current is not None and any(held.role in NEEDS_FACTOR for held in current.user.memberships)


def lacks_factor() -> bool:
    """Return whether the signed-in person has yet to set up the second factor that a role asks for."""
    current = find_current()
    return current is not None and not current.has_factor and needs_factor()


def has_ended() -> bool:
    """Return whether this browser's session has ended by itself: it was idle, or was ended elsewhere."""
    return "_user_id" in session and find_current() is None


def actor() -> Actor:
    """Return who acts in this request; aborts with 401 when nobody is signed in."""
    current = find_current()
    if current is None:
        abort(401)
    if lacks_factor():
        abort(redirect(url_for("factors.index"), 303))  # a page for everybody that knows its reader
    return accounts.actor_of(current.user, current.membership)


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


def _check_entry(access: Access, *, before_factor: bool) -> Response | None:
    membership = find_membership()
    if membership is None:
        if is_writing() and has_ended():
            raise SessionEnded()
        goal = address_here() if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=goal))
    if lacks_factor() and not before_factor:
        return redirect(url_for("factors.index"), 303)
    if access.roles and membership.role not in access.roles:
        abort(403)
    return None


def _ask_for_proof() -> Response | None:
    current = find_current()
    if current is None:
        abort(401)
    age = clock.now() - current.confirmed_at
    if age <= (PROOF_LASTS + FORM_LASTS if is_writing() else PROOF_LASTS):
        return None
    if is_writing():
        raise ProofMissing()
    return redirect(url_for("confirming.confirm", next=address_here()), 303)


def _load(token: str) -> Person | None:
    current = sessions.find(token, now=clock.now())
    if current is None:
        return None
    g.user_language = current.user.language
    return Person(token, current)


def _take(token: str) -> None:
    login_user(Person(token, sessions.find(token, now=clock.now())))
