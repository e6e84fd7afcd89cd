/* A card in view is told once; a bar code only when two frames agree. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createSightings } from "../../static/js/sightings.mjs";

test("a card that stays in view is told once", () => {
  const sightings = createSightings();
  const told = [0, 500, 1000, 3000, 5000, 7000].map((at) => sightings.isNew("EK1", "QRCode", at));
  assert.deepEqual(told, [true, false, false, false, false, false]);
});

test("a card is told again after it was out of view for 2.5 s", () => {
  const sightings = createSightings();
  assert.ok(sightings.isNew("EK1", "QRCode", 0));
  assert.ok(!sightings.isNew("EK1", "QRCode", 2499));
  assert.ok(sightings.isNew("EK1", "QRCode", 5000));
});

test("another card is told at once, the first is not told again for that", () => {
  const sightings = createSightings();
  sightings.isNew("EK1", "QRCode", 0);
  assert.ok(sightings.isNew("EK2", "QRCode", 100));
  assert.ok(!sightings.isNew("EK1", "QRCode", 200));
});

test("a bar code needs two frames that agree", () => {
  const sightings = createSightings();
  assert.ok(!sightings.isNew("EK1", "Code39", 0));
  assert.ok(!sightings.isNew("EK2", "Code39", 60));
  assert.ok(sightings.isNew("EK2", "Code39", 120));
});

test("what was passed over may be told again, what was handled may not", () => {
  const sightings = createSightings();
  sightings.isNew("EK1", "QRCode", 0);
  sightings.isNew("EK2", "QRCode", 0);
  sightings.forgetOthers("EK1");
  assert.ok(sightings.isNew("EK2", "QRCode", 100));
  assert.ok(!sightings.isNew("EK1", "QRCode", 100));
});
