/* What the tablet says alone: the snapshot's words, the built-in ones, days and hours as each language writes them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { builtIn, sayingsOf } from "../../static/door/sayings.mjs";

const wording = readFileSync(new URL("../../venues/wording.py", import.meta.url), "utf8");
const judged = (verdictClass, reason = null, more = {}) => (
  { class: verdictClass, reason, earlier_at: null, opens_at: null, ...more });

test("every built-in sentence is the service's, with the same open places", () => {
  const known = Object.fromEntries(Array.from(wording.matchAll(/^ {4}"(\w+)": _l\("([^"]*)"\)/gmu),
    ([, key, text]) => [key, text]));
  for (const [key, said] of Object.entries(builtIn)) {
    assert.equal(said.en, known[key], key);
    const open = (text) => (text.match(/\{\w+\}/gu) ?? []).sort();
    for (const language of ["fi", "sv"]) assert.deepEqual(open(said[language]), open(said.en), `${key} ${language}`);
  }
});

test("every verdict has its sentence, without words from the service too", () => {
  const at = Date.parse("2026-11-20T16:42:00Z");
  assert.equal(sayingsOf(judged("already", null, { earlier_at: at })).say.fi,
    "Käynti on jo kirjattu klo 18.42. Lisätäänkö lippuja?");
  assert.equal(sayingsOf(judged("not_now", "wrong_time", { opens_at: at })).say.sv, "Dörrarna öppnas kl. 18.42.");
  assert.match(sayingsOf(judged("not_now", "wrong_time")).say.en, /closed already/u);
  assert.match(sayingsOf(judged("check", "elsewhere")).say.fi, /^Voit päästää/u);
  assert.match(sayingsOf(judged("technical", "practice_card")).say.fi, /harjoituskortti/u);
  for (const reason of ["full", "limit", "not_yet", "not_in_use"]) {
    assert.equal(sayingsOf(judged("not_now", reason)).say.en, builtIn[reason].en);
  }
});

test("the last day and the telephone are filled in, the number in one piece", () => {
  const { say, next } = sayingsOf(judged("not_now", "ended"), { lastOn: "2026-08-31", contact: "05 000 0000" });
  assert.match(say.fi, /oli 31\.8\.2026\. /u);
  assert.match(say.en, /was 31 Aug 2026\./u);
  assert.match(next.en, /Help: 05\u00a0000\u00a00000$/u);
  assert.equal(sayingsOf(judged("welcome")).next, null);
});

test("the service's words come first, and lack in one language harms no other", () => {
  const texts = { welcome: { fi: "Tervetuloa taloon!", sv: undefined, en: "Hello {time}" } };
  const { say } = sayingsOf(judged("welcome"), { texts });
  assert.deepEqual(say, { fi: "Tervetuloa taloon!", sv: builtIn.welcome.sv, en: "Hello " });
});
