"""First steps of an installation: `init`, `area add`, `user add`; and `openapi`."""

import json
import os
from pathlib import Path

import click

from kaikukortti import accounts, clock, partners
from kaikukortti.cli import databases, service
from kaikukortti.errors import DomainError
from kaikukortti.rules import number
from kaikukortti.rules.access import AREA_ROLES, Role
from venues.web import openapi as description


@click.command()
@service.instance_option
def init(instance: Path | None) -> None:
    """Make or upgrade the database of an instance and its statistics store; make the rounding key once."""
    databases.prepare(service.ready_folder(instance), os.environ)
    click.echo("The database is ready.")


@click.group()
def area() -> None:
    """Areas of the network."""


@area.command(name="add")
@service.instance_option
@click.option("--prefix", required=True, help="Two letters that its cards begin with; never I, L, O, U.")
@click.option("--name", required=True, help="Finnish name.")
@click.option("--help-address", default="", help="Web address printed on the back of the cards.")
@click.option("--help-phone", default="", help="Telephone printed on the back of the cards.")
def add_area(instance: Path | None, prefix: str, name: str, help_address: str, help_phone: str) -> None:
    """Open an area."""
    if not number.is_prefix(prefix):
        raise click.BadParameter("two letters A-Z without I, L, O, U", param_hint="--prefix")
    with service.load_app(instance).app_context():
        if partners.find_area_by_prefix(prefix) is not None:
            raise click.BadParameter(f"another area has the prefix {prefix}", param_hint="--prefix")
        partners.open_area(
            prefix=prefix, name_fi=name, help_address=help_address, help_phone=help_phone, now=clock.now()
        )
    click.echo(f"Area {name} ({prefix}) is open. Add its coordinator with `kaikukortti user add`.")


@click.group()
def user() -> None:
    """Members of staff."""


@user.command(name="add")
@service.instance_option
@click.option("--area", "prefix", required=True, help="Prefix of the area.")
@click.option(
    "--role",
    type=click.Choice(sorted(role.value for role in AREA_ROLES)),
    default=Role.COORDINATOR.value,
    show_default=True,
)
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.password_option(help="12 characters or more; asked for when left out.")
def add_user(instance: Path | None, prefix: str, role: str, email: str, name: str, password: str) -> None:
    """Add a person of an area, the first coordinator above all; everybody else is invited on a page."""
    with service.load_app(instance).app_context():
        found = partners.find_area_by_prefix(prefix)
        if found is None:
            raise click.BadParameter(f"no area has the prefix {prefix}", param_hint="--area")
        try:
            accounts.add_user(
                email=email,
                name=name,
                role=Role(role),
                home=accounts.Home(area_id=found.id),
                password=password,
                now=clock.now(),
            )
        except DomainError as error:
            raise click.ClickException(f"{email} was not added: {error.code.replace('_', ' ')}") from error
    click.echo(f"{email} may sign in as {role} of {found.name_fi}.")


@click.command()
def openapi() -> None:
    """Print the OpenAPI description of the whole API."""
    click.echo(json.dumps(description.describe(), indent=2, ensure_ascii=False))
