"""`kaikukortti bench plans`: how PostgreSQL goes about the calls that are made all day, in a database that is filled.

Each call is made once to warm up and once more, in which every statement is first explained where it stands: in its own
transaction, after what came before it (EXPLAIN ANALYZE runs it, a savepoint takes it back). What a call would commit is
rolled back; sequences have gone on, and the server has some dead rows to sweep, that is all.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from kaikukortti import app as application
from kaikukortti import db
from kaikukortti.cli import bench_hotcalls
from kaikukortti.cli.bench_databases import SECRET
from kaikukortti.cli.bench_hotcalls import Call
from kaikukortti.config import Config

LARGE = frozenset("scans scan_cards scan_decisions audit_entries cards card_periods profiles".split())
"""Tables that grow with the years: nothing that is done all day may walk through one of them."""
MOST_ROWS, MUCH = 10_000, 100_000
"""Rows that may be read from end to end; rows that may be read by an index before it is said."""
EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
SHOWN = 100  # characters of a statement


@dataclass(frozen=True)
class Walk:
    """One node of a plan that reads a table: how, which one, and how many rows it went through in all, kept or not;
    `once` are those of one walk, where it was made for each of some rows.
    """

    kind: str
    table: str
    rows: int
    once: int

    @property
    def is_sequential(self) -> bool:
        """Return whether it read the table from its beginning to its end."""
        return self.kind == "Seq Scan"


@dataclass(frozen=True)
class Plan:
    """How one statement was carried out; `pages` of 8 KiB, from memory or not; times are milliseconds."""

    statement: str
    execution_ms: float
    planning_ms: float
    pages: int
    walks: tuple[Walk, ...]


@dataclass
class Measured:
    """The plans of a call's statements."""

    call: Call
    plans: list[Plan] = field(default_factory=list)

    @property
    def walks(self) -> list[Walk]:
        """Return what all statements read, the longest first."""
        return sorted((walk for plan in self.plans for walk in plan.walks), key=lambda walk: -walk.rows)

    @property
    def faults(self) -> list[Walk]:
        """Return the walks from end to end through large tables that the call is not known to need."""
        avoidable = LARGE - self.call.reads_all
        return [walk for walk in self.walks if walk.is_sequential and walk.table in avoidable and walk.once > MOST_ROWS]

    @property
    def verdict(self) -> str:
        """Return what is to be said of it, in a few words."""
        if self.faults:
            return f"FAILS: all of {_tables(self.faults)}"
        much = [walk for walk in self.walks if walk.rows > MUCH and walk.table not in self.call.reads_all]
        if much:
            return f"reads much of {_tables(much)}"
        return f"ok, reads all {', '.join(sorted(self.call.reads_all))}" if self.call.reads_all else "ok"

    def line(self) -> str:
        """Return the figures as one line."""
        execution, planning = (sum(getattr(plan, f"{kind}_ms") for plan in self.plans) for kind in _TIMES)
        pages = sum(plan.pages for plan in self.plans)
        rows, table = (self.walks[0].rows, self.walks[0].table) if self.walks else (0, "")
        told = f"{self.call.name:<34}{len(self.plans):>4}{execution:>11.2f}{planning:>11.2f}{pages:>10,}"
        return f"{told}{rows:>11,} {table:<16}{self.verdict}"


def _tables(walks: Sequence[Walk]) -> str:
    return ", ".join(sorted({walk.table for walk in walks}))


_TIMES = ("execution", "planning")
HEAD = f"{'':<34}{'st.':>4}{'execute ms':>11}{'plan ms':>11}{'pages':>10}{'most rows':>11} of"


class _Enough(BaseException):
    """As many statements were seen as were to be looked at. No Exception: nobody on the way may catch it."""


def run(url: str, *, write: Callable[[str], None], each: bool = False) -> bool:
    """Measure every hot call in the database at `url`, write a line for each, and return whether all plans are good.

    `each` writes every statement too, without its values. Raises bench_hotcalls.NothingThere for an empty database.
    """
    with tempfile.TemporaryDirectory(prefix="kaikukortti-bench-") as folder:
        settings = Config(Path(folder), url, SECRET, secure_cookies=False, rounding_key=SECRET)
        with application.create_app(settings).app_context():
            try:
                return _measure_all(write, each=each)
            finally:
                db.db.session.remove()
                for engine in db.db.engines.values():
                    engine.dispose()


def _measure_all(write: Callable[[str], None], *, each: bool) -> bool:
    sample = bench_hotcalls.find_sample()
    db.db.session.rollback()
    write(sample.told())
    write(HEAD)
    is_good = True
    for call in bench_hotcalls.calls(sample):
        measured = measure(call)
        write(measured.line())
        for plan in measured.plans if each else ():
            write(f"    {plan.execution_ms:>9.3f} ms {plan.pages:>7,} pages  {plan.statement}")
            for walk in plan.walks:
                write(f"        {walk.kind} {walk.table}: {walk.rows:,} rows")
        is_good = is_good and not measured.faults
    write("All plans are good." if is_good else f"A large table is read from end to end, more than {MOST_ROWS:,} rows.")
    return is_good


def measure(call: Call) -> Measured:
    """Make a call twice, taking back what it does, and return the plans of the second time."""
    measured = Measured(call)
    for sink in (None, measured.plans):
        with explaining(sink, most=call.most_statements):
            try:
                call.work()
            except _Enough:
                pass
            finally:
                db.db.session.remove()
    return measured


@contextmanager
def explaining(plans: list[Plan] | None, *, most: int | None = None) -> Iterator[None]:
    """Within it nothing is committed, and each statement's plan goes into a list; after `most` statements it ends."""
    seen = 0

    def look(connection: sa.Connection, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        nonlocal seen
        if not statement.lstrip().upper().startswith(EXPLAINED):
            return
        if most is not None and seen >= most:
            raise _Enough()
        seen += 1
        if plans is not None:
            plans.append(_explain(connection, statement, values[0] if many else values))

    listeners = (("before_cursor_execute", look), ("commit", _take_back))
    for name, listener in listeners:
        event.listen(sa.Engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(sa.Engine, name, listener)


def _take_back(connection: sa.Connection) -> None:
    """Roll back what is about to be committed; the commit that follows finds nothing."""
    driven = connection.connection.driver_connection
    assert driven is not None
    driven.rollback()


def _explain(connection: sa.Connection, statement: str, values: Any) -> Plan:
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute("SAVEPOINT explained")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
        ((told,),) = cursor.fetchall()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT explained")
        cursor.execute("RELEASE SAVEPOINT explained")
    top = told["Plan"]
    return Plan(
        " ".join(statement.split())[:SHOWN],
        told["Execution Time"],
        told["Planning Time"],
        top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0),
        tuple(_walk(node) for node in _nodes(top) if "Relation Name" in node and node["Node Type"].endswith("Scan")),
    )


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _walk(node: Mapping[str, Any]) -> Walk:
    """Return what a node read, with the rows that it threw away. Processes that share a walk are its loops, too."""
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    total = round(rows * node["Actual Loops"])
    return Walk(node["Node Type"], node["Relation Name"], total, total if node["Parallel Aware"] else round(rows))
