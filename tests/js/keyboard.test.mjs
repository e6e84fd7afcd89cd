/* A hand scanner's burst of keys against a person's. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createBurst } from "../../static/door/keyboard.mjs";

function typed(burst, text, gap, start = 1000) {
  return [...text, "Enter"].map((key, index) => burst.feed(key === "\n" ? "Enter" : key, start + index * gap)).at(-1).text;
}

test("a quick burst that ends with Enter is a scan", () => {
  assert.equal(typed(createBurst(), "EK3F8M2X9TS", 8), "EK3F8M2X9TS");
});

test("a slow hand is no scanner", () => {
  assert.equal(typed(createBurst(), "EK3F8M2X9TS", 200), null);
});

test("one key that a busy tablet hands over late loses no symbol", () => {
  const burst = createBurst();
  const times = [0, 187, 195, 203, 211, 219, 227, 235, 243, 251, 259];
  times.forEach((at, index) => burst.feed("EK3F8M2X9TS"[index], at));
  assert.equal(burst.feed("Enter", 267).text, "EK3F8M2X9TS");
});

test("three symbols are no code", () => {
  assert.equal(typed(createBurst(), "EK3", 8), null);
});

test("a burst begins after a pause, whatever was typed before", () => {
  const burst = createBurst();
  burst.feed("x", 0);
  burst.feed("y", 20);
  assert.equal(typed(burst, "EK3F8M2X9TS", 8, 1000), "EK3F8M2X9TS");
});

test("Shift between the letters does not break a burst", () => {
  const burst = createBurst();
  const keys = ["Shift", "E", "Shift", "K", "3", "F", "Enter"];
  const answers = keys.map((key, index) => burst.feed(key, index * 10));
  assert.equal(answers.at(-1).text, "EK3F");
});

test("two scans one after the other are two", () => {
  const burst = createBurst();
  assert.equal(typed(burst, "EK3F8M2X9TS", 8, 0), "EK3F8M2X9TS");
  assert.equal(typed(burst, "HK7QABCD129", 8, 300), "HK7QABCD129");
});

test("Enter long after the last letter ends nothing", () => {
  const burst = createBurst();
  [..."EK3F8"].forEach((key, index) => burst.feed(key, index * 8));
  assert.equal(burst.feed("Enter", 700).text, null);
});

test("quick letters are told to be a burst, so that they press no button", () => {
  const burst = createBurst();
  assert.equal(burst.feed("E", 0).isBurst, false);
  assert.equal(burst.feed("K", 8).isBurst, true);
  assert.equal(burst.feed(" ", 500).isBurst, false);
});

test("a scanner that ends with Tab is heard too, and endless keys do no harm", () => {
  const burst = createBurst();
  [..."EK3F8"].forEach((key, index) => burst.feed(key, index * 8));
  assert.equal(burst.feed("Tab", 48).text, "EK3F8");
  for (let index = 0; index < 100000; index += 1) burst.feed("A", 1000 + index);
  assert.ok(burst.feed("Enter", 101000).text.length <= 128);
});
