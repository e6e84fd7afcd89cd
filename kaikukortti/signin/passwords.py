"""Passwords: what a new one has to be. Its hash is `hashing`'s business, who tries how often `throttling`'s."""

from kaikukortti.errors import DomainError
from kaikukortti.models.network import User
from kaikukortti.signin import guessable

SHORTEST = 12
LONGEST = 128


class PasswordRefused(DomainError):
    """A new password cannot be taken; the subclasses say why."""


class PasswordTooShort(PasswordRefused):
    """A password has 12 to 128 characters."""

    code = "password_length"


class PasswordCommon(PasswordRefused):
    """Many people use this password, so it is among the first that are tried."""

    code = "password_common"


class PasswordOfContext(PasswordRefused):
    """The password is made of what anybody knows of the person: the own name, address, organisation, this service."""

    code = "password_context"


def check(password: str, *, user: User | None = None) -> None:
    """Check a new password, with a user's own words. Raises PasswordTooShort, PasswordCommon, PasswordOfContext."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooShort(shortest=SHORTEST, longest=LONGEST)
    if guessable.is_common(password):
        raise PasswordCommon()
    if guessable.is_of_context(password, words_about(user) if user is not None else ()):
        raise PasswordOfContext()


def words_about(user: User) -> list[str]:
    """Return what anybody knows of a person: name, e-mail, and the names of the organisations."""
    homes = [held.unit or held.venue or held.area for held in user.memberships]
    names = [name for home in homes if home is not None for name in (home.name_fi, home.name_sv, home.name_en)]
    return [user.name, user.email, *names]
