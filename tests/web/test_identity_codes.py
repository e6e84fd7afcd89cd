"""No text field takes in a personal identity code: every form there is, and every text of the door's API."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
import wtforms
from pydantic import BaseModel, ValidationError
from wtforms import fields

import kaikukortti.web
import venues.web
from kaikukortti.web import forms, sentences
from kaikukortti.web.renewals import WantedField
from venues.web import schemas

CODE = "131052-308T"
# Nobody types into these; or what is typed must be a day or an hour, and nothing else of it is kept.
NOT_TYPED = (
    fields.BooleanField,
    fields.DateField,
    fields.FieldList,
    fields.FileField,
    fields.FormField,
    fields.HiddenField,
    fields.SelectFieldBase,
    fields.TimeField,
    WantedField,
)
# A password of now is compared with what is known, and never kept.
COMPARED = {("SignIn", "password"), ("OwnPassword", "password"), ("ChangePassword", "old")}
# What a reader read, of which `judging` keeps nothing (test_hostile_texts); a one-time code and a hold are compared.
READ_OR_COMPARED = {"code", "ref", "hold"}


def every_form(kind: Any) -> Iterator[Any]:
    """Yield each form of the service below a kind of form."""
    for package in (kaikukortti.web, venues.web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for form in kind.__subclasses__():
        yield from every_form(form)
        if form.__module__.startswith(("kaikukortti.", "venues.")):
            yield form


def typed_fields() -> dict[str, Any]:
    """Return the fields that people type into, by form and name, each in a form of its own with the form's manners."""
    found = {}
    for form in every_form(forms.Form):
        for name in dir(form):
            made = getattr(form, name)
            kind = getattr(made, "field_class", None)
            if kind and not issubclass(kind, NOT_TYPED) and (form.__name__, name) not in COMPARED:
                manners = type("Meta", (form.Meta,), {"csrf": False})
                found[f"{form.__name__}.{name}"] = type("OneField", (forms.Form,), {"Meta": manners, name: made})
    return found


FIELDS = typed_fields()


def test_every_form_is_of_our_kind():
    strange = [form for form in every_form(wtforms.Form) if not issubclass(form, forms.Form)]
    assert strange == []
    wanted = {"SignIn.email", "SetPassword.password", "AreaForm.help_address", "Partner.contact_person", "Place.street"}
    assert wanted | {"CardNumber.number", "PaperLine.number", "Rename.name", "CardLines.numbers"} <= FIELDS.keys()


def test_every_field_refuses_an_identity_code(app):
    taken_in = []
    for named, one_field in FIELDS.items():
        name = named.partition(".")[2]
        with app.test_request_context("/", method="POST", data={name: CODE.lower()}):
            form = one_field()
            if form.validate() or str(sentences.IDENTITY_CODE) not in map(str, form[name].errors):
                taken_in.append(named)
    assert taken_in == []


def texts_of_the_api() -> list[tuple[type[BaseModel], str]]:
    """Return every field that takes a text in a request of the door."""
    bodies = [each for name, each in vars(schemas).items() if name.endswith("Body") and name != "CountsBody"]
    texts = [
        (body, name)
        for body in bodies
        for name, kind in get_type_hints(body).items()
        if kind in (str, str | None) and name not in READ_OR_COMPARED
    ]
    assert {(schemas.EnrolBody, "name"), (schemas.ScanBody, "shift"), (schemas.ScanBody, "series")} <= set(texts)
    return texts


@pytest.mark.parametrize(("body", "name"), texts_of_the_api())
def test_a_text_of_the_api_refuses_an_identity_code(body, name):
    with pytest.raises(ValidationError) as refused:
        body.model_validate({name: CODE})
    assert name in {place for error in refused.value.errors() for place in error["loc"]}
