"""What a service that was put back must not go on with as if nothing had happened."""

import sqlalchemy as sa

from kaikukortti import areas
from kaikukortti.db import db, transactional
from kaikukortti.models.signins import StaffSession


@transactional
def begin_anew() -> None:
    """Begin a new epoch of the tablets' list, so that each fetches it whole and sends again what it still keeps; end
    all sign-ins: some had been ended since the backup.
    """
    areas.new_epoch()
    db.session.execute(sa.delete(StaffSession))
