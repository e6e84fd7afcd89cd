/* One visit: the id of the reading, the budget for an answer, the item as it is kept, and undoing it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiFault, createApi } from "../../static/door/api.mjs";
import { nobody } from "../../static/door/counts.mjs";
import { newId } from "../../static/door/ids.mjs";
import { createOutbox } from "../../static/door/outbox.mjs";
import { createVisits } from "../../static/door/visits.mjs";
import { fakeStore } from "./fakestore.mjs";

const WORDS = { say_malformed: "m", next_malformed: "n", say_no_answer: "later", say_fault: "f" };
const WELCOME = {
  verdict: {
    class: "welcome", reason: null, say: { fi: "Tervetuloa!" }, next: null, already: null, limits: { adult: 1 },
    card: { kind: "personal", ref: "r1", valid_until: "2027-01-31", children: 0 },
  },
  hold: null,
};
const EVENING = { id: 12, kind: "performance" };

function made(check, budget = 1500) {
  const store = fakeStore();
  let number = 0;
  const visits = createVisits({
    api: { check },
    outbox: createOutbox({ store, send: async () => ({ answers: [] }), venue: () => "v1" }),
    store,
    session: { snapshot: { prefixes: ["EK"], n: 7 } },
    clock: { offset: () => 250, hasJumped: () => false },
    texts: { fi: WORDS, sv: WORDS, en: WORDS },
    now: () => Date.parse("2026-11-22T16:00:00Z"),
    id: () => {
      number += 1;
      return `id${number}`;
    },
    budget,
  });
  return { store, visits, item: (index) => JSON.parse(store.outbox[index].body) };
}

test("what is no card number is TECHNICAL and nobody is asked", async () => {
  const { visits } = made(() => assert.fail("asked"));
  const { verdict, late } = await visits.ask(visits.begin("http://x.example/", "camera", null));
  assert.equal(verdict.class, "technical");
  assert.equal(late, null);
});

test("the server is asked with the repaired number and the occurrence", async () => {
  const asked = [];
  const { visits } = made(async (code, occurrence) => {
    asked.push([code, occurrence]);
    return WELCOME;
  });
  const { verdict } = await visits.ask(visits.begin(" ek 3f8m-2x9t s", "typed", EVENING));
  assert.deepEqual(asked, [["EK3F8M2X9TS", 12]]);
  assert.equal(verdict.class, "welcome");
});

test("a registered visit is one item with everything the server needs", async () => {
  const { visits, item, store } = made(async () => WELCOME);
  const visit = visits.begin("EK3F8M2X9TS", "camera", EVENING);
  const { verdict } = await visits.ask(visit);
  await visits.register(visit, verdict, { ...nobody(), adult: 1 });
  assert.deepEqual(item(0), {
    scan_id: "id1", occurred: "2026-11-22T16:00:00.000Z", offset_ms: 250, jumped: false, seq: 7, rules: 1, shift: null,
    ref: "r1", occurrence: 12, counts: { ...nobody(), adult: 1 }, entry: "camera", shown: "welcome", undoes: null, hold: null,
  });
  assert.ok(!JSON.stringify(await store.listRecent()).includes("EK3F8M2X9TS"), "the tally holds no card code");
});

test("an undo is an item of its own that names the first", async () => {
  const { visits, item, store } = made(async () => WELCOME);
  const visit = visits.begin("EK3F8M2X9TS", "camera", EVENING);
  const { verdict } = await visits.ask(visit);
  await visits.undo(await visits.register(visit, verdict, { ...nobody(), adult: 1 }));
  const { scan_id: id, undoes, counts, ref, occurrence } = item(1);
  assert.deepEqual({ id, undoes, counts, ref, occurrence },
    { id: "id2", undoes: "id1", counts: nobody(), ref: "r1", occurrence: 12 });
  assert.deepEqual((await store.listRecent()).map(({ undone }) => undone), [true]);
});

test("no network: CHECK at once, and the item carries the code", async () => {
  const { visits, item } = made(async () => {
    throw new ApiFault("no_answer");
  });
  const visit = visits.begin("EK3F8M2X9TS", "scanner", null);
  const { verdict, late } = await visits.ask(visit);
  assert.deepEqual([verdict.class, verdict.reason, late], ["check", "no_answer", null]);
  await visits.register(visit, verdict, { ...nobody(), adult: 1 });
  const { code, ref, occurrence, shown } = item(0);
  assert.deepEqual({ code, ref, occurrence, shown }, { code: "EK3F8M2X9TS", ref: undefined, occurrence: null, shown: "check" });
});

test("when the budget is over it is CHECK, and the answer comes later", async () => {
  let answer;
  const { visits } = made(() => new Promise((resolve) => {
    answer = resolve;
  }), 5);
  const { verdict, late } = await visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.equal(verdict.reason, "no_answer");
  answer(WELCOME);
  assert.equal((await late).class, "welcome");
});

test("a refusal of the request is TECHNICAL in the server's words, a busy server is no answer", async () => {
  const refused = made(async () => {
    throw new ApiFault("occurrence_elsewhere", 404, "Another venue's event.");
  });
  const { verdict } = await refused.visits.ask(refused.visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.deepEqual([verdict.class, verdict.next.fi], ["technical", "Another venue's event."]);
  for (const status of [429, 500, 503]) {
    const busy = made(async () => {
      throw new ApiFault("x", status);
    });
    const asked = await busy.visits.ask(busy.visits.begin("EK3F8M2X9TS", "camera", EVENING));
    assert.equal(asked.verdict.reason, "no_answer");
  }
});

test("calls report contact, refusals and the server's own codes", async () => {
  const seen = [];
  const answers = [
    () => new Response(JSON.stringify({ time: "t" })),
    () => new Response(JSON.stringify({ error: { code: "device_revoked", message: "m" } }), { status: 401 }),
    () => new Response("<html>", { status: 502 }),
    () => Promise.reject(new TypeError("no network")),
  ];
  const api = createApi({
    base: "/door/api/",
    fetch: async () => answers.shift()(),
    onContact: (reached) => seen.push(reached),
    onRefused: (code) => seen.push(code),
  });
  assert.deepEqual(await api.status(), { time: "t" });
  await assert.rejects(api.status(), { code: "device_revoked", status: 401 });
  await assert.rejects(api.status(), { code: "fault", status: 502 });
  await assert.rejects(api.status(), { code: "no_answer", status: 0 });
  assert.deepEqual(seen, [true, "device_revoked", true, false, false]);
});

test("a call that is given up says nothing about the network", async () => {
  const seen = [];
  const api = createApi({
    base: "/door/api/",
    fetch: (path, { signal }) => new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("gone", "AbortError")));
    }),
    onContact: (reached) => seen.push(reached),
  });
  const leaving = new AbortController();
  const asking = api.check("EK3F8M2X9TS", null, { signal: leaving.signal });
  leaving.abort();
  await assert.rejects(asking, ApiFault);
  assert.deepEqual(seen, []);
});

test("bodies are sent as they were kept", async () => {
  let sent;
  const api = createApi({
    base: "/door/api/",
    fetch: async (path, { body }) => {
      sent = body;
      return new Response("{\"answers\":[]}");
    },
  });
  await api.sendItems(["{\"b\": 1,  \"a\":2}", "{}"]);
  assert.equal(sent, "{\"items\":[{\"b\": 1,  \"a\":2},{}]}");
});

test("ids are UUIDs of version 4 on plain http too", () => {
  const source = { getRandomValues: (bytes) => bytes.fill(255) };
  assert.equal(newId(source), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
});
