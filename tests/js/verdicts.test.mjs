/* Verdicts that the tablet gives alone, how verdicts are spoken, and which later answers are told. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { nobody } from "../../static/door/counts.mjs";
import { differs, fault, isRegistrable, malformed, noAnswer, spoken, understood } from "../../static/door/verdicts.mjs";

const TEXTS = Object.fromEntries(["fi", "sv", "en"].map((language) => [language, {
  say_malformed: `malformed ${language}`, next_malformed: `next ${language}`, say_no_answer: `later ${language}`,
  say_fault: `fault ${language}`,
}]));

test("what is no card number is TECHNICAL, in every language, and registers nobody", () => {
  const verdict = malformed(TEXTS);
  assert.equal(verdict.class, "technical");
  assert.equal(verdict.reason, "malformed");
  assert.deepEqual(verdict.say, { fi: "malformed fi", sv: "malformed sv", en: "malformed en" });
  assert.deepEqual(verdict.limits, nobody());
  assert.ok(!isRegistrable(verdict));
});

test("without an answer the visitor comes in, with whoever is along", () => {
  const verdict = noAnswer(TEXTS, null);
  assert.equal(verdict.class, "check");
  assert.equal(verdict.reason, "no_answer");
  assert.deepEqual(verdict.limits, { ...nobody(), adult: 1, child: 3, assistant: 1, interpreter: 1 });
  assert.ok(isRegistrable(verdict));
});

test("a course has no children's places", () => {
  assert.equal(noAnswer(TEXTS, { kind: "course" }).limits.child, 0);
});

test("a fault of ours is never the visitor's, and says what the service said", () => {
  assert.equal(fault(TEXTS, "Another venue's event").next.sv, "Another venue's event");
  assert.equal(fault(TEXTS).next, null);
  assert.equal(fault(TEXTS).class, "technical");
});

test("which classes can be registered", () => {
  const registrable = ["welcome", "counts", "already", "check", "not_now", "technical"]
    .filter((name) => isRegistrable({ class: name }));
  assert.deepEqual(registrable, ["welcome", "counts", "already", "check"]);
});

test("an answer of the service is completed, an unknown one is not shown", () => {
  const verdict = { class: "welcome", reason: null, say: { fi: "Tervetuloa!" }, limits: { adult: 1 } };
  assert.deepEqual(understood({ verdict, hold: "h1" }), { ...verdict, limits: { ...nobody(), adult: 1 }, hold: "h1" });
  for (const odd of [null, {}, { verdict: {} }, { verdict: { ...verdict, class: "purple" } }, { verdict: { class: "check" } }]) {
    assert.equal(understood(odd), null);
  }
});

test("a later answer is told only when it says something else", () => {
  const shown = noAnswer(TEXTS, null);
  assert.ok(!differs(shown, { class: "check" }));
  assert.ok(!differs(shown, { class: "welcome" }));
  assert.ok(differs(shown, { class: "not_now" }));
  assert.ok(differs(shown, { class: "already" }));
});

test("no word is shown twice", () => {
  assert.deepEqual(spoken("Tervetuloa!", "Tervetuloa! Kortti on voimassa."),
    { heading: "Tervetuloa!", sentence: "Kortti on voimassa." });
  assert.deepEqual(spoken("Voimassa", "Voimassa. Montako lippua?"), { heading: "Voimassa.", sentence: "Montako lippua?" });
  assert.deepEqual(spoken("Käynti on jo kirjattu", "Käynti on jo kirjattu klo 18.42. Lisätäänkö lippuja?"),
    { heading: "Käynti on jo kirjattu klo 18.42.", sentence: "Lisätäänkö lippuja?" });
  assert.deepEqual(spoken("Not now", "The card's last day was 31 Aug."),
    { heading: "Not now", sentence: "The card's last day was 31 Aug." });
  assert.deepEqual(spoken("Valid", "Valid."), { heading: "Valid.", sentence: "" });
});
