/* Counts: what a screen begins with, steps within the limits, and all or nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { KINDS, initial, isRegistrable, nobody, offered, stepped, summed, total } from "../../static/door/counts.mjs";

const FAMILY = { adult: 1, child: 2, assistant: 1, interpreter: 1, worker: 0, under16: 0 };
const GROUP = { adult: 0, child: 0, assistant: 1, interpreter: 1, worker: 2, under16: 8 };

test("every kind of the interface is there once", () => {
  assert.deepEqual([...KINDS].sort(), ["adult", "assistant", "child", "interpreter", "under16", "worker"]);
});

test("a holder begins with one adult, a group with one worker", () => {
  assert.deepEqual(initial(FAMILY, "counts"), { ...nobody(), adult: 1 });
  assert.deepEqual(initial(GROUP, "counts"), { ...nobody(), worker: 1 });
});

test("a visit that is recorded already begins with nobody", () => {
  assert.deepEqual(initial(FAMILY, "already"), nobody());
});

test("only what has a limit is offered, people of the card first", () => {
  assert.deepEqual(offered(FAMILY), ["adult", "child", "assistant", "interpreter"]);
  assert.deepEqual(offered(GROUP), ["worker", "under16", "assistant", "interpreter"]);
  assert.deepEqual(offered(nobody()), []);
});

test("steps stay between nobody and the limit", () => {
  let counts = initial(FAMILY, "counts");
  for (let step = 0; step < 5; step += 1) counts = stepped(counts, "child", 1, FAMILY);
  assert.equal(counts.child, 2);
  for (let step = 0; step < 5; step += 1) counts = stepped(counts, "adult", -1, FAMILY);
  assert.equal(counts.adult, 0);
  assert.equal(stepped(counts, "worker", 1, FAMILY).worker, 0);
});

test("steps leave the counts they were given as they were", () => {
  const counts = Object.freeze(nobody());
  assert.equal(stepped(counts, "adult", 1, FAMILY).adult, 1);
  assert.equal(counts.adult, 0);
});

test("a party is registered whole or not at all", () => {
  assert.ok(isRegistrable({ ...nobody(), adult: 1, child: 2 }, FAMILY));
  assert.ok(!isRegistrable({ ...nobody(), adult: 1, child: 3 }, FAMILY));
  assert.ok(!isRegistrable(nobody(), FAMILY));
  assert.ok(!isRegistrable({ ...nobody(), adult: -1, child: 2 }, FAMILY));
  assert.ok(!isRegistrable({ ...nobody(), adult: 0.5 }, FAMILY));
  assert.ok(isRegistrable({ ...nobody(), assistant: 1 }, FAMILY), "an assistant who comes later can be added");
});

test("sums of many visits", () => {
  const sum = summed([{ ...nobody(), adult: 1 }, { ...nobody(), adult: 1, child: 2 }]);
  assert.equal(sum.adult, 2);
  assert.equal(total(sum), 4);
  assert.equal(total(summed([])), 0);
});
