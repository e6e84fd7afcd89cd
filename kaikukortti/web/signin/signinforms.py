"""The forms of signing in, of second factors and passwords."""

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from kaikukortti.signin.factors import NAME_LENGTH
from kaikukortti.web.forms import Form, no_identity_code

_missing = _l("This is needed.")


class SignIn(Form):
    """E-mail and password."""

    email = EmailField(_l("E-mail address"), [InputRequired(_missing), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(_missing), Length(max=128)])


class Code(Form):
    """The code of an authenticator app."""

    code = StringField(_l("Code"), [DataRequired(_missing), Length(max=20)])


class Recovery(Form):
    """A recovery code."""

    recovery = StringField(_l("Recovery code"), [DataRequired(_missing), Length(max=64)])


class Passkey(Form):
    """What a passkey signed; the page's script fills it in. Signed bytes may look like anything, so it is no text."""

    BESIDE: ClassVar[frozenset[str]] = frozenset({"response"})


class OwnPassword(Form):
    """The password of somebody who is signed in and has nothing beside it."""

    password = PasswordField(_l("Password"), [InputRequired(_missing), Length(max=128)])


class SetPassword(Form):
    """A person chooses a password."""

    password = PasswordField(_l("New password"), [InputRequired(_missing), Length(max=400), no_identity_code])


class ChangePassword(Form):
    """A signed-in person changes the own password."""

    old = PasswordField(_l("Password of now"), [InputRequired(_missing), Length(max=128)])
    password = PasswordField(_l("New password"), [InputRequired(_missing), Length(max=400), no_identity_code])


class ForgottenPassword(Form):
    """Where a link to a new password goes."""

    email = EmailField(_l("E-mail address"), [InputRequired(_missing), Length(max=254)])


class FactorName(Form):
    """What a second factor is called."""

    name = StringField(_l("Name"), [DataRequired(_missing), Length(max=NAME_LENGTH)])


class NewApp(FactorName):
    """An authenticator app and the code that it shows; the secret comes back under seal."""

    BESIDE: ClassVar[frozenset[str]] = frozenset({"sealed"})

    code = StringField(_l("Code that the app shows"), [DataRequired(_missing), Length(max=20)])


class NewPasskey(FactorName):
    """A passkey that the page's script has made."""

    BESIDE: ClassVar[frozenset[str]] = frozenset({"response"})


class Choice(Form):
    """For which of the own organisations to act; each has a button."""

    BESIDE: ClassVar[frozenset[str]] = frozenset({"membership"})
