/* The ring as a machine: whole seconds told, one end, none after a stop, and from the beginning after a new start. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createRing, RING_MS, ringsFor } from "../../static/door/ring.mjs";

function made() {
  const told = [];
  let at = 0;
  let due = null;
  const ring = createRing({
    onTick: (seconds) => told.push(seconds), onEnd: () => told.push("end"), now: () => at,
    later: (act, ms) => {
      due = { act, at: at + ms };
      return 1;
    },
    cancel: () => {
      due = null;
    },
  });
  const pass = (ms) => {
    const until = at + ms;
    while (due && due.at <= until) {
      const { act } = due;
      at = due.at;
      due = null;
      act();
    }
    at = until;
  };
  return { ring, told, pass };
}

test("it tells the seconds and ends once", () => {
  const { ring, told, pass } = made();
  ring.start();
  pass(RING_MS - 1);
  assert.deepEqual(told, [3, 2, 1]);
  assert.ok(ring.isRunning);
  pass(10000);
  assert.deepEqual(told, [3, 2, 1, "end"]);
  assert.ok(!ring.isRunning);
});

test("stopped, it never ends, and says whether it was running", () => {
  const { ring, told, pass } = made();
  assert.equal(ring.stop(), false);
  ring.start();
  pass(2400);
  assert.equal(ring.stop(), true);
  assert.equal(ring.stop(), false);
  pass(10000);
  assert.ok(!told.includes("end"));
});

test("started anew it runs its whole time", () => {
  const { ring, told, pass } = made();
  ring.start();
  pass(2000);
  ring.start();
  pass(2400);
  assert.ok(!told.includes("end"));
  pass(100);
  assert.equal(told.filter((one) => one === "end").length, 1);
});

test("only WELCOME on a personal card without children rings", () => {
  const card = { kind: "personal", children: 0 };
  assert.ok(ringsFor({ class: "welcome", card }));
  for (const other of [{ class: "counts", card }, { class: "welcome", card: null }, { class: "already", card },
    { class: "welcome", card: { kind: "personal", children: 1 } }, { class: "welcome", card: { kind: "community", children: 0 } }]) {
    assert.ok(!ringsFor(other));
  }
});
