/*
 * Reads hostile texts with the tablet's modules for tests/unit/test_hostile_texts.py: {texts, prefixes, masks, known} on a
 * file, one answer a text on standard output. Whatever throws, ends this with an error.
 */

import { readFileSync } from "node:fs";

import { judge, visitOf } from "../../static/door/rule.mjs";
import { candidate, read } from "../../static/js/number.mjs";

const { texts, prefixes, masks, known, moment } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const card = { kind: "personal", state: "active", first_on: "2026-01-01", last_on: "2027-12-31", children: 0,
  grace_days: 0, suspended_until: null };
const numbers = new Set(known);
const visit = visitOf(null, { moment: Date.parse(moment) });

const answers = texts.map((text) => {
  const reading = read(text, prefixes, masks);
  const found = numbers.has(reading.number) ? card : null;
  const live = judge(reading, found, visit, { listDays: 0 });
  const practice = judge(reading, null, visit, { listDays: 0, mode: "practice" });
  return [reading, candidate(text), live.class, live.reason, practice.class, practice.reason];
});
process.stdout.write(JSON.stringify(answers));
