"""The ledger behind the running service, read beside it, and what a tablet's browser has acknowledged."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from kaikukortti import config
from kaikukortti.models.counted import is_counted
from kaikukortti.models.ledger import Scan, ScanDecision

# What the tablet has said is recorded, sent or not, in its order: the bodies of its outbox.
OUTBOX = """async () => {
  const database = await new Promise((resolve) => {
    indexedDB.open("kaiku-door").onsuccess = (event) => resolve(event.target.result);
  });
  const records = await new Promise((resolve) => {
    database.transaction("outbox").objectStore("outbox").getAll().onsuccess = (event) => resolve(event.target.result);
  });
  database.close();
  return records.map(({ body }) => JSON.parse(body));
}"""
ROUNDING = timedelta(milliseconds=2)


@dataclass(frozen=True)
class Row:
    """A scan of the ledger; `counts` says whether its tickets are in the figures."""

    scan_id: str
    occurred_at: datetime
    received_at: datetime
    counts: bool
    flags: frozenset[str]


def acknowledged(page: Page) -> list[dict[str, Any]]:
    """Return the items that a tablet keeps in its outbox."""
    items: list[dict[str, Any]] = page.evaluate(OUTBOX)
    return items


def moment_of(item: dict[str, Any]) -> datetime:
    """Return when an item happened by the server's clock, as the tablet knew it."""
    occurred = datetime.fromisoformat(item["occurred"])
    return occurred - timedelta(milliseconds=item["offset_ms"])


def arrived_once(instance: Path, items: list[dict[str, Any]]) -> list[Row]:
    """Return the ledger's rows of acknowledged items, in their order.

    Raises AssertionError where one is missing, is there twice under another id, or has another time than its first.
    """
    rows = _read(instance, {item["series"] for item in items})
    assert len(rows) == len(items), f"{len(items)} acknowledged, {len(rows)} in the ledger"
    assert rows.keys() == {item["scan_id"] for item in items}
    for item in items:
        assert abs(rows[item["scan_id"]].occurred_at - moment_of(item)) <= ROUNDING, item
    return [rows[item["scan_id"]] for item in items]


def _read(instance: Path, series: set[str]) -> dict[str, Row]:
    """Return all rows of some lives of tablets' storages, by their ids."""
    engine = sa.create_engine(config.sqlite_url(instance), poolclass=sa.NullPool)
    flags = defaultdict(set)
    with Session(engine) as session:
        query = sa.select(Scan, is_counted()).where(Scan.series.in_(series))
        found = session.execute(query).all()
        raised = sa.select(ScanDecision.scan_id, ScanDecision.flag).join(Scan, Scan.scan_id == ScanDecision.scan_id)
        for scan_id, flag in session.execute(raised.where(Scan.series.in_(series))):
            flags[scan_id].add(flag.value)
        return {
            scan.scan_id: Row(scan.scan_id, scan.occurred_at, scan.received_at, counts, frozenset(flags[scan.scan_id]))
            for scan, counts in found
        }


def changes(instance: Path) -> dict[str, int | None]:
    """Return by card number which change of the register was the card's last."""
    engine = sa.create_engine(config.sqlite_url(instance), poolclass=sa.NullPool)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT number, n FROM cards")).all()
    return {number: n for number, n in rows}
