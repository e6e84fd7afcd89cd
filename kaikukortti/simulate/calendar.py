"""The days of a simulation with their texts, reckoned once: a million visits must not reckon with time zones.

Days are numbered from 0, the first day; clock times are seconds of the day in Helsinki.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from kaikukortti import bulkrows
from kaikukortti.rules import period

DAY_SECONDS = 86_400
EARLIEST_CLOCK = 4 * 3_600  # from here on the day in UTC is the day in Helsinki, summer and winter
_CLOCKS = [f" {at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.000000" for at in range(DAY_SECONDS)]


@dataclass(frozen=True)
class Month:
    """A month of the simulation: its first and last day by number."""

    year: int
    month: int
    first: int
    last: int


class Calendar:
    """The days from the first of a simulation to yesterday, and the coming ones of the programme."""

    def __init__(self, *, today: date, years: int, coming_days: int) -> None:
        self.today_on = today
        self.first_on = period.add_months(today, -12 * years)
        self.today = (today - self.first_on).days
        self.dates = [self.first_on + timedelta(days=n) for n in range(self.today + coming_days + 1)]
        self.texts = [day.isoformat() for day in self.dates]
        self.weekdays = [day.weekday() for day in self.dates]
        noons = [period.moment_of(day, time(12)) for day in self.dates]
        self._offsets = [(12 - noon.hour) * 3_600 for noon in noons]

    def number_of(self, day: date) -> int:
        """Return the number of a day; negative before the first."""
        return (day - self.first_on).days

    def moment(self, day: int, clock: int) -> str:
        """Return the text of a moment: a day by its number, a clock time from EARLIEST_CLOCK on."""
        return self.texts[day] + _CLOCKS[clock - self._offsets[day]]

    def midnight(self, day: int) -> str:
        """Return the text of a day's first moment."""
        return bulkrows.moment_text(period.moment_of(self.dates[day], time(0)))

    def months(self) -> list[Month]:
        """Return the months of the whole calendar, coming ones included."""
        found = []
        for year, month in period.months_of(self.dates[0], self.dates[-1]):
            begins = date(year, month, 1)
            ends = begins.replace(day=period.days_in_month(begins))
            last = min(self.number_of(ends), len(self.dates) - 1)
            found.append(Month(year, month, max(self.number_of(begins), 0), last))
        return found
