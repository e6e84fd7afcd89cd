"""Numbered schema steps, run by `schema.upgrade`; expand first, contract in a later release."""
