/* Hashing and hiding: the keyed hash is the service's, what is hidden opens here and nowhere else. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { importListKey, textOf } from "../../static/door/keys.mjs";
import { createSealed } from "../../static/door/sealed.mjs";
import { fakeStore } from "./fakestore.mjs";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const BYTES = Uint8Array.from([1, 2, 3]);

async function tablet(key = KEY) {
  const store = fakeStore();
  await store.keepKeys(await importListKey(textOf(key)));
  return { store, sealed: createSealed({ store }) };
}

test("the hash is the first 64 bits of HMAC-SHA-256", async () => {
  const { sealed } = await tablet();
  const wanted = createHmac("sha256", KEY).update("EK3F8M2X9TS").digest().subarray(0, 8);
  assert.deepEqual(await sealed.hashOf("EK3F8M2X9TS"), new Uint8Array(wanted));
});

test("what is hidden opens after a restart, and on no other tablet", async () => {
  const { store, sealed } = await tablet();
  const hidden = await sealed.seal(BYTES, "head");
  assert.notDeepEqual(hidden.ciphertext.slice(0, 3), BYTES);
  assert.deepEqual(await createSealed({ store }).open(hidden, "head"), BYTES);
  await assert.rejects((await tablet()).sealed.open(hidden, "head"));
  await assert.rejects(sealed.open(hidden, "another head"));
});

test("a tablet that gets a new list key hashes with it once it looks again", async () => {
  const { store, sealed } = await tablet();
  const before = await sealed.hashOf("EK3F8M2X9TS");
  await store.keepKeys(await importListKey(textOf(KEY.map((byte) => byte + 1))));
  sealed.renew();
  assert.notDeepEqual(await sealed.hashOf("EK3F8M2X9TS"), before);
});

test("without keys nothing is hashed, and it says so", async () => {
  const bare = createSealed({ store: fakeStore() });
  assert.equal(await bare.isAble(), false);
  assert.equal(await bare.hashOf("EK3F8M2X9TS"), null);
  const { store } = await tablet();
  assert.equal(await createSealed({ store, subtle: null }).isAble(), false);
});
