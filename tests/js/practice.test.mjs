/* Practice at the door: the deck alone, by the rule of live; nothing is kept, and the mode ends by itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { nobody } from "../../static/door/counts.mjs";
import { createNews } from "../../static/door/news.mjs";
import { VERDICTS, createPractice } from "../../static/door/practice.mjs";
import { practised } from "../../static/door/practicesounds.mjs";
import { createPracticeVisits, splitVisits } from "../../static/door/practicevisits.mjs";
import { signalOf } from "../../static/door/feedback.mjs";
import { fakeStore } from "./fakestore.mjs";

const NOW = Date.parse("2026-11-22T16:00:00Z");
const VALID = { kind: "personal", state: "active", first_on: "2020-01-01", last_on: "2099-12-31", grace_days: 0, children: 0,
  suspended_until: null };
const made = (key, number, card = VALID, evening = {}) => ({ key, number, card, earlier_minutes: null,
  opens_in_minutes: null, places_left: null, limit_reached: false, ...evening });
const DECK = [
  made("welcome", "UUHARJ0004X"),
  made("counts", "UUHARJ0012X", { ...VALID, children: 2 }),
  made("already", "UUHARJ0037H", VALID, { earlier_minutes: 48 }),
  made("check", "UUHARJ0045H", null),
  made("ended", "UUHARJ0053H", { ...VALID, last_on: "2025-08-31" }),
  made("wrong_time", "UUHARJ00860", VALID, { opens_in_minutes: 60 }),
  made("full", "UUHARJ00940", VALID, { places_left: 0 }),
  made("limit", "UUHARJ0102V", VALID, { limit_reached: true }),
  made("technical", "UUHARJ01180", null),
];
const WORDS = { practice_event: "Harjoitusilta", say_malformed: "m", next_malformed: "n" };
const TEXTS = { fi: WORDS, sv: WORDS, en: WORDS };

function rehearsal() {
  const met = [];
  let number = 0;
  const clock = { now: NOW };
  const visits = createPracticeVisits({
    session: { snapshot: { prefixes: ["EK"], masks: "", practice: DECK, texts: {}, areas: [{ contact: "05 1" }] } },
    texts: TEXTS, onMet: (name) => met.push(name), now: () => clock.now, id: () => `id${number += 1}`,
  });
  const read = async (text) => {
    const visit = visits.begin(text, "camera");
    return { visit, ...await visits.ask(visit) };
  };
  return { visits, met, read, clock };
}

test("each card of the deck is read as what it rehearses", async () => {
  const { read, met } = rehearsal();
  const said = [];
  for (const { number } of DECK) {
    const { verdict } = await read(number);
    said.push([verdict.class, verdict.reason]);
  }
  assert.deepEqual(said, [["welcome", null], ["counts", null], ["already", null], ["check", "unregistered"],
    ["not_now", "ended"], ["not_now", "wrong_time"], ["not_now", "full"], ["not_now", "limit"], ["technical", "malformed"]]);
  assert.deepEqual(new Set(met), new Set(VERDICTS));
});

test("as typed, with spaces and small letters", async () => {
  const { read, visits } = rehearsal();
  assert.equal((await read(" uu harj-0012 x")).verdict.limits.child, 2);
  assert.ok(visits.isInDeck("uu harj 0118 0") && !visits.isInDeck("EK3F8M2X9TS"));
});

test("a real card in practice is told so, ticks nothing and has nothing to register", async () => {
  for (const text of ["EK3F8M2X9TS", "VA12345"]) {
    const { read, met } = rehearsal();
    const { verdict } = await read(text);
    assert.deepEqual([verdict.class, verdict.reason, verdict.limits, verdict.card], ["technical", "live_card", nobody(), null]);
    assert.match(verdict.say.fi, /oikea kortti/u);
    assert.deepEqual(met, []);
  }
});

test("read twice: ALREADY after a registration, not after it was undone", async () => {
  const { visits, read, clock } = rehearsal();
  const { visit, verdict } = await read("UUHARJ0004X");
  const recorded = await visits.register(visit, verdict, { ...nobody(), adult: 1 });
  clock.now += 60_000;
  const second = await read("UUHARJ0004X");
  assert.deepEqual([second.verdict.class, second.verdict.already.at], ["already", new Date(NOW).toISOString()]);
  assert.equal(visits.listRecent().length, 1);
  assert.ok(!JSON.stringify(visits.listRecent()).includes("UUHARJ"));
  await visits.undo(recorded);
  assert.equal((await read("UUHARJ0004X")).verdict.class, "welcome");
  visits.forget();
  assert.deepEqual(visits.listRecent(), []);
});

test("what began in one mode ends in it, whatever the mode is by then", async () => {
  const calls = [];
  const noting = (who) => ({
    begin: () => ({ isPractice: who === "rehearsed" }),
    register: async (visit) => calls.push([who, "register"]) && visit,
    undo: async () => calls.push([who, "undo"]),
    ask: async () => calls.push([who, "ask"]),
  });
  let isOn = true;
  const visits = splitVisits(noting("live"), noting("rehearsed"), () => isOn);
  const inPractice = visits.begin("UUHARJ0004X", "camera", null);
  isOn = false;
  const real = visits.begin("EK3F8M2X9TS", "camera", null);
  isOn = true;
  for (const visit of [inPractice, real]) {
    await visits.ask(visit, null);
    await visits.undo(await visits.register(visit, {}, {}));
  }
  assert.deepEqual(calls, ["rehearsed", "live"].flatMap((who) => ["ask", "register", "undo"].map((what) => [who, what])));
});

test("the visits of practice know no outbox, no store and no network", () => {
  const source = readFileSync(new URL("../../static/door/practicevisits.mjs", import.meta.url), "utf8");
  const imported = Array.from(source.matchAll(/from "([^"]+)"/gu), ([, name]) => name);
  assert.deepEqual(imported, ["../js/number.mjs", "./byword.mjs", "./ids.mjs", "./moments.mjs", "./rule.mjs", "./verdicts.mjs"]);
});

function mode() {
  const timers = [];
  let done = 0;
  const practice = createPractice({
    onDone: () => { done += 1; },
    later: (act, ms) => timers.push({ act, ms, isOff: false }) - 1,
    cancel: (index) => { if (timers[index]) timers[index].isOff = true; },
  });
  return { practice, timers, running: () => timers.filter(({ isOff }) => !isOff), count: () => done };
}

test("practice ends by itself ten minutes after the last touch", () => {
  const { practice, running } = mode();
  practice.stir();
  assert.equal(running().length, 0, "live, no timer runs");
  practice.enter();
  practice.stir();
  assert.deepEqual(running().map(({ ms }) => ms), [600_000]);
  running()[0].act();
  assert.equal(practice.isOn, false);
  practice.enter();
  practice.leave();
  assert.equal(running().length, 0);
});

test("all six make a round, once; the next person begins a new one", () => {
  const { practice, count } = mode();
  practice.meet("welcome");
  assert.equal(practice.met.size, 0, "live readings tick nothing");
  practice.enter();
  for (const name of [...VERDICTS, ...VERDICTS]) practice.meet(name);
  assert.deepEqual([practice.isDone, count()], [true, 1]);
  practice.leave();
  practice.enter();
  assert.deepEqual([practice.isDone, practice.met.size], [false, 0]);
});

test("a round that was broken off goes on where it was", () => {
  const { practice } = mode();
  practice.enter();
  practice.meet("check");
  practice.leave();
  practice.enter();
  assert.deepEqual(Array.from(practice.met), ["check"]);
});

test("the sounds of practice are others; what is silent stays silent", () => {
  for (const name of VERDICTS) {
    const live = signalOf(name);
    const own = practised(live);
    assert.deepEqual(own.vibration, live.vibration);
    if (!live.notes.length) assert.deepEqual(own.notes, []);
    else assert.ok(own.notes.every(([hertz]) => live.notes.every(([other]) => other !== hertz)), name);
  }
});

function telling({ fails = false } = {}) {
  const store = fakeStore();
  const heard = [];
  const clock = { now: NOW };
  const wire = { fails };
  const call = (what) => async (...said) => {
    if (wire.fails) throw new Error("no network");
    heard.push([what, ...said]);
    return { time: "t" };
  };
  const news = createNews({ store, api: { status: call("status"), practised: call("practised") }, now: () => clock.now });
  return { news, heard, clock, wire };
}

const settled = () => new Promise((resolve) => { setTimeout(resolve, 5); });

test("a practice without a network is told with the next greeting, as so long ago, once", async () => {
  const { news, heard, clock, wire } = telling({ fails: true });
  await news.notePractised();
  wire.fails = false;
  clock.now += 3_600_000;
  await news.status(2);
  await settled();
  await news.status(0);
  await settled();
  assert.deepEqual(heard, [["status", 2, null], ["practised", 3600], ["status", 0, null]]);
});

test("a test that found all in order is told once; another one never", async () => {
  const { news, heard, clock } = telling();
  await news.noteTest(false);
  await news.status(0);
  await news.noteTest(true);
  clock.now += 90_000;
  await news.status(0);
  await settled();
  await news.status(0);
  assert.deepEqual(heard.map(([, , tested]) => tested), [null, 90, null]);
  assert.deepEqual(await news.lastTest(), { at: NOW, isInOrder: true, isTold: true });
});

test("what could not be told stays to be told", async () => {
  const { news, heard, wire } = telling({ fails: true });
  await news.noteTest(true);
  await assert.rejects(news.status(0));
  wire.fails = false;
  await news.status(0);
  assert.deepEqual(heard, [["status", 0, 0]]);
});
