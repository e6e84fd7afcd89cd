"""Numbered schema steps of the follow-up database; expand first, contract in a later release."""
