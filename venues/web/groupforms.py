"""The forms about group visits and company. Whether a plan makes sense is the use case's business."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from kaikukortti.errors import DomainError
from kaikukortti.models.network import Venue
from kaikukortti.rules import number, period
from kaikukortti.rules.booking import AccessNeed
from kaikukortti.web.forms import Checkboxes, Form, WholeNumberField
from kaikukortti.web.language import name
from kaikukortti.web.sentences import sentence_of
from venues.company import MOST_PEOPLE
from venues.grouplists import GroupCard
from venues.groupvisits import Plan
from venues.web.programmeforms import imaginable

MOST = 40
NEEDS: dict[AccessNeed, Any] = {
    AccessNeed.STEP_FREE: _l("A way in without steps"),
    AccessNeed.HEARING_LOOP: _l("A hearing loop"),
    AccessNeed.INTERPRETER_SEAT: _l("Seats from which an interpreter is seen well"),
    AccessNeed.SEATS: _l("Seats for resting"),
    AccessNeed.CALM_PLACE: _l("A calm place to wait in"),
    AccessNeed.GUIDE: _l("Somebody to meet the group at the door"),
}
# The field that a use case's no belongs to; OF_PLAN are about the date or the card and stand above the form.
FIELD_OF = {
    "group_heads_impossible": "workers",
    "group_worker_needed": "workers",
    "group_client_needed": "under16",
    "group_arrival_impossible": "arrives",
    "group_budget_too_small": "under16",
    "company_people_impossible": "people",
}
OF_PLAN = (
    "already_booked",
    "booking_card_refused",
    "booking_closed",
    "booking_occurrence_over",
    "company_too_late",
    "group_already_planned",
    "occurrence_cancelled",
)

_needed = _l("This is needed.")
_count = NumberRange(0, MOST, _l("Write a number between 0 and 40."))


class Group(Form):
    """Who comes as a group, when, and what is needed of the place."""

    card = SelectField(_l("Community card"), [InputRequired(_needed)], coerce=int)
    workers = WholeNumberField(_l("Workers"), [Optional(), _count], default=1)
    under16 = WholeNumberField(_l("Clients under 16"), [Optional(), _count], default=0)
    own_cards = WholeNumberField(_l("Clients with cards of their own"), [Optional(), _count], default=0)
    arrives = TimeField(_l("The group comes at"), [InputRequired(_l("Choose a time."))])
    needs = Checkboxes(_l("What the group needs"), [Optional()])

    def __init__(self, *args: Any, cards: Sequence[GroupCard], **kwargs: Any) -> None:
        """Offer the unit's community cards."""
        super().__init__(*args, **kwargs)
        self.card.choices = [(card.card_id, number.grouped(card.number)) for card in cards]
        self.needs.choices = [(need.value, words) for need, words in NEEDS.items()]

    def plan(self, day: date) -> Plan:
        """Return the plan for a day."""
        return Plan(
            workers=self.workers.data or 0,
            under16=self.under16.data or 0,
            own_cards=self.own_cards.data or 0,
            arrives_at=self.moment(day),
            access_needs=tuple(AccessNeed(value) for value in self.needs.data or ()),
        )

    def moment(self, day: date) -> datetime:
        """Return when the group comes."""
        return period.moment_of(day, self.arrives.data)


class HouseGroup(Group):
    """A group that comes to the house, to no event."""

    venue = SelectField(_l("Place"), [InputRequired(_needed)], coerce=int)
    day = DateField(_l("Day"), [InputRequired(_l("Choose a day.")), imaginable])

    def __init__(self, *args: Any, venues: Sequence[Venue], **kwargs: Any) -> None:
        """Offer the places of the area."""
        super().__init__(*args, **kwargs)
        self.venue.choices = [(venue.id, name(venue)) for venue in venues]


class Wish(Form):
    """How many would like company."""

    people = WholeNumberField(
        _l("How many of our clients would like company"),
        [InputRequired(_l("Write how many.")), NumberRange(0, MOST_PEOPLE, _l("Write a number between 0 and 50."))],
    )


def refuse(form: Form, error: DomainError) -> str:
    """Put a use case's no beside its field, or return it where it is about the date or the card. Raises any other."""
    if error.code in OF_PLAN:
        return sentence_of(error)
    field = FIELD_OF.get(error.code, "")
    if field not in form:
        raise error
    form.refuse(field, sentence_of(error))
    return ""
