"""An invitation as every page that invites sends it: by e-mail where that is set up, or as a link to pass on."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import accounts, clock
from kaikukortti.config import Config
from kaikukortti.mailing import setup as mailing
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard, language, pages


def invite(form: forms.Invite, home: accounts.Home, *, back_url: str, back_label: str) -> str | Response:
    """Invite whom a valid form names, and show the link once where no e-mail takes it. Raises what accounts.invite
    raises.
    """
    token = accounts.invite(
        actor=guard.actor(),
        email=form.email.data,
        name=form.name.data,
        role=Role(form.role.data),
        home=home,
        language=language.language_now(),
        now=clock.now(),
        mail_secret=_mail_secret(),
    )
    return _tell(token, form.name.data, back_url=back_url, back_label=back_label)


def invite_again(membership_id: int, name: str, *, back_url: str, back_label: str) -> str | Response:
    """Send a new link to a person who is invited, or show it once. Raises what accounts.invite_again raises."""
    token = accounts.invite_again(membership_id, actor=guard.actor(), now=clock.now(), mail_secret=_mail_secret())
    return _tell(token, name, back_url=back_url, back_label=back_label)


def _mail_secret() -> str | None:
    settings: Config = current_app.config["KAIKU"]
    return settings.secret_key if mailing.is_set(settings) else None


def _tell(token: str | None, name: str, *, back_url: str, back_label: str) -> str | Response:
    settings: Config = current_app.config["KAIKU"]
    if token is None:
        flash(_("%(name)s has a password already and signs in with it.", name=name), "success")
        return redirect(back_url, 303)
    if settings.smtp_url:  # a folder takes the e-mail too, but nobody reads it there
        flash(_("%(name)s gets the link to choose a password by e-mail.", name=name), "success")
        return redirect(back_url, 303)
    link = pages.public_url() + url_for("newpassword.invitation", token=token)
    return render_template("partners/invited.html", name=name, link=link, back_url=back_url, back_label=back_label)
