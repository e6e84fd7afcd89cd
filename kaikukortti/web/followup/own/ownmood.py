"""How did the visit feel (C2)? One of five, pressed on the holder's own card."""

import re

from flask import Response, make_response, redirect, url_for
from wtforms import HiddenField
from wtforms.validators import InputRequired, NumberRange

from kaikukortti import clock
from kaikukortti.followup import mood
from kaikukortti.followup.mood import MoodEnough
from kaikukortti.web import forms
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.own import owncard, ownpage, ownreading, ownwords

blueprint = ownpage.blueprint("ownmood", __name__)

_VENUE = re.compile(r"[0-9]{1,9}")


class MoodForm(forms.Form):
    """Which venue, and one of five faces."""

    venue = HiddenField("", [InputRequired()])
    mood = forms.WholeNumberField("", [InputRequired(), NumberRange(mood.MOODS[0], mood.MOODS[-1])])


@blueprint.post("/mood")
def answer() -> Response:
    """Keep the answer and say thank you; ask again where nothing was chosen."""
    form, words = MoodForm(), ownwords.words(ownreading.current()).mood
    venue_id = int(form.venue.data) if _VENUE.fullmatch(form.venue.data or "") else 0
    if not form.validate():
        return owncard.draw(422, said=words.choose)
    try:
        mood.answer(ownpage.opened(), venue_id=venue_id, mood=form.mood.data, now=clock.now(), secret=gate.secret())
    except MoodEnough:
        return owncard.draw(409, said=words.enough)
    return make_response(redirect(url_for("owncard.show", said="mood"), 303))
