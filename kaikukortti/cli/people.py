"""`kaikukortti user list, reset, disable, enable, second-factor-reset`: help for staff who cannot get in, or must not.

`user add` is with the first steps of an installation (network.py).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask

from kaikukortti import clock
from kaikukortti.cli import network, service
from kaikukortti.config import Config
from kaikukortti.errors import DomainError
from kaikukortti.signin import administration, resets
from kaikukortti.signin.administration import Person

SENTENCES = {
    "not_found": "nobody has this e-mail address",
    "account_out_of_use": "the account is out of use or its person has no role; see `kaikukortti user enable`",
}

user = network.user  # the group that these commands join
email_option = click.option("--email", required=True, help="E-mail address of the person.")


@user.command(name="list")
@service.instance_option
def list_people(instance: Path | None) -> None:
    """List the members of staff: roles, second factors, last sign-in, accounts out of use."""
    with service.load_app(instance).app_context():
        for person in administration.list_people():
            click.echo(_line(person))


@user.command(name="reset")
@service.instance_option
@email_option
def reset(instance: Path | None, email: str) -> None:
    """Print a link to a new password, good once and for ten minutes. The second factor is asked for as ever."""
    app = service.load_app(instance)
    path = _do(app, email, lambda: administration.link_to_password(email, now=clock.now()))
    minutes = int(resets.LASTS.total_seconds()) // 60
    click.echo(f"Give this link to the person and to nobody else. It is good once, for {minutes} minutes:")
    click.echo(_address(app.config["KAIKU"]) + str(path))


@user.command(name="disable")
@service.instance_option
@email_option
def disable(instance: Path | None, email: str) -> None:
    """Put an account out of use and end its sessions, with the next page that it asks for."""
    _do(service.load_app(instance), email, lambda: administration.disable(email, now=clock.now()))
    click.echo(f"{email} is out of use.")


@user.command(name="enable")
@service.instance_option
@email_option
def enable(instance: Path | None, email: str) -> None:
    """Put an account in use again."""
    _do(service.load_app(instance), email, lambda: administration.enable(email, now=clock.now()))
    click.echo(f"{email} is in use.")


@user.command(name="second-factor-reset")
@service.instance_option
@email_option
def reset_factors(instance: Path | None, email: str) -> None:
    """Remove the second factors and recovery codes of a person who lost them. Make sure first that it is the person."""
    app = service.load_app(instance)
    removed = _do(app, email, lambda: administration.remove_factors(email, now=clock.now()))
    click.echo(f"{removed} second factors of {email} are gone. A new one is set up at the next sign-in.")


def _do(app: Flask, email: str, act: Callable[[], Any]) -> Any:
    with app.app_context():
        try:
            return act()
        except DomainError as error:
            raise click.ClickException(f"{email}: {SENTENCES[error.code]}") from error


def _address(settings: Config) -> str:
    if settings.public_url:
        return settings.public_url
    return f"https://{settings.staff_host}" if settings.staff_host else "https://your.address"


def _line(person: Person) -> str:
    homes = ", ".join(f"{role} ({home})" for role, home in person.homes) or "no role"
    proof = "+".join(person.factors) or "no second factor"
    last = person.last_signed_in_at
    seen = f"last signed in {last:%Y-%m-%d}" if last is not None else "never signed in"
    return f"{person.email}: {homes}; {proof}; {seen}" + ("; out of use" if person.disabled_at is not None else "")
