/* Which event is current: today's nearest, a person's choice while it holds, and the house visit. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { dayOf, fullDay, hour, shortDay, weekDay } from "../../static/door/moments.mjs";
import { current, isComing, nearest, parted } from "../../static/door/occurrences.mjs";

const at = (text) => Date.parse(text);
const MORNING = { id: 1, day: "2026-11-22", starts_at: "2026-11-22T08:00:00Z", ends_at: "2026-11-22T09:00:00Z" };
const EVENING = { id: 2, day: "2026-11-22", starts_at: "2026-11-22T16:00:00Z", ends_at: null };
const LATER = { id: 3, day: "2026-12-05", starts_at: "2026-12-05T16:00:00Z", ends_at: null };
const PROGRAMME = [LATER, EVENING, MORNING];

test("today's events come first, each part in the order of its hours", () => {
  const { today, coming } = parted(PROGRAMME, at("2026-11-22T10:00:00Z"));
  assert.deepEqual(today.map(({ id }) => id), [1, 2]);
  assert.deepEqual(coming.map(({ id }) => id), [3]);
});

test("the nearest of today is current", () => {
  assert.equal(nearest(PROGRAMME, at("2026-11-22T08:30:00Z")).id, 1);
  assert.equal(nearest(PROGRAMME, at("2026-11-22T10:00:00Z")).id, 1);
  assert.equal(nearest(PROGRAMME, at("2026-11-22T15:30:00Z")).id, 2);
  assert.equal(nearest(PROGRAMME, at("2026-11-22T20:59:00Z")).id, 2);
});

test("of two that are going on, the one that began last is current", () => {
  const second = { id: 4, day: "2026-11-22", starts_at: "2026-11-22T16:30:00Z", ends_at: null };
  assert.equal(nearest([EVENING, second], at("2026-11-22T16:45:00Z")).id, 4);
});

test("a day without events is a house visit", () => {
  assert.equal(current(PROGRAMME, null, at("2026-11-25T10:00:00Z")), null);
  assert.equal(current([], null, at("2026-11-25T10:00:00Z")), null);
});

test("the day is the Finnish one", () => {
  assert.equal(dayOf("2026-11-21T22:30:00Z"), "2026-11-22");
  assert.equal(nearest(PROGRAMME, at("2026-11-21T22:30:00Z")).id, 1);
  assert.equal(nearest(PROGRAMME, at("2026-11-22T22:30:00Z")), null);
});

test("a choice of today holds for the day", () => {
  const choice = { id: 2, at: at("2026-11-22T08:00:00Z") };
  assert.equal(current(PROGRAMME, choice, at("2026-11-22T08:30:00Z")).id, 2);
  assert.equal(current(PROGRAMME, choice, at("2026-11-23T08:30:00Z")), null);
});

test("a chosen house visit holds though there are events", () => {
  assert.equal(current(PROGRAMME, { id: null, at: at("2026-11-22T15:00:00Z") }, at("2026-11-22T16:00:00Z")), null);
});

test("a coming day holds for ten minutes only, so that tonight's guests do not land there", () => {
  const choice = { id: 3, at: at("2026-11-22T15:00:00Z") };
  assert.equal(current(PROGRAMME, choice, at("2026-11-22T15:09:00Z")).id, 3);
  assert.equal(current(PROGRAMME, choice, at("2026-11-22T15:11:00Z")).id, 2);
});

test("a choice that has left the programme falls back to the nearest", () => {
  assert.equal(current(PROGRAMME, { id: 99, at: at("2026-11-22T15:00:00Z") }, at("2026-11-22T15:01:00Z")).id, 2);
});

test("a later day is a ticket in advance, a house visit never is", () => {
  assert.ok(isComing(LATER, at("2026-11-22T10:00:00Z")));
  assert.ok(!isComing(EVENING, at("2026-11-22T10:00:00Z")));
  assert.ok(!isComing(null, at("2026-11-22T10:00:00Z")));
});

test("days and hours are written as the service writes them", () => {
  assert.equal(hour("2026-11-22T16:42:00Z"), "18.42");
  assert.equal(hour("2026-11-21T22:05:00Z"), "0.05");
  assert.deepEqual(["fi", "sv", "en"].map((language) => shortDay(LATER.starts_at, language)), ["5.12.", "5.12", "5 Dec"]);
  assert.deepEqual(["fi", "sv", "en"].map((language) => fullDay("2027-01-31", language)),
    ["31.1.2027", "31.1.2027", "31 Jan 2027"]);
  assert.equal(weekDay(LATER.starts_at, "fi"), "la 5.12.");
  assert.equal(weekDay(LATER.starts_at, "en"), "Sat 5 Dec");
});
