/* Today's list and the tally: which day, how long a visit can be undone, what is counted and what waits. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { nobody } from "../../static/door/counts.mjs";
import { createLate, tallyLines, tallyOf } from "../../static/door/tally.mjs";
import { isUndoable, listToday, recordedAgain } from "../../static/door/today.mjs";

const at = (time) => Date.parse(`2026-11-22T${time}:00+02:00`);
const visit = (id, time, counts = { adult: 1 }, more = {}) => ({
  scan_id: id, at: at(time), kept_at: at(time), occurrence: 12, counts: { ...nobody(), ...counts }, undone: false, ...more,
});
const EVENT = { id: 12, counted: { adult: 10, child: 4 } };
const tally = (recent, { waitingIds = new Set(), lateIds = new Set(), occurrence = EVENT, fetchedAt = at("18:00") } = {}) =>
  tallyOf({ occurrence, fetchedAt, recent, waitingIds, lateIds, now: at("19:00") });

test("today is the Finnish day, the newest visit first", () => {
  const yesterday = visit("y", "18:00", {}, { at: at("18:00") - 24 * 3600 * 1000 });
  assert.deepEqual(listToday([visit("a", "17:00"), yesterday, visit("b", "18:00")], at("23:59")).map((one) => one.scan_id),
    ["b", "a"]);
  assert.deepEqual(listToday([visit("a", "17:00")], at("23:59") + 60000), []);
});

test("a visit can be undone for fifteen minutes, and once", () => {
  const one = visit("a", "18:00");
  assert.ok(isUndoable(one, at("18:15") - 1));
  assert.ok(!isUndoable(one, at("18:15")));
  assert.ok(!isUndoable({ ...one, undone: true }, at("18:01")));
});

test("what names the card comes from the body that was kept; without it nothing is undone", () => {
  const record = (body) => ({ body: JSON.stringify({ occurrence: 12, entry: "typed", shown: "check", ...body }) });
  assert.deepEqual(recordedAgain(visit("a", "18:00"), record({ ref: "r1" })).base, { ref: "r1", occurrence: 12 });
  const elsewhere = recordedAgain(visit("a", "18:00"), record({ code: "KUO-2231" }));
  assert.deepEqual([elsewhere.base, elsewhere.scan_id, elsewhere.shown], [{ code: "KUO-2231", occurrence: 12 }, "a", "check"]);
  assert.equal(recordedAgain(visit("a", "18:00"), undefined), null);
});

test("the event's total is the service's and what was sent from here since; what waits is told apart", () => {
  const recent = [visit("before", "17:00"), visit("sent", "18:10", { adult: 1, child: 2 }), visit("waits", "18:20", { adult: 3 })];
  const { event, device, waiting } = tally(recent, { waitingIds: new Set(["waits"]) });
  assert.deepEqual([event.adult, event.child, device, waiting], [11, 6, 7, 3]);
});

test("what waited when the list was fetched is added when it has been sent", () => {
  const late = createLate();
  const fetchedAt = at("18:00");
  late.note(new Set(["before"]), fetchedAt);
  const lateIds = late.note(new Set(), fetchedAt);
  assert.equal(tally([visit("before", "17:00")], { lateIds }).event.adult, 11);
  assert.equal(tally([visit("before", "17:00")], { lateIds: late.note(new Set(), at("18:30")), fetchedAt: at("18:30") }).event.adult, 10);
});

test("an undo counts off: here at once, and from the service's total when that is older", () => {
  const undone = visit("a", "17:00", { adult: 1 }, { undone: true, undone_at: at("18:05") });
  assert.deepEqual([tally([undone]).event.adult, tally([undone]).device], [9, 0]);
  const known = visit("a", "17:00", { adult: 1 }, { undone: true, undone_at: at("17:05") });
  assert.equal(tally([known]).event.adult, 10);
  const fresh = visit("a", "18:10", { adult: 1 }, { undone: true, undone_at: at("18:11") });
  assert.equal(tally([fresh]).event.adult, 10);
});

test("another event and a house visit are counted apart; the service counts no house visits", () => {
  const house = visit("h", "18:10", { adult: 2 }, { occurrence: null });
  assert.equal(tally([house]).device, 0);
  const { event, device } = tally([house], { occurrence: null });
  assert.deepEqual([event, device], [null, 2]);
});

test("the lines say the hour only when the service is not reached", () => {
  const language = { say: (key, values = {}) => [key, ...Object.values(values)].join(" "), count: (kind, many) => `${many} ${kind}` };
  const known = tally([visit("w", "18:20")], { waitingIds: new Set(["w"]) });
  assert.deepEqual(tallyLines(known, null, language),
    ["tally_event 10\u00a0adult, 4\u00a0child", "tally_device 1", "tally_waiting 1"]);
  assert.ok(tallyLines(known, at("18:00"), language)[0].startsWith("tally_event_then"));
  assert.deepEqual(tallyLines(tally([], { occurrence: null }), null, language), []);
});
