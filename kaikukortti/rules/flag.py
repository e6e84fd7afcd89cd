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
    TWO_PLACES = "two_places"
    OVER = "over"
    DEVICE = "device"
    UNDO_LATE = "undo_late"
    WITHDRAWN = "withdrawn"
    LIMIT = "limit"
    BOOKING = "booking"


class Answer(StrEnum):
    """What a person answers to a flag: the tickets count, they are the same as another visit's, or nothing changes."""

    COUNT = "count"
    MERGE = "merge"
    LEAVE = "leave"


class WithdrawalReason(StrEnum):
    """Why a manager takes a registration back after the tablet's own fifteen minutes."""

    MISTAKE = "mistake"
    NOT_USED = "not_used"
    WRONG_EVENT = "wrong_event"
    WRONG_COUNT = "wrong_count"
    DOUBLE = "double"


# Flags of cards that are not verified here: their visits are in the venue's figures alone.
UNVERIFIED = (Flag.ELSEWHERE, Flag.UNREGISTERED)
