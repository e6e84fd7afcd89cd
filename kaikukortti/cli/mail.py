"""`kaikukortti mail`: send what waits, once or until stopped; put digests in; list what was sent and what was not."""

import os
import signal
from pathlib import Path

import click
from flask import Flask

from kaikukortti import clock
from kaikukortti.cli import mailsender, service
from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.mailing import queue, setup
from kaikukortti.messaging import digests
from kaikukortti.models.messages import Mail
from kaikukortti.running import logs
from venues import questions

STOPS = {signal.SIGTERM, signal.SIGINT}


@click.group(name="mail")
def mail_group() -> None:
    """E-mail: send it, put digests in, list it."""


@mail_group.command()
@service.instance_option
def send(instance: Path | None) -> None:
    """Send what is due and end. `serve` sends by itself; this is for a timer where it is told not to."""
    app = service.load_app(instance)
    try:
        report = mailsender.make(app).send_once()
    finally:
        _dispose(app)
    click.echo(f"{report.sent} sent, {report.failed} to be tried again, {report.given_up} given up.")
    if report.server_problem:
        raise click.ClickException(f"e-mail does not get out ({report.server_problem}); what waits is tried again")


@mail_group.command()
@service.instance_option
def run(instance: Path | None) -> None:
    """Send what is due as it comes, until stopped. Any number may run beside `serve`: nothing is sent twice."""
    app = service.load_app(instance)
    service.set_up_log(app.config["KAIKU"], logs.Style.JSON)
    sender = mailsender.make(app)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # taken below; the sender's thread never sees them
    sender.start()
    signal.sigwait(STOPS)
    if not sender.stop():
        os._exit(0)  # the thread hangs on a mail server: taking the interpreter down in order could wait for it


@mail_group.command(name="digests")
@service.instance_option
def put_digests(instance: Path | None) -> None:
    """Put the digests and reminders that are due into the queue. For a nightly timer; twice does nothing more."""
    app = service.load_app(instance)
    settings: Config = app.config["KAIKU"]
    if not setup.is_set(settings):
        raise click.ClickException(mailsender.NOT_SET)
    try:
        with app.app_context():
            now = clock.now()
            put = digests.put_due(
                now=now,
                secret=settings.secret_key,
                count_questions=lambda actor: questions.count_questions(actor=actor, now=now),
            )
            db.session.remove()
    finally:
        _dispose(app)
    for kind, count in sorted(put.items()):
        if count:
            click.echo(f"{kind}: {count}")
    click.echo(f"{sum(put.values())} put into the queue.")


@mail_group.command(name="list")
@service.instance_option
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many of the newest.")
def list_mails(instance: Path | None, most: int) -> None:
    """List the newest e-mails: number, kind, what became of each. No addresses."""
    app = service.load_app(instance)
    try:
        with app.app_context():
            for mail in queue.list_latest(most):
                click.echo(f"{mail.id:>7}  {mail.created_at:%Y-%m-%d %H:%M}  {mail.kind:<22}  {_became(mail)}")
            db.session.remove()
    finally:
        _dispose(app)


def _became(mail: Mail) -> str:
    why = f", {mail.problem}" if mail.problem else ""
    if mail.sent_at is not None:
        return f"sent {mail.sent_at:%Y-%m-%d %H:%M}"
    if mail.given_up_at is not None:
        return f"given up {mail.given_up_at:%Y-%m-%d %H:%M} after {mail.tries} tries{why}"
    return f"next try {mail.not_before:%Y-%m-%d %H:%M}, {mail.tries} so far{why}"


def _dispose(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
