"""The forms of episodes and of leave to look. None has a field for words: nothing can be said of a person here."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired, Optional

from kaikukortti.followup.models.episodes import Scope
from kaikukortti.web.deskforms import DayField, FinalForm
from kaikukortti.web.followup.cases import episodewords
from kaikukortti.web.forms import Checkboxes, Form

_day_missing = _l("Choose a day.")


class StartEpisode(Form):
    """Which service, and from when to when."""

    service = RadioField(_l("Service"), [InputRequired(_l("Choose the service."))])
    started_on = DayField(_l("Began on"), [InputRequired(_day_missing)])
    planned_end_on = DayField(_l("Planned end"), [Optional()])

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.service.choices = [(service.value, words) for service, words in episodewords.SERVICES.items()]


class EndEpisode(FinalForm):
    """Nothing but the press on the button."""


class GiveLeave(FinalForm):
    """What the client agrees to show, to whom and until when. The tick about age is looked at and not kept."""

    scope = RadioField(_l("What I show"), [InputRequired(_l("Choose how much."))])
    workers = Checkboxes(_l("Who may look"), [InputRequired(_l("Choose one or two workers."))], coerce=int)
    earlier = Checkboxes(_l("Earlier days that I also show"), [Optional()])
    expires_on = DayField(_l("Last day"), [InputRequired(_day_missing)])
    is_of_age = BooleanField(_l("The client is 18 or older"))

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.scope.choices = [(scope.value, episodewords.CONSENT[scope]) for scope in Scope]
