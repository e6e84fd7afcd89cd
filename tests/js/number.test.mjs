/* The browser's reading of card numbers against the vectors that the Python rule runs too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { candidate, grouped, read } from "../../static/js/number.mjs";
import { fill, hintFor } from "../../static/js/numberhint.mjs";

const { prefixes, masks, cases } = JSON.parse(readFileSync(new URL("../vectors/numbers.json", import.meta.url), "utf8"));

test("the vectors are there", () => assert.ok(cases.length > 20));

for (const { name, text, expect } of cases) {
  test(`${name}: ${JSON.stringify(text.slice(0, 40))}`, () => assert.deepEqual(read(text, prefixes, masks), expect));
}

test("a number is shown in groups", () => assert.equal(grouped("EK3F8M2X9TS"), "EK 3F8M 2X9T S"));

test("a list is searched for the repaired number", () => {
  assert.equal(candidate(" ek-o7ta n9z1y"), "EK07TAN9Z1Y");
  assert.equal(candidate("EK\u00073F8"), "");
});

test("every single wrong symbol of a number is noticed", () => {
  const right = "EK3F8M2X9TS";
  for (let place = 2; place < right.length; place += 1) {
    for (const symbol of "0123456789ABCDEFGHJKMNPQRSTVWXYZ") {
      if (symbol === right[place]) continue;
      const wrong = right.slice(0, place) + symbol + right.slice(place + 1);
      assert.equal(read(wrong, prefixes).problem, "checksum", wrong);
    }
  }
});

test("whatever is read, there is an answer", () => {
  for (const text of ["", "\u0000", "\ud800", "EK\ud800", "https://a.example/?q=<b>", "x".repeat(4000), "İıſß"]) {
    assert.match(read(text, prefixes).kind, /^(own|elsewhere|malformed)$/u);
  }
});

test("a hint names the impossible symbol and marks it", () => {
  const hint = hintFor(read("EK3F8U2", prefixes));
  assert.deepEqual(hint, { tone: "fault", key: "number_symbol_one", values: { places: "6" }, marks: [6] });
  assert.equal(hintFor(read("EK3F8UU", prefixes)).key, "number_symbol_many");
});

test("an unfinished number is no fault until Enter is pressed", () => {
  const reading = read("EK3F8", prefixes);
  assert.deepEqual(hintFor(reading), { tone: "quiet", key: "number_short", values: { count: 5 }, marks: [] });
  assert.equal(hintFor(reading, true).tone, "fault");
  assert.equal(hintFor(read("EK3F8M2X9TS77", prefixes)).key, "number_long");
});

test("a wrong check symbol and a right number have hints of their own", () => {
  assert.equal(hintFor(read("EK3F8M2X9TT", prefixes)).key, "number_checksum");
  assert.equal(hintFor(read("EK3F8M2X9TS", prefixes)).tone, "good");
  assert.equal(hintFor(read("KE3F8M2X9TS", prefixes)).key, "number_prefix");
});

test("values fill their places and unknown places stay", () => {
  assert.equal(fill("%(a)s of %(b)s, %(c)s", { a: 1, b: 0 }), "1 of 0, %(c)s");
});
