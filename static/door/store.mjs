/*
 * What the tablet keeps, in IndexedDB: the only module that touches it. Three stores: outbox (visits on their way, in
 * the order of their keys), meta (single values by name) and recent (what was recorded here, without card codes).
 */

import { openDB } from "../vendor/idb-8.0.4/idb.mjs";

const NAME = "kaiku-door";
const VERSION = 1;
// Durable means on the disc: the screen says "recorded" only after that.
const DURABLE = { durability: "strict" };

/** Open the store; rejects when the browser keeps nothing. */
export async function openStore() {
  const db = await openDB(NAME, VERSION, { upgrade: build });
  return { ...outboxOf(db), ...metaOf(db), ...recentOf(db) };
}

function build(db) {
  const outbox = db.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
  outbox.createIndex("scan_id", "scan_id", { unique: true });
  outbox.createIndex("state", "state");
  db.createObjectStore("meta");
  db.createObjectStore("recent", { keyPath: "scan_id" });
}

function outboxOf(db) {
  return {
    /** Keep a record of the outbox; resolves when it is on the disc. */
    async append(record) {
      const change = db.transaction("outbox", "readwrite", DURABLE);
      await Promise.all([change.store.add(record), change.done]);
    },
    /** Return all records in a state, oldest first. */
    records: (state) => db.getAllFromIndex("outbox", "state", state),
    countRecords: (state) => db.countFromIndex("outbox", "state", state),
    /** Change fields of a record; the body is never among them. */
    async amend(scanId, changes) {
      const change = db.transaction("outbox", "readwrite", DURABLE);
      const record = await change.store.index("scan_id").get(scanId);
      if (record) change.store.put({ ...record, ...changes, body: record.body });
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

function metaOf(db) {
  return {
    recall: (name) => db.get("meta", name),
    remember: (name, value) => db.put("meta", value, name),
    forget: (name) => db.delete("meta", name),
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
