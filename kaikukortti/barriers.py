"""What kept holders from going: answers by area and month. No card, no unit and no day stands with an answer.

Called inside a use case; nothing here asks who may.
"""

from datetime import date

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import BarrierAnswer
from kaikukortti.rules.barrier import Barrier

FEWEST = 5  # below this many answers a reason could be traced to a person


def note(area_id: int, barrier: Barrier, *, today: date) -> None:
    """Keep one answer, in the transaction of the caller."""
    db.session.add(BarrierAnswer(area_id=area_id, month=today.replace(day=1), barrier=barrier))


def count_by_reason(area_id: int, *, since_on: date) -> dict[Barrier, int] | None:
    """Count an area's answers from the month of a day on, the most frequent first; None below FEWEST in all.

    Linear in the area's answers.
    """
    count = sa.func.count(BarrierAnswer.id)
    query = (
        sa.select(BarrierAnswer.barrier, count)
        .where(BarrierAnswer.area_id == area_id, BarrierAnswer.month >= since_on.replace(day=1))
        .group_by(BarrierAnswer.barrier)
        .order_by(count.desc(), BarrierAnswer.barrier)
    )
    found = {barrier: answers for barrier, answers in db.session.execute(query)}
    return found if sum(found.values()) >= FEWEST else None
