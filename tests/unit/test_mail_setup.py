"""The settings of e-mail: read exactly, and refused with a sentence that says what to do."""

import dataclasses
from pathlib import Path

import pytest

from kaikukortti import config
from kaikukortti.config import Config, ConfigError
from kaikukortti.mailing import setup
from kaikukortti.mailing.transports import Folder, Server
from tests.factories import ROUNDING_KEY, SECRET_KEY

KEYS = {"KAIKU_SECRET_KEY": SECRET_KEY, "KAIKU_ROUNDING_KEY": ROUNDING_KEY}
PUBLIC = "https://kaikukortti.example"


def load(folder: Path, **changes: str) -> Config:
    named = {"PUBLIC_URL": PUBLIC, "MAIL_FROM": "kaikukortti@kaikukortti.example", **changes}
    return config.load(folder, {**KEYS, **{f"KAIKU_{name}": value for name, value in named.items()}})


def server(folder: Path, url: str, **changes: str) -> Server:
    found = setup.find_transport(load(folder, SMTP_URL=url, **changes))
    assert isinstance(found, Server)
    return found


def test_no_email_is_the_default(tmp_path):
    settings = load(tmp_path)
    assert not setup.is_set(settings) and setup.find_transport(settings) is None


def test_a_mail_server_with_everything(tmp_path):
    (tmp_path / "ca.pem").write_text("")
    url = "smtp://kaiku%40x:s%3Aa%2Fl%40a@mail.example:2525"
    found = server(tmp_path, url, MAIL_FROM="Kaiku <kortti@x.example>", SMTP_CA=str(tmp_path / "ca.pem"))
    assert (found.host, found.port, found.user, found.password) == ("mail.example", 2525, "kaiku@x", "s:a/l@a")
    assert (found.starttls, found.implicit_tls, found.ca_file) == (True, False, str(tmp_path / "ca.pem"))
    assert (found.sender.display_name, found.sender.addr_spec) == ("Kaiku", "kortti@x.example")


def test_ports_and_tls_that_are_meant_when_nothing_is_said(tmp_path):
    assert (server(tmp_path, "smtp://mail.example").port, server(tmp_path, "smtps://mail.example").port) == (587, 465)
    assert server(tmp_path, "smtps://mail.example").implicit_tls
    assert server(tmp_path, "smtp://mail.example").sender.display_name == "Kaikukortti"


def test_a_mail_server_on_this_machine_may_go_without_tls(tmp_path):
    assert not server(tmp_path, "smtp://localhost:25?starttls=off").starttls


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SMTP_URL": "mail.example:25"}, "KAIKU_SMTP_URL cannot be read"),
        ({"SMTP_URL": "http://mail.example"}, "KAIKU_SMTP_URL cannot be read"),
        ({"SMTP_URL": "smtp://mail.example:port"}, "KAIKU_SMTP_URL cannot be read"),
        ({"SMTP_URL": "smtp://mail.example?starttls=off"}, "on this machine"),
        ({"SMTP_URL": "smtp://mail.example?tls=no"}, "?starttls=on"),
        ({"SMTP_URL": "smtp://mail.example", "MAIL_FROM": ""}, "KAIKU_MAIL_FROM is missing"),
        ({"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "kaikukortti"}, "KAIKU_MAIL_FROM is no e-mail address"),
        ({"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "KAIKU_MAIL_FROM"),
        ({"SMTP_URL": "smtp://mail.example", "SMTP_CA": "gone.pem"}, "KAIKU_SMTP_CA"),
        ({"SMTP_URL": "smtp://mail.example", "PUBLIC_URL": ""}, "KAIKU_PUBLIC_URL"),
        ({"MAIL_FOLDER": "mail", "PUBLIC_URL": ""}, "KAIKU_PUBLIC_URL"),
        ({"MAIL_FOLDER": "mail", "SMTP_URL": "smtp://mail.example"}, "not both"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(tmp_path, settings, says):
    with pytest.raises(ConfigError) as raised:
        setup.find_transport(load(tmp_path, **settings))
    assert says in str(raised.value) and "\n" not in str(raised.value)


def test_a_demo_needs_no_public_address(tmp_path):
    settings = load(tmp_path, MAIL_FOLDER=str(tmp_path / "mail"), PUBLIC_URL="", MAIL_FROM="", DEMO="1")
    found = setup.find_transport(settings)
    assert isinstance(found, Folder) and found.path == tmp_path / "mail"
    assert found.sender.addr_spec == "kaikukortti@localhost"


def test_a_password_is_in_no_text_of_the_settings(tmp_path):
    settings = load(tmp_path, SMTP_URL="smtp://kaiku:salaisuus@mail.example")
    assert "salaisuus" not in repr(settings)
    assert "salaisuus" not in repr(dataclasses.replace(settings, demo=True))
