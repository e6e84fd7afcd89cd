"""Flags: what a scan raises for a person to look at, when the door and the register do not agree."""

from enum import StrEnum


class Flag(StrEnum):
    """A question about a scan for a person to answer; never a refusal (peers.md D6)."""

    ELSEWHERE = "elsewhere"
    UNREGISTERED = "unregistered"
    ENDED = "ended"
    BLOCKED = "blocked_unknown"
    DOUBLE = "double"
    AGAIN = "again"
    CHILDREN = "children"
    CANCELLED = "cancelled"
    TIME = "time"
    UNDO_WITHOUT_SCAN = "undo_without_scan"


# Flags of cards that are not verified here: their visits are in the venue's figures alone.
UNVERIFIED = (Flag.ELSEWHERE, Flag.UNREGISTERED)
