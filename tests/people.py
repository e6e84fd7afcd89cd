"""A made-up member of staff, as tests know one."""

from dataclasses import dataclass

from kaikukortti.rules.access import Actor


@dataclass(frozen=True)
class Person:
    """A member of staff: what to sign in with, and who acts."""

    email: str
    actor: Actor

    @property
    def user_id(self) -> int:
        """Return the id of the account."""
        assert self.actor.user_id is not None
        return self.actor.user_id
