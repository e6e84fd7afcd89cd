/* One round at the door: the tablet's verdict at once, the server's in time in its place, later ones as a strip. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createRound } from "../../static/door/round.mjs";

const WELCOME = { class: "welcome", reason: null, limits: { adult: 1 }, say: { fi: "Tervetuloa!" } };
const NOT_NOW = { class: "not_now", reason: "not_in_use", limits: { adult: 0 }, say: { fi: "Ei käytössä." } };

/** A clock and timers that stand still until they are moved. */
function stoppedTime() {
  const timers = new Map();
  let at = 0;
  let next = 1;
  return {
    now: () => at,
    later(act, ms) {
      timers.set(next, { act, due: at + ms });
      next += 1;
      return next - 1;
    },
    cancel: (id) => timers.delete(id),
    async pass(ms) {
      at += ms;
      for (const [id, { act, due }] of timers) {
        if (due <= at && timers.delete(id)) act();
      }
      await settled();
    },
  };
}

function made(asked, { isRinging = false, time = stoppedTime() } = {}) {
  const seen = [];
  const said = [];
  const screen = {
    current: null,
    show(name, words) {
      screen.current = name;
      said.push(words);
    },
    close() {
      screen.current = null;
    },
  };
  const note = (what) => (value) => seen.push([what, value?.class ?? value]);
  const views = {
    verdict: {
      draw: note("draw"), settle: (verdict) => seen.push(["settle", Boolean(verdict.isUnanswered), verdict.hold ?? null]),
      late: note("late"), strip: note("strip"), said: () => "", ring: note("ring"), party: () => ({ adult: 1 }),
      openCounts: () => seen.push(["open"]),
    },
    recorded: { stop: () => {}, draw: note("recorded"), heading: () => "" },
  };
  const round = createRound({
    visits: {
      begin: (text) => ({ text, at: time.now() }),
      ask: async () => asked,
      register: async (visit, verdict) => {
        seen.push(["register", verdict.class, verdict.hold ?? null]);
        return {};
      },
    },
    sender: { send: () => {} }, screen, feedback: { give: note("give") }, language: { say: (key) => key }, texts: {},
    occurrence: () => null, onChecking: () => {}, onShown: () => {}, onOver: () => {}, onRecorded: () => {}, now: time.now,
    isRinging: () => isRinging, serverNow: time.now, timing: time,
  });
  round.show(views);
  return { round, seen, said, screen, time };
}

const settled = () => new Promise((resolve) => {
  setTimeout(resolve, 5);
});

test("the server in time with another verdict: it is drawn and heard, and registered with", async () => {
  const { round, seen } = made({ verdict: WELCOME, update: Promise.resolve(NOT_NOW), late: Promise.resolve(null) });
  await round.read("EK3F8M2X9TS", "camera");
  await settled();
  assert.deepEqual(seen, [["draw", "welcome"], ["give", "welcome"], ["draw", "not_now"], ["give", "not_now"]]);
});

test("the server in time with the same verdict: counts stay, its hold is used", async () => {
  const update = Promise.resolve({ ...WELCOME, hold: "h1" });
  const { round, seen } = made({ verdict: WELCOME, update, late: Promise.resolve(null) });
  await round.read("EK3F8M2X9TS", "camera");
  await settled();
  await round.register({ adult: 1 });
  assert.deepEqual(seen.slice(2), [["settle", false, "h1"], ["register", "welcome", "h1"], ["recorded", {}]]);
});

test("the server too late: the verdict stands under a cloud, and another answer is a strip", async () => {
  const { round, seen } = made({ verdict: WELCOME, update: Promise.resolve(null), late: Promise.resolve(NOT_NOW) });
  await round.read("EK3F8M2X9TS", "camera");
  await settled();
  assert.deepEqual(seen.slice(2), [["settle", true, null], ["late", "not_now"]]);
});

test("what was registered meanwhile is not drawn over", async () => {
  let answer;
  const update = new Promise((resolve) => {
    answer = resolve;
  });
  const { round, seen } = made({ verdict: WELCOME, update, late: update });
  await round.read("EK3F8M2X9TS", "camera");
  await round.register({ adult: 1 });
  answer(NOT_NOW);
  await settled();
  assert.deepEqual(seen.slice(2), [["register", "welcome", null], ["recorded", {}]]);
});

const ALONE = { ...WELCOME, card: { kind: "personal", children: 0 } };
const HOLD = { id: "h1", places: 1, expires_at: "1970-01-01T00:02:00Z" };

function ringing(verdict = ALONE) {
  return made({ verdict, update: null, late: null }, { isRinging: true });
}

const registrations = (seen) => seen.filter(([what]) => what === "register").length;

test("a personal card without children is registered by itself after two and a half seconds, once", async () => {
  const { round, seen, said, screen, time } = ringing();
  await round.read("EK3F8M2X9TS", "camera");
  assert.deepEqual(said, [" ring_said"]);
  await time.pass(2400);
  assert.equal(registrations(seen), 0);
  await time.pass(100);
  await time.pass(5000);
  assert.equal(registrations(seen), 1);
  assert.equal(screen.current, "recorded");
  assert.equal(said.filter((words) => words.includes("ring_said")).length, 1, "announced once");
});

test("a touch at 2.4 s stops the ring and opens the counts; registering by hand then is the only one", async () => {
  const { round, seen, time } = ringing();
  await round.read("EK3F8M2X9TS", "camera");
  await time.pass(2400);
  round.touched();
  round.touched();
  assert.equal(seen.filter(([what]) => what === "open").length, 1);
  await Promise.all([round.register({ adult: 1 }), round.register({ adult: 1 }), time.pass(100)]);
  await time.pass(5000);
  assert.equal(registrations(seen), 1);
});

test("a press on Register in the moment when the ring ends registers once", async () => {
  const { round, seen, time } = ringing();
  await round.read("EK3F8M2X9TS", "camera");
  await Promise.all([time.pass(2500), round.register({ adult: 1 })]);
  await round.register({ adult: 1 });
  assert.equal(registrations(seen), 1);
});

test("others wait: with children, a community card, counts, and where the ring is switched off", async () => {
  const others = [
    { ...ALONE, card: { kind: "personal", children: 2 } }, { ...ALONE, card: { kind: "community", children: 0 } },
    { ...ALONE, class: "counts" }, { ...ALONE, class: "already" }, { ...ALONE, class: "check" }, { ...ALONE, card: null },
  ];
  for (const verdict of others) {
    const { round, seen, time } = ringing(verdict);
    await round.read("EK3F8M2X9TS", "camera");
    await time.pass(60000);
    assert.equal(registrations(seen), 0, verdict.class);
  }
  const { round, seen, time } = made({ verdict: ALONE, update: null, late: null });
  await round.read("EK3F8M2X9TS", "camera");
  await time.pass(60000);
  assert.equal(registrations(seen), 0);
});

test("the server's other verdict stops the ring, going back too", async () => {
  const corrected = made({ verdict: ALONE, update: Promise.resolve(NOT_NOW), late: null }, { isRinging: true });
  await corrected.round.read("EK3F8M2X9TS", "camera");
  await corrected.time.pass(5000);
  assert.equal(registrations(corrected.seen), 0);
  const left = ringing();
  await left.round.read("EK3F8M2X9TS", "camera");
  left.round.back();
  await left.time.pass(5000);
  assert.equal(registrations(left.seen), 0);
});

test("a hold that runs out before registering is told, and registering still works with it", async () => {
  const { round, seen, time } = made({ verdict: { ...ALONE, class: "counts", hold: HOLD }, update: null, late: null });
  await round.read("EK3F8M2X9TS", "camera");
  await time.pass(119000);
  assert.ok(!seen.some(([what]) => what === "strip"));
  await time.pass(1000);
  assert.deepEqual(seen.at(-1), ["strip", "hold_over"]);
  await round.register({ adult: 1 });
  assert.deepEqual(seen.find(([what]) => what === "register"), ["register", "counts", HOLD]);
});

test("the same card within five seconds is one reading, later it is another", async () => {
  const { round, seen, time } = ringing({ ...ALONE, class: "counts" });
  const draws = () => seen.filter(([what]) => what === "draw").length;
  await round.read("EK3F8M2X9TS", "camera");
  await round.register({ adult: 1 });
  await time.pass(4900);
  await round.read("EK3F8M2X9TS", "scanner");
  assert.equal(draws(), 1);
  await time.pass(200);
  await round.read("EK3F8M2X9TS", "scanner");
  assert.equal(draws(), 2);
});
