/*
 * What the tablet keeps, in IndexedDB: the only module that touches it. Four stores: outbox (visits on their way, in
 * the order of their keys), meta (single values by name), keys (keys that can be used and not read out, by name) and
 * recent (what was recorded here, without card codes).
 */

import { openDB } from "../vendor/idb-8.0.4/idb.mjs";
import { newSeries } from "./series.mjs";

const NAME = "kaiku-door";
const VERSION = 2;
// Durable means on the disc: the screen says "recorded" only after that.
const DURABLE = { durability: "strict" };
const SERIES = "series";

/** Open the store; rejects when the browser keeps nothing. */
export async function openStore() {
  // Another tab with a newer page must not wait for this one.
  const db = await openDB(NAME, VERSION, { upgrade: build, blocking: () => db.close() });
  return { ...outboxOf(db), ...metaOf(db), ...keysOf(db), ...recentOf(db) };
}

function build(db, from, to, change) {
  if (from < 1) {
    const outbox = db.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
    outbox.createIndex("scan_id", "scan_id", { unique: true });
    outbox.createIndex("state", "state");
    db.createObjectStore("meta");
    db.createObjectStore("recent", { keyPath: "scan_id" });
  }
  if (from < 2) {
    db.createObjectStore("keys");
    // One life of this storage: the server sees a gap in its numbers, and a new life after the browser emptied it.
    change.objectStore("meta").put({ series: newSeries(), run: 0 }, SERIES);
  }
}

function outboxOf(db) {
  return {
    /**
     * Keep a record of the outbox; resolves when it is on the disc. `fix(series, run)` makes the record within the
     * transaction that gives the number, so that no number is lost or given twice.
     */
    async append(fix) {
      const change = db.transaction(["outbox", "meta"], "readwrite", DURABLE);
      await Promise.all([addNumbered(change, fix), change.done]);
    },
    /** Return all records in a state, oldest first. */
    records: (state) => db.getAllFromIndex("outbox", "state", state),
    /** Return one record by its scan id; undefined when it is gone. */
    record: (scanId) => db.getFromIndex("outbox", "scan_id", scanId),
    countRecords: (state) => db.countFromIndex("outbox", "state", state),
    /** Change fields of a record; the body is never among them. */
    async amend(scanId, changes) {
      const change = db.transaction("outbox", "readwrite", DURABLE);
      const record = await change.store.index("scan_id").get(scanId);
      if (record) change.store.put({ ...record, ...changes, body: record.body });
      await change.done;
    },
    /** Note the server's epoch; when it is another than before, everything that was sent waits once more. */
    async noteEpoch(epoch) {
      const change = db.transaction(["outbox", "meta"], "readwrite", DURABLE);
      const meta = change.objectStore("meta");
      const before = await meta.get("epoch");
      if (before !== epoch) {
        meta.put(epoch, "epoch");
        if (before !== undefined) await waitAgain(change.objectStore("outbox"));
      }
      await change.done;
    },
    /** Forget records that were sent before a moment. */
    async forgetSent(before) {
      const change = db.transaction("outbox", "readwrite");
      for (const record of await change.store.index("state").getAll("sent")) {
        if (record.sent_at < before) change.store.delete(record.order);
      }
      await change.done;
    },
  };
}

async function addNumbered(change, fix) {
  const meta = change.objectStore("meta");
  const { series, run } = await meta.get(SERIES) ?? { series: newSeries(), run: 0 };
  meta.put({ series, run: run + 1 }, SERIES);
  await change.objectStore("outbox").add(fix(series, run + 1));
}

async function waitAgain(outbox) {
  for (const record of await outbox.index("state").getAll("sent")) outbox.put({ ...record, state: "waiting" });
}

function metaOf(db) {
  return {
    recall: (name) => db.get("meta", name),
    remember: (name, value) => db.put("meta", value, name),
    forget: (name) => db.delete("meta", name),
    /** Keep a value unless `isBetter(there)` says of the one that is there that it should stay. */
    async rememberUnless(name, value, isBetter) {
      const change = db.transaction("meta", "readwrite");
      const there = await change.store.get(name);
      if (!isBetter(there ?? null)) change.store.put(value, name);
      await change.done;
    },
  };
}

function keysOf(db) {
  return {
    /** Return a key by its name: list, rescue or storage; undefined when there is none. */
    recallKey: (name) => db.get("keys", name),
    /** Keep several keys, all or none, durably; null forgets one. */
    async keepKeys(keys) {
      const change = db.transaction("keys", "readwrite", DURABLE);
      for (const [name, key] of Object.entries(keys)) {
        if (key === null) change.store.delete(name);
        else change.store.put(key, name);
      }
      await change.done;
    },
  };
}

function recentOf(db) {
  return {
    listRecent: () => db.getAll("recent"),
    keepRecent: (visit) => db.put("recent", visit),
    async forgetRecent(before) {
      const change = db.transaction("recent", "readwrite");
      for (const visit of await change.store.getAll()) {
        if (visit.at < before) change.store.delete(visit.scan_id);
      }
      await change.done;
    },
  };
}
