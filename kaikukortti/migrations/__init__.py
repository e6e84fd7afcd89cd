"""Numbered schema steps, run by `db.upgrade`; expand first, contract in a later release."""
