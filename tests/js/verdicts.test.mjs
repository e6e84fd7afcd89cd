/* Verdicts that the tablet gives alone, how verdicts are spoken, and which later answers are told. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { nobody } from "../../static/door/counts.mjs";
import { differs, fault, given, isAnother, isRegistrable, malformed, spoken, understood } from "../../static/door/verdicts.mjs";

const TEXTS = Object.fromEntries(["fi", "sv", "en"].map((language) => [language, {
  say_malformed: `malformed ${language}`, next_malformed: `next ${language}`,
  say_fault: `fault ${language}`,
}]));

const judged = (verdictClass, reason = null) => (
  { class: verdictClass, reason, limits: nobody(), earlier_at: null, opens_at: null });

test("what is no card number is TECHNICAL, in every language, and registers nobody", () => {
  const verdict = malformed(judged("technical", "malformed"), TEXTS);
  assert.equal(verdict.class, "technical");
  assert.equal(verdict.reason, "malformed");
  assert.deepEqual(verdict.say, { fi: "malformed fi", sv: "malformed sv", en: "malformed en" });
  assert.deepEqual(verdict.limits, nobody());
  assert.ok(!isRegistrable(verdict));
});

test("a card of the list: kind, last day and children where the visitor comes in, else nothing of it", () => {
  const card = { kind: "personal", state: "active", last_on: "2027-01-14", children: 2 };
  const found = { ref: "r1", contact: "05 000 0000", card };
  const verdict = given({ ...judged("counts"), limits: { ...nobody(), adult: 1, child: 2 } }, found, {});
  assert.deepEqual(verdict.card, { kind: "personal", ref: "r1", valid_until: "2027-01-14", children: 2 });
  assert.deepEqual([verdict.hold, verdict.already, verdict.limits.child], [null, null, 2]);
  const refused = given(judged("not_now", "ended"), found, {});
  assert.equal(refused.card, null);
  assert.match(refused.say.fi, /14\.1\.2027/u);
});

test("an earlier visit on this tablet is told with its moment", () => {
  const at = Date.parse("2026-11-20T16:42:00Z");
  assert.deepEqual(given({ ...judged("already"), earlier_at: at }, null, {}).already, { at: "2026-11-20T16:42:00.000Z" });
});

test("a practice card at the door is told in its own words", () => {
  assert.match(malformed(judged("technical", "practice_card"), TEXTS).say.fi, /harjoituskortti/u);
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
  const whole = { ...verdict, limits: { ...nobody(), adult: 1 }, hold: "h1", booking: null };
  assert.deepEqual(understood({ verdict, hold: "h1" }), whole);
  assert.deepEqual(understood({ verdict, hold: "h1", booking: { ref: "b1" } }), { ...whole, booking: { ref: "b1" } });
  for (const odd of [null, {}, { verdict: {} }, { verdict: { ...verdict, class: "purple" } }, { verdict: { class: "check" } }]) {
    assert.equal(understood(odd), null);
  }
});

test("a later answer is told only when it says something else", () => {
  const shown = { class: "check", reason: "unregistered" };
  assert.ok(!differs(shown, { class: "check" }));
  assert.ok(!differs(shown, { class: "welcome" }));
  assert.ok(!differs(shown, { class: "counts" }));
  assert.ok(differs(shown, { class: "not_now" }));
  assert.ok(differs(shown, { class: "already" }));
  assert.ok(differs({ class: "welcome" }, { class: "not_now" }));
});

test("the screen is drawn again only for another verdict", () => {
  const shown = { class: "counts", reason: null, limits: { adult: 1, child: 2 } };
  assert.ok(!isAnother(shown, { ...shown, hold: { id: "h" } }));
  assert.ok(isAnother(shown, { ...shown, limits: { adult: 1, child: 1 } }));
  assert.ok(isAnother(shown, { ...shown, class: "already" }));
  assert.ok(isAnother({ class: "not_now", reason: "ended", limits: {} }, { class: "not_now", reason: "full", limits: {} }));
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
