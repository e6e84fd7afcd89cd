/* "Ready for tonight": what was found, and the one plain step where something is to be put right. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { evaluate, isInOrder } from "../../static/door/selftest.mjs";

const NOW = Date.parse("2026-11-22T16:00:00Z");
const DAY = 24 * 3600 * 1000;
const GOOD = {
  network: { isReached: true },
  list: { isEvicted: false, isAble: true, listAt: NOW - 60_000, hasList: true },
  queue: { waiting: 0, parked: 0 },
  camera: { fault: null, isDecoding: true },
  sound: "played",
  storage: { freeBytes: 10 ** 9, isPersisted: true },
  page: { isOffered: true, isKept: true },
  clock: { offset: 900, isMet: true, hasJumped: false },
};

function lineOf(name, found) {
  const all = evaluate({ ...GOOD, [name]: typeof found === "string" ? found : { ...GOOD[name], ...found } }, NOW);
  return { all, line: all.find((one) => one.name === name) };
}

test("all is well", () => {
  const lines = evaluate(GOOD, NOW);
  assert.ok(isInOrder(lines));
  assert.deepEqual(lines.map(({ name }) => name), ["network", "list", "queue", "camera", "sound", "storage", "page", "clock"]);
  assert.ok(lines.every(({ step, act }) => step === null && act === null));
});

const OPEN = [
  ["network", { isReached: false }, "test_network_none"],
  ["list", { listAt: NOW - DAY }, "test_list_yesterday"],
  ["list", { listAt: NOW - 8 * DAY }, "test_list_old"],
  ["list", { listAt: null, hasList: false }, "test_list_none"],
  ["list", { hasList: false }, "test_list_none"],
  ["list", { isAble: false }, "test_list_unable"],
  ["list", { isEvicted: true, hasList: false, listAt: null }, "test_list_gone"],
  ["queue", { waiting: 3 }, "test_queue_waiting"],
  ["queue", { waiting: 3, parked: 1 }, "test_queue_parked"],
  ["camera", { fault: "not_allowed" }, "test_camera_closed"],
  ["camera", { fault: "in_use" }, "test_camera_closed"],
  ["camera", { fault: "not_offered" }, "test_camera_closed"],
  ["camera", { fault: "not_found", isDecoding: false }, "test_camera_decoder"],
  ["sound", "failed", "test_sound_none"],
  ["storage", { freeBytes: 10 ** 6 }, "test_storage_full"],
  ["storage", { isPersisted: false }, "test_storage_loose"],
  ["storage", { freeBytes: null }, "test_storage_unknown"],
  ["page", { isKept: false }, "test_page_none"],
  ["page", { isKept: false, isOffered: false }, "test_page_none"],
  ["clock", { offset: 61_000 }, "test_clock_ahead"],
  ["clock", { offset: -3_600_000 }, "test_clock_behind"],
  ["clock", { hasJumped: true }, "test_clock_turned"],
  ["clock", { isMet: false }, "test_clock_unknown"],
];

for (const [name, found, said] of OPEN) {
  test(`${name} ${JSON.stringify(found)}: to be put right, with one step, and nothing else is touched`, () => {
    const { all, line } = lineOf(name, found);
    assert.deepEqual([line.isGood, line.say.key], [false, said]);
    assert.match(line.step, /^test_\w+$/u);
    assert.deepEqual(all.filter(({ isGood }) => !isGood).map((one) => one.name), [name]);
    assert.ok(!isInOrder(all));
  });
}

test("only what the browser has thrown away is mended by a tap", () => {
  const acts = OPEN.map(([name, found]) => [lineOf(name, found).line.say.key, lineOf(name, found).line.act]);
  assert.deepEqual(acts.filter(([, act]) => act !== null), [["test_list_gone", "mend"]]);
});

test("what staff have chosen, and a device without a camera, are no fault", () => {
  for (const [name, found] of [["sound", "off"], ["camera", { fault: "not_found" }], ["clock", { offset: -60_000 }]]) {
    assert.ok(lineOf(name, found).line.isGood, name);
  }
});

test("numbers and hours are said", () => {
  assert.deepEqual(lineOf("list", {}).line.say.values, { time: "17.59" });
  assert.deepEqual(lineOf("list", { listAt: NOW - 8 * DAY }).line.say.values, { days: 8 });
  assert.deepEqual(lineOf("clock", { offset: -3_600_000 }).line.say.values, { minutes: 60 });
});
