/* Why a counter stops, the places that are left, and the light of the screen. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { lightOf } from "../../static/door/light.mjs";
import { placesLeft, whyNoMore } from "../../static/door/limits.mjs";

const EVENT = { id: 12, kind: "performance", places_left: 2, children_take_places: true };
const family = (child, hold = null) => ({
  class: "counts", limits: { adult: 1, child, assistant: 9 }, card: { kind: "personal", children: 3 }, hold,
});

test("the register says how many children", () => {
  assert.deepEqual(whyNoMore("child", family(3), EVENT), { why: "children", count: 3 });
  assert.equal(placesLeft(family(3), EVENT), null);
});

test("where the places are fewer than the family, they are told", () => {
  assert.equal(placesLeft(family(1), EVENT), 2);
  assert.deepEqual(whyNoMore("child", family(1), EVENT), { why: "places", count: 2 });
  assert.equal(placesLeft(family(1, { id: "h" }), { ...EVENT, places_left: null }), 2, "the server's hold says so too");
});

test("no places are told where no quota limits: a course, a house visit, children who take none, another card", () => {
  assert.equal(placesLeft(family(0), { ...EVENT, kind: "course" }), null);
  assert.equal(placesLeft(family(1), null), null);
  assert.equal(placesLeft(family(1), { ...EVENT, children_take_places: false }), null);
  assert.equal(placesLeft({ ...family(1), card: null }, EVENT), null);
});

test("one adult a card; helpers so many at a time", () => {
  assert.equal(whyNoMore("adult", family(3), EVENT).why, "adult");
  assert.deepEqual(whyNoMore("assistant", family(3), EVENT), { why: "most", count: 9 });
});

test("an unknown light is the system's own", () => {
  assert.deepEqual(["bright", "dark", "auto", "red", undefined].map(lightOf), ["bright", "dark", "auto", "auto", "auto"]);
});
