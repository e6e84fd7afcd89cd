"""What a fault run hands back, and what it is given: plain values."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.doors import Heard
from tests.faults.tally import Tally


@dataclass(frozen=True)
class Scene:
    """Where a fault happens: an engine, a folder of its own, and what chance is drawn from.

    `share` is how much of the whole run is wanted: the tests take a little, `make faults` all.
    """

    engine: str
    folder: Path
    seed: int
    share: float = 1.0

    def times(self, whole: int, *, least: int = 1) -> int:
        """Return how often to do what the whole run does `whole` times."""
        return max(round(whole * self.share), least)

    def seconds(self, whole: float, *, least: float = 2.0) -> float:
        """Return for how long to do what the whole run does for `whole` seconds."""
        return max(whole * self.share, least)


@dataclass
class Finding:
    """The outcome: `figures` are told, each of `wrong` must be nothing, and each of `controls` must be something: what
    a planted flaw has made the run find.
    """

    figures: dict[str, int | float | str] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    controls: dict[str, int] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Return whether nothing was wrong and every planted flaw was found."""
        return not any(self.wrong.values()) and all(self.controls.values())

    def lines(self) -> list[str]:
        """Return it for people: what was done, what must be nothing, what the planted flaws have shown."""
        told = [_listed(self.figures), "must be nothing: " + _listed(self.wrong)]
        if self.controls:
            told.append("planted and found: " + _listed(self.controls))
        return [line for line in told if line]


def of(tally: Tally, heard: Heard, **figures: int | float | str) -> Finding:
    """Return the finding of a run of doors: the tally's promises, and that no answer was a fault of the program."""
    known = ("acknowledged", "present", "flagged")
    wrong = {name.replace("_", " "): number for name, number in vars(tally).items() if name not in known}
    told = {name.replace("_", " "): figure for name, figure in figures.items()}
    answers = {"acknowledged": tally.acknowledged, "refused": heard.refused, "unanswered": heard.silent}
    wrong |= {"faults of the program": heard.faults, "refusals without Retry-After": heard.curt}
    return Finding({**told, **answers}, wrong)


def _listed(figures: dict[str, int] | dict[str, int | float | str]) -> str:
    return ", ".join(f"{name} {_said(figure)}" for name, figure in figures.items())


def _said(figure: int | float | str) -> str:
    return f"{figure:.1f}" if isinstance(figure, float) else f"{figure:,}" if isinstance(figure, int) else figure
