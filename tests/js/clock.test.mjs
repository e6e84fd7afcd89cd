/* The tablet's clock against the server's, the status line, and the enrolment code. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createClock } from "../../static/door/clock.mjs";
import { codeProblem, plainCode } from "../../static/door/enrolmentcode.mjs";
import { statusWords } from "../../static/door/ready.mjs";

function made() {
  const time = { wall: Date.parse("2026-11-22T16:00:00Z"), steady: 0 };
  const clock = createClock({ now: () => time.wall, steady: () => time.steady });
  const pass = (wall, steady = wall) => {
    time.wall += wall;
    time.steady += steady;
  };
  return { clock, time, pass };
}

test("the offset is the tablet's time less the server's, at the middle of the call", () => {
  const { clock, time, pass } = made();
  const sent = time.wall;
  pass(200);
  clock.met("2026-11-22T15:59:00.100Z", sent);
  assert.equal(clock.offset(), 60000);
});

test("a clock that runs on has not jumped", () => {
  const { clock, pass } = made();
  pass(3600000);
  assert.equal(clock.hasJumped(), false);
});

test("a clock that was turned back or forth has jumped, until the server is met", () => {
  for (const turn of [-3600000, 3600000]) {
    const { clock, time, pass } = made();
    pass(turn, 0);
    assert.equal(clock.hasJumped(), true);
    clock.met(new Date(time.wall).toISOString(), time.wall);
    assert.equal(clock.hasJumped(), false);
  }
});

test("sleep is no jump, turning back after sleep is", () => {
  const { clock, pass } = made();
  pass(3600000, 0);
  clock.slept();
  assert.equal(clock.hasJumped(), false);
  pass(-7200000, 0);
  assert.equal(clock.hasJumped(), true);
});

test("the status line always says how old the list is and what waits", () => {
  const language = { say: (key, values) => (values ? `${key} ${Object.values(values)}` : key) };
  const now = Date.parse("2026-11-22T16:00:00Z");
  const days = (count) => now - count * 24 * 3600 * 1000;
  const calm = { isConnected: true, listAt: Date.parse("2026-11-22T12:05:00Z"), waiting: 0, parked: 0 };
  const words = (change) => statusWords({ ...calm, ...change }, now, language);
  assert.equal(words({}), "status_fresh 14.05 · status_sent");
  assert.equal(words({ isConnected: null, listAt: null }), "status_connecting · status_sent · list_never");
  assert.equal(words({ isConnected: false, waiting: 3 }), "status_offline · status_waiting 3 · list_today 14.05");
  assert.equal(words({ isConnected: false, waiting: 1, parked: 2, listAt: days(9) }),
    "status_offline · status_waiting 1 · status_parked 2 · list_old 9");
  assert.equal(words({ listAt: days(1) }), "status_sent · list_yesterday 18.00");
});

test("an enrolment code is forgiven its look-alikes, spaces and small letters", () => {
  assert.equal(plainCode(" ab12-cdef Oil9 xyz2 "), "AB12CDEF0119XYZ2");
  assert.equal(codeProblem("AB12 CDEF 0119 XYZ2"), null);
});

test("what is wrong with an enrolment code is said", () => {
  assert.deepEqual(codeProblem("AB12"), { key: "enrol_code_short", values: { count: 4 } });
  assert.deepEqual(codeProblem("AB12CDEFU119XY?2"), { key: "enrol_code_symbols", values: { places: "9, 15" } });
});
