/* Every word that a script or a template of the door asks for exists, and no word is left over. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const text = (path) => readFileSync(new URL(path, ROOT), "utf8");
const folder = (path, ending) => readdirSync(new URL(path, ROOT)).filter((file) => file.endsWith(ending))
  .map((file) => text(path + file)).join("\n");

const scripts = folder("static/door/", ".mjs") + text("static/js/numberhint.mjs");
const templates = text("templates/door/tablet.html") + text("templates/door/enrol.html") + text("templates/door/_head.html")
  + text("templates/door/_practice.html") + text("templates/door/_bookings.html");
const words = ["bookingtexts", "doortexts", "keepingtexts", "practicetexts", "selftesttexts"].map((name) => text(`venues/${name}.py`)).join("\n");
const defined = new Set(Array.from(words.matchAll(/^ {4}"(\w+)": lazy_gettext/gmu), ([, key]) => key));

// Keys that are put together at run time: a stem and what may follow it.
const TESTED = ["network", "list", "queue", "camera", "sound", "storage", "page", "clock"];
const STEMS = ["word_", "kind_", "camera_", "number_", "text_", "why_", "light_", "need_", "own_cards_"];
const CODES = ["device_unknown", "device_revoked", "enrolment_unknown", "enrolment_used", "enrolment_expired"];
const NEEDS = ["step_free", "hearing_loop", "interpreter_seat", "seats", "calm_place", "guide"];
const KINDS = ["adult", "child", "worker", "under16", "assistant", "interpreter"];

function all(source, ...patterns) {
  return patterns.flatMap((pattern) => Array.from(source.matchAll(pattern), ([, key]) => key));
}

test("the words are found", () => assert.ok(defined.size > 100));

test("every word that is asked for is there", () => {
  const asked = [
    ...all(scripts, /\bsay\("(\w+)"/gu, /key: "(\w+)"/gu, /camera\.say\("(\w+)"/gu, /versions\(texts, "(\w+)"\)/gu,
      /"((?:test|practice)_(?!card")\w+)"/gu),
    ...TESTED.map((name) => `test_${name}`),
    ...all(templates, /words\.(\w+)/gu, /data-(?:text|label|title)="(\w+)"/gu),
    ...KINDS, ...KINDS.flatMap((kind) => [`${kind}_one`, `${kind}_other`]), ...CODES,
    ...["welcome", "counts", "already", "check", "not_now", "technical"].map((name) => `word_${name}`),
    ...["not_allowed", "not_found", "in_use", "decoder", "not_offered"].map((fault) => `camera_${fault}`),
    ...NEEDS.map((need) => `need_${need}`), "own_cards_one", "own_cards_other", "kind_booked",
    ...["places", "adult", "most", "children_one", "children_other"].map((why) => `why_${why}`),
    ...["symbol_one", "symbol_many", "checksum", "prefix", "unreadable"].map((problem) => `number_${problem}`),
  ];
  assert.deepEqual([...new Set(asked)].filter((key) => !defined.has(key)), []);
});

test("no word is left over", () => {
  const mentions = (key) => new RegExp(`\\b${key}\\b`, "u").test(scripts + templates);
  const made = (key) => STEMS.some((stem) => key.startsWith(stem)) || KINDS.some((kind) => key.startsWith(kind))
    || CODES.includes(key) || TESTED.some((name) => key === `test_${name}`);
  assert.deepEqual([...defined].filter((key) => !mentions(key) && !made(key)), []);
});

test("no red, no poverty and no social services in the tablet's own words", () => {
  const said = words.match(/lazy_gettext\([^)]*\)/gsu).join("\n").toLowerCase();
  for (const hint of ["poor", "poverty", "income", "benefit", "social", "client", "refus", "reject", "invalid", "denied"]) {
    assert.ok(!said.includes(hint), hint);
  }
});
