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

test("the status line says what matters: network, waiting, odd, old", () => {
  const say = (key, values) => (values ? `${key} ${Object.values(values)}` : key);
  const calm = { isConnected: true, reachedAt: "2026-11-22T12:05:00Z", daysOld: 0, waiting: 0, parked: 0 };
  assert.equal(statusWords(calm, { say }), "status_fresh 14.05");
  assert.equal(statusWords({ ...calm, isConnected: null }, { say }), "status_connecting");
  assert.equal(statusWords({ ...calm, isConnected: false, waiting: 3 }, { say }), "status_offline · status_waiting 3");
  assert.equal(statusWords({ ...calm, isConnected: false, waiting: 1, parked: 2, daysOld: 9 }, { say }),
    "status_offline · status_waiting 1 · status_parked 2 · status_old 9");
});

test("an enrolment code is forgiven its look-alikes, spaces and small letters", () => {
  assert.equal(plainCode(" ab12-cdef Oil9 xyz2 "), "AB12CDEF0119XYZ2");
  assert.equal(codeProblem("AB12 CDEF 0119 XYZ2"), null);
});

test("what is wrong with an enrolment code is said", () => {
  assert.deepEqual(codeProblem("AB12"), { key: "enrol_code_short", values: { count: 4 } });
  assert.deepEqual(codeProblem("AB12CDEFU119XY?2"), { key: "enrol_code_symbols", values: { places: "9, 15" } });
});
