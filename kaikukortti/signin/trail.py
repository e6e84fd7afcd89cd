"""What signing in leaves behind: an entry in the chain of the person's first organisation, and a notice by e-mail."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kaikukortti import audit
from kaikukortti.mailing import queue
from kaikukortti.models.network import User
from kaikukortti.signin import people


def record(action: str, user: User, *, now: datetime, detail: Mapping[str, Any] | None = None) -> None:
    """Write down what a person did about the own account, in the transaction of the caller. Nothing that was typed is
    ever in it. Who has no role has no chain.
    """
    actor = people.actor_of(user)
    if actor is not None:
        audit.record(action, actor=actor, now=now, detail=detail)


def record_about(action: str, user: User, *, now: datetime, detail: Mapping[str, Any] | None = None) -> None:
    """Write down what somebody unknown, or the service itself, did about a person's account."""
    actor = people.actor_of(user)
    if actor is not None:
        nobody = replace(actor, user_id=None, name="")
        audit.record(action, actor=nobody, now=now, detail={"user": user.id, **(detail or {})})


def tell(user: User, change: str, *, now: datetime) -> None:
    """Tell a person by e-mail that a way to sign in was changed; `change` is one of mailing.kinds.FACTOR_CHANGES."""
    queue.put(
        kind="factor_changed", language=user.language, facts={"change": change}, now=now, user_id=user.id, secret=""
    )
