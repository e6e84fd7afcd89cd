"""What cards are looked at for: the closed list that the trail knows. Each page has one; a command has none."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why somebody of the staff changed or saw something (703/2023 §10)."""

    ISSUING = "issuing"
    CARE = "care"
    RENEWAL = "renewal"
    BOOKING = "booking"
    GUIDANCE = "guidance"
    FOLLOW_UP = "follow_up"
    DOOR = "door"
    PROGRAMME = "programme"
    STOCK = "stock"
    STATISTICS = "statistics"
    COORDINATION = "coordination"
    RIGHTS = "rights"
    ACCOUNT = "account"
