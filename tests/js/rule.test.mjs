/* The verdict rule in the browser: the vectors that the Python rule runs as well. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isRegistrable } from "../../static/door/counts.mjs";
import { judge, visitOf } from "../../static/door/rule.mjs";
import { read } from "../../static/js/number.mjs";

const { prefixes, masks, cases } = JSON.parse(readFileSync(new URL("../vectors/verdicts.json", import.meta.url), "utf8"));

test("the vectors are there", () => assert.ok(cases.length >= 80));

for (const given of cases) {
  test(given.name, () => {
    const moment = Date.parse(given.clock) - given.offset_ms;
    const visit = visitOf(given.event, { moment, earlier: given.earlier, limitReached: given.limit_reached });
    const reading = read(given.code, prefixes, masks);
    const judged = judge(reading, given.card, visit, { listDays: given.list_days, mode: given.mode });
    assert.deepEqual({ class: judged.class, reason: judged.reason, limits: judged.limits }, given.expect);
    for (const { counts, allowed } of given.parties ?? []) assert.equal(isRegistrable(counts, judged.limits), allowed);
  });
}

test("before the doors open the hour is told, and afterwards not", () => {
  const event = { id: 1, day: "2026-11-20", opens_at: "2026-11-20T16:00:00Z", closes_at: "2026-11-20T18:00:00Z" };
  const said = (clock) => judge(read("EKM9S346Q3Y", prefixes), null, visitOf(event, { moment: Date.parse(clock) }),
    { listDays: 0 });
  assert.equal(said("2026-11-20T15:59:00Z").opens_at, Date.parse(event.opens_at));
  assert.equal(said("2026-11-20T18:01:00Z").opens_at, null);
});
