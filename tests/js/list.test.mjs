/* The tablet's list: the bytes that the service makes, changes, digests, older and newer, and how it lies on the disc. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { importListKey, textOf } from "../../static/door/keys.mjs";
import { createCardList, ListUnfit } from "../../static/door/list.mjs";
import { applied, find, fromPlanes, hex, RECORD } from "../../static/door/packed.mjs";
import { createSealed } from "../../static/door/sealed.mjs";
import { fakeStore } from "./fakestore.mjs";

const vector = JSON.parse(readFileSync(new URL("../vectors/list.json", import.meta.url), "utf8"));
const LIST_KEY = textOf(Uint8Array.from(Buffer.from(vector.list_key, "hex")));
const WHOLE = { epoch: "a.1", n: 14, generated_at: "2026-11-20T16:00:00.000Z", cards: vector.whole };
const CHANGES = { epoch: "a.1", n: 18, generated_at: "2026-11-20T17:00:00.000Z", cards: vector.changes };

async function made(store = fakeStore()) {
  await store.keepKeys(await importListKey(LIST_KEY));
  return { store, list: createCardList({ store, sealed: createSealed({ store }) }) };
}

function expected({ ref, kind, state, first_on, last_valid_on: last_on, suspended_until, children, area }) {
  const { grace_days, contact } = vector.areas[area];
  const known = ["active", "suspended"].includes(state) ? state : "off";
  return { ref, contact, card: { kind, state: known, first_on, last_on, suspended_until, grace_days, children } };
}

test("every card of the service's list is found and read", async () => {
  const { list } = await made();
  assert.equal(await list.take(WHOLE), true);
  assert.equal(list.size, vector.cards.length);
  for (const card of vector.cards) {
    const { found } = await list.lookUp([card.number], vector.areas);
    assert.deepEqual(found, expected(card), card.number);
  }
});

test("a number that is on no list is not found, and its mark is known all the same", async () => {
  const { list } = await made();
  await list.take(WHOLE);
  const { found, marks } = await list.lookUp(["EK3F8M2X9TS"], vector.areas);
  assert.equal(found, null);
  assert.match(marks[0], /^[0-9a-f]{16}$/u);
  assert.equal((await list.lookUp(["NOT-HERE", vector.cards[0].number], vector.areas)).found.ref, vector.cards[0].ref);
});

test("changes lead to the service's list: changed, new and taken away", async () => {
  const { list } = await made();
  await list.take(WHOLE);
  assert.equal(await list.take(CHANGES), true);
  assert.deepEqual(list.cursor, { epoch: "a.1", n: 18 });
  for (const card of [...vector.changed, vector.registered]) {
    assert.deepEqual((await list.lookUp([card.number], vector.areas)).found, expected(card));
  }
  assert.equal((await list.lookUp([vector.undone], vector.areas)).found, null);
});

test("changes that do not fit are not taken: another digest, another beginning, another epoch, no list", async () => {
  const { list } = await made();
  await assert.rejects(list.take(CHANGES), ListUnfit);
  await list.take(WHOLE);
  for (const odd of [
    { ...CHANGES, cards: { ...vector.changes, digest: "00".repeat(32) } },
    { ...CHANGES, cards: { ...vector.changes, count: vector.changes.count + 1 } },
    { ...CHANGES, cards: { ...vector.changes, since: 13 } },
    { ...CHANGES, epoch: "b.1" },
    { ...CHANGES, epoch: "b.1", cards: null },
  ]) {
    await assert.rejects(list.take(odd), ListUnfit);
    assert.deepEqual(list.cursor, { epoch: "a.1", n: 14 }, "the list that was there stays");
  }
});

test("a torn whole list is refused, and its length is looked at first", async () => {
  const { list } = await made();
  await assert.rejects(list.take({ ...WHOLE, cards: { ...vector.whole, size: vector.whole.size + 1 } }), RangeError);
  assert.equal(list.cursor, null);
});

test("never an older list over a newer", async () => {
  const { list, store } = await made();
  await list.take(WHOLE);
  await list.take(CHANGES);
  assert.equal(await list.take(WHOLE), false);
  assert.equal(await list.take({ ...WHOLE, epoch: "0.1" }), false, "an answer of an earlier epoch that came late");
  assert.equal(list.cursor.n, 18);
  const other = createCardList({ store, sealed: createSealed({ store }) });
  await other.take(WHOLE);
  assert.equal((await store.recall("list")).n, 18, "nor one tab's over another's");
  const later = { ...WHOLE, epoch: "b.1", n: 3, generated_at: "2026-11-21T00:00:00.000Z" };
  assert.equal(await list.take(later), true, "a new epoch may count from lower");
});

test("it lies encrypted on the disc and is there after a restart", async () => {
  const { list, store } = await made();
  await list.take(WHOLE);
  const kept = await store.recall("list");
  const records = fromPlanes(vector.whole.planes, vector.whole.size);
  assert.ok(!Buffer.from(kept.ciphertext).includes(Buffer.from(records.slice(0, RECORD))), "no record in clear");
  assert.equal((await store.recallKey("storage")).extractable, false);
  const again = createCardList({ store, sealed: createSealed({ store }) });
  await again.recall();
  assert.deepEqual(again.cursor, { epoch: "a.1", n: 14 });
  assert.equal((await again.lookUp([vector.cards[0].number], vector.areas)).found.ref, vector.cards[0].ref);
});

test("what was changed on the disc is no list, and is fetched anew", async () => {
  for (const spoil of [
    (kept) => ({ ...kept, n: 99 }),
    (kept) => ({ ...kept, ciphertext: kept.ciphertext.map((byte, place) => (place === 5 ? byte ^ 1 : byte)) }),
  ]) {
    const { list, store } = await made();
    await list.take(WHOLE);
    await store.remember("list", spoil(await store.recall("list")));
    const again = createCardList({ store, sealed: createSealed({ store }) });
    await again.recall();
    assert.equal(again.cursor, null);
    assert.equal(await store.recall("list"), undefined);
  }
});

test("without keys, as on plain http, there is no list and no fault", async () => {
  const store = fakeStore();
  const list = createCardList({ store, sealed: createSealed({ store, subtle: null }) });
  await list.recall();
  assert.equal(await list.take(WHOLE), true);
  assert.equal(list.cursor, null);
  assert.deepEqual(await list.lookUp(["EK3F8M2X9TS"], []), { marks: [], found: null });
});

test("any sequence of changes leads where the whole list is", () => {
  let seed = 20261120;
  const random = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  let records = new Uint8Array(0);
  const wanted = new Map();
  for (let round = 0; round < 200; round += 1) {
    const changes = new Map();
    for (let count = random(6); count > 0; count -= 1) {
      const record = Uint8Array.from({ length: RECORD }, () => random(256));
      record.set([0, 0, 0, 0, 0, 0, 0, random(60)]);
      record[RECORD - 1] = random(4) << 6;
      changes.set(hex(record.subarray(0, 8)), record);
    }
    for (const [hash, record] of changes) {
      if (record[RECORD - 1] >> 6 === 3) wanted.delete(hash);
      else wanted.set(hash, record);
    }
    records = applied(records, joined(changes));
    assert.deepEqual(records, joined(wanted));
    for (const [hash, record] of wanted) assert.equal(records[find(records, record)], record[0], hash);
  }
  assert.ok(wanted.size > 10);
});

function joined(map) {
  const sorted = [...map.entries()].sort(([one], [other]) => (one < other ? -1 : 1));
  return Uint8Array.from(sorted.flatMap(([, record]) => [...record]));
}
