"""The tables of the follow-up database. None refers to the main one: units, venues and users stand as plain numbers,
lines of cards as keyed hashes (followup/references).

switches     what is on, by area and unit
holders      the holder's own key, its sessions, wrong tries; goals and their reviews
episodes     a case of a unit, results of measures, grants to look at a card's use, who looked
answers      answers without a person: mood, barriers, feedback, staff, group measures, the unit's own clients
learning     social reports, and indicators as they were frozen
"""

from kaikukortti.followup.models import answers, episodes, holders, learning, switches

__all__ = ["answers", "episodes", "holders", "learning", "switches"]
