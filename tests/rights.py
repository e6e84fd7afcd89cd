"""The table of rights, rights.csv, as tests read it: a line for each route, who may open it, what its address names.

`who` is a list of roles, or `anybody`, `everybody` (who is signed in), `holder` (of an open own card), `device`,
`seller`. `names` fills the address: a word of bothsides.py, or a value after an apostrophe; a name
after a question mark stands in the query. `strangers` is `yes` where
what the address names belongs to somebody, so that the strangers' is nowhere. `form` is what a sound form holds.
"""

import csv
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from tests.bothsides import Things
from tests.tree import ROOT

TABLE = ROOT / "tests" / "web" / "rights.csv"
ROLES = ("worker", "staff", "manager", "coordinator", "viewer", "administrator")
OTHERS = ("anybody", "everybody", "holder", "device", "seller")


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    methods: tuple[str, ...]
    rule: str
    who: frozenset[str]
    names: dict[str, str]
    belongs: bool
    form: dict[str, list[str]]

    def address(self, things: Things, caller: str = "") -> str:
        """Return the address with what it names on one side, for one caller."""

        def value(name: str) -> str:
            meant = self.names[name]
            return meant[1:] if meant.startswith("'") else str(things.get(f"{meant}:{caller}") or things[meant])

        path = re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda part: value(part[1]), self.rule)
        query = {name[1:]: value(name) for name in self.names if name.startswith("?")}
        return f"{path}?{urlencode(query)}" if query else path

    @property
    def is_for_roles(self) -> bool:
        """Return whether it is a matter of a person's role."""
        return not self.who & set(OTHERS)


def read() -> list[Line]:
    """Return the table."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return [_line(row) for row in csv.DictReader(stream)]


def _line(row: dict[str, str]) -> Line:
    return Line(
        methods=tuple(row["methods"].split()),
        rule=row["rule"],
        who=frozenset(row["who"].split()),
        names=dict(pair.split("=", 1) for pair in row["names"].split()),
        belongs=row["strangers"] == "yes",
        form=parse_qs(row["form"], keep_blank_values=True),
    )
