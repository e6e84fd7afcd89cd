"""The coordinator's page of settings: validity, grace, shapes of earlier numbers, contacts of the area."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from kaikukortti import areas, clock
from kaikukortti.errors import DomainError
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, forms, guard
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("areas", __name__, roles=[Role.COORDINATOR], url_prefix="/area")

Page = str | Response | tuple[str, int]
FIELD_OF = {"fixed_end_past": "fixed_end_on", "mask_impossible": "legacy_masks"}
BY_MONTHS, BY_DAY = "months", "day"
ENDS = {BY_MONTHS: _l("for a number of months from the day it is given"), BY_DAY: _l("until a common day")}


class AreaForm(forms.Form):
    """The settings of an area."""

    name_fi = StringField(_l("Name in Finnish"), [DataRequired(_l("This is needed.")), Length(max=forms.NAME_LENGTH)])
    name_sv = StringField(_l("Name in Swedish"), [Optional(), Length(max=forms.NAME_LENGTH)])
    name_en = StringField(_l("Name in English"), [Optional(), Length(max=forms.NAME_LENGTH)])
    municipalities = StringField(_l("Municipalities, with a comma between"), [Optional(), Length(max=1000)])
    ends = RadioField(_l("A card is valid"), [InputRequired()])
    validity_months = forms.WholeNumberField(
        _l("Months"), [InputRequired(_l("This is needed.")), NumberRange(1, 60, _l("From 1 to 60 months."))]
    )
    fixed_end_on = DateField(_l("Common last day"), [Optional()])
    grace_days = forms.WholeNumberField(
        _l("Days of grace"), [InputRequired(_l("This is needed.")), NumberRange(0, 366, _l("From 0 to 366 days."))]
    )
    local_only = BooleanField(_l("Our cards are for venues of this area only"))
    legacy_masks = StringField(_l("Shapes of earlier card numbers"), [Optional(), Length(max=200)])
    help_phone = StringField(_l("Telephone printed on the cards"), [Optional(), Length(max=40)])
    help_address = StringField(_l("Address printed on the cards"), [Optional(), Length(max=120)])
    controller = StringField(_l("Who answers for the data of card holders"), [Optional(), Length(max=200)])
    privacy_contact = StringField(_l("Where to ask about it"), [Optional(), Length(max=200)])


@blueprint.route("/settings", methods=["GET", "POST"])
@guard.confirmed
def settings() -> Page:
    """Show and change the settings of the own area."""
    actor, area_id, now = guard.actor(), guard.own_area(), clock.now()
    form = AreaForm(data=_shown(areas.read(area_id, actor=actor)))
    form.ends.choices = choices.options(ENDS)
    if not form.is_submitted():
        return _page(form, 200)
    if form.validate() and form.ends.data == BY_DAY and form.fixed_end_on.data is None:
        form.refuse("fixed_end_on", _("Choose a day."))
    if form.errors:
        return _page(form, 422)
    try:
        areas.change(area_id, actor=actor, settings=_read(form), today=period.day_of(now), now=now)
    except DomainError as error:
        if error.code not in FIELD_OF:
            raise
        form.refuse(FIELD_OF[error.code], sentence_of(error))
        return _page(form, 422)
    flash(_("Saved. Cards that are in use keep their last day."), "success")
    return redirect(url_for("areas.settings"), 303)


def _page(form: AreaForm, status: int) -> Page:
    return render_template("areas/settings.html", form=form), status


def _shown(kept: areas.AreaSettings) -> dict[str, object]:
    ends = BY_MONTHS if kept.fixed_end_on is None else BY_DAY
    return {**vars(kept), "municipalities": ", ".join(kept.municipalities), "ends": ends}


def _read(form: AreaForm) -> areas.AreaSettings:
    towns = (town.strip() for town in (form.municipalities.data or "").split(","))
    return areas.AreaSettings(
        name_fi=form.name_fi.data,
        name_sv=form.name_sv.data or "",
        name_en=form.name_en.data or "",
        municipalities=tuple(dict.fromkeys(town for town in towns if town)),
        validity_months=form.validity_months.data,
        fixed_end_on=form.fixed_end_on.data if form.ends.data == BY_DAY else None,
        grace_days=form.grace_days.data,
        local_only=form.local_only.data,
        legacy_masks=" ".join((form.legacy_masks.data or "").upper().split()),
        help_address=form.help_address.data or "",
        help_phone=form.help_phone.data or "",
        controller=form.controller.data or "",
        privacy_contact=form.privacy_contact.data or "",
    )
