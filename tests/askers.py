"""Asking often: what has been counted so far is forgotten, so that a test with a stopped clock may ask anew."""

import sqlalchemy as sa
from flask import Flask

from kaikukortti import requestcounts
from kaikukortti.db import db
from kaikukortti.models.asked import RequestCount


def forget(app: Flask) -> None:
    """Forget how often anybody has asked for anything."""
    with app.app_context(), db.engines[requestcounts.BIND].connect() as connection:
        connection.execute(sa.delete(RequestCount))
        connection.commit()
