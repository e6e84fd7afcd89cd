/* One visit: the id of the reading, the budget for an answer, the item as it is kept, and undoing it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiFault, createApi } from "../../static/door/api.mjs";
import { nobody } from "../../static/door/counts.mjs";
import { newId } from "../../static/door/ids.mjs";
import { createOutbox } from "../../static/door/outbox.mjs";
import { createVisits } from "../../static/door/visits.mjs";
import { fakeStore } from "./fakestore.mjs";

const WORDS = { say_malformed: "m", next_malformed: "n", say_fault: "f" };
const WELCOME = {
  verdict: {
    class: "welcome", reason: null, say: { fi: "Tervetuloa!" }, next: null, already: null, limits: { adult: 1 },
    card: { kind: "personal", ref: "r1", valid_until: "2027-01-31", children: 0 },
  },
  hold: null,
};
const EVENING = { id: 12, kind: "performance" };

const ON_LIST = {
  ref: "r1", contact: "",
  card: { kind: "personal", state: "active", first_on: "2026-01-15", last_on: "2027-01-31", suspended_until: null,
    grace_days: 0, children: 0 },
};

function made(check, { budget = 1500, found = null, listDays = 0, isConnected = true, store = fakeStore(),
  marks = ([code]) => [`mark of ${code.slice(0, 3)}`] } = {}) {
  let number = 0;
  const visits = createVisits({
    api: { check },
    outbox: createOutbox({ store, send: async () => ({ answers: [] }), venue: () => "v1" }),
    store,
    session: { snapshot: { prefixes: ["EK"], masks: "", areas: [], texts: {}, n: 7 }, listDays, isConnected },
    list: { cursor: { epoch: "a.1", n: 7 }, lookUp: async (codes) => ({ marks: marks(codes), found }) },
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
    scan_id: "id1", occurred: "2026-11-22T16:00:00.000Z", offset_ms: 250, jumped: false, seq: 7, rules: 2, shift: null,
    ref: "r1", occurrence: 12, counts: { ...nobody(), adult: 1 }, entry: "camera", shown: "welcome", undoes: null, hold: null,
    series: "a1b2c3d4", run: 1,
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
  assert.deepEqual([verdict.class, verdict.reason, verdict.isUnanswered, late], ["check", "unregistered", true, null]);
  await visits.register(visit, verdict, { ...nobody(), adult: 1 });
  const { code, ref, occurrence, shown } = item(0);
  assert.deepEqual({ code, ref, occurrence, shown }, { code: "EK3F8M2X9TS", ref: undefined, occurrence: null, shown: "check" });
});

test("a card of the list is welcome without a network, and its item carries no code", async () => {
  const { visits, item, store } = made(async () => {
    throw new ApiFault("no_answer");
  }, { found: ON_LIST });
  const visit = visits.begin("EK3F8M2X9TS", "camera", EVENING);
  const { verdict } = await visits.ask(visit);
  assert.deepEqual([verdict.class, verdict.isUnanswered, verdict.card.ref], ["welcome", true, "r1"]);
  await visits.register(visit, verdict, { ...nobody(), adult: 1 });
  assert.equal(item(0).ref, "r1");
  assert.ok(!JSON.stringify([item(0), await store.listRecent()]).includes("EK3F8M2X9TS"));
});

test("what was recorded here is known again without a network, by its random name or by its mark", async () => {
  const gone = async () => {
    throw new ApiFault("no_answer");
  };
  for (const found of [ON_LIST, null]) {
    const { visits } = made(gone, { found });
    const visit = visits.begin("EK3F8M2X9TS", "camera", EVENING);
    const { verdict } = await visits.ask(visit);
    const recorded = await visits.register(visit, verdict, { ...nobody(), adult: 1 });
    const again = () => visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
    assert.equal((await again()).verdict.class, "already");
    assert.equal((await visits.ask(visits.begin("EK3F8M2X9TS", "camera", { id: 13 }))).verdict.class, verdict.class);
    await visits.undo(recorded);
    assert.equal((await again()).verdict.class, verdict.class);
  }
});

test("a card that comes back is asked for more tickets, though the service does not know of its visit yet", async () => {
  const hold = { id: "h2", places: 1, expires_at: "2026-11-22T16:02:00Z" };
  const { visits } = made(async () => ({ ...WELCOME, hold }), { found: ON_LIST });
  const visit = visits.begin("EK3F8M2X9TS", "camera", EVENING);
  await visits.register(visit, (await visits.ask(visit)).verdict, { ...nobody(), adult: 1 });
  const { verdict } = await visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.deepEqual([verdict.class, verdict.hold], ["already", hold]);
});

test("without marks and names the last card is known again by its code", async () => {
  const gone = async () => {
    throw new ApiFault("no_answer");
  };
  const { visits, store } = made(gone, { marks: () => [] });
  const visit = visits.begin("EK3F8M2X9TS", "camera", EVENING);
  await visits.register(visit, (await visits.ask(visit)).verdict, { ...nobody(), adult: 1 });
  const again = await visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.equal(again.verdict.class, "already");
  const other = await visits.ask(visits.begin("KUO-2231", "camera", EVENING));
  assert.notEqual(other.verdict.class, "already");
  assert.ok(!JSON.stringify(await store.listRecent()).includes("EK3F8M2X9TS"));
});

test("the tablet's verdict does not wait for a slow server, whose verdict comes within its budget", async () => {
  let answer;
  const { visits } = made(() => new Promise((resolve) => {
    answer = resolve;
  }), { found: ON_LIST });
  const begun = Date.now();
  const { verdict, update, late } = await visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.ok(Date.now() - begun < 300, "at most 300 ms");
  assert.deepEqual([verdict.class, verdict.isUnanswered], ["welcome", undefined]);
  answer({ verdict: { ...WELCOME.verdict, class: "not_now", reason: "not_in_use", limits: {} }, hold: null });
  assert.equal((await update).class, "not_now");
  assert.equal(await late, null, "it was in time, so nothing comes late");
});

test("when the budget is over the tablet's verdict stands, and the answer comes later", async () => {
  let answer;
  const { visits } = made(() => new Promise((resolve) => {
    answer = resolve;
  }), { budget: 5, found: ON_LIST });
  const { verdict, update, late } = await visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.equal(verdict.class, "welcome");
  assert.equal(await update, null);
  answer(WELCOME);
  assert.equal((await late).class, "welcome");
});

test("for what the list does not know the server has its whole budget", async () => {
  const { visits } = made(() => new Promise((resolve) => {
    setTimeout(() => resolve(WELCOME), 250);
  }));
  const { verdict, update } = await visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.deepEqual([verdict.class, update], ["welcome", null]);
});

test("while the server is not reached nobody waits for it, and it may still answer in time", async () => {
  const { visits } = made(() => new Promise((resolve) => {
    setTimeout(() => resolve(WELCOME), 40);
  }), { isConnected: false });
  const begun = Date.now();
  const { verdict, update } = await visits.ask(visits.begin("EK3F8M2X9TS", "camera", EVENING));
  assert.ok(Date.now() - begun < 40);
  assert.equal(verdict.reason, "unregistered");
  assert.equal((await update).class, "welcome");
});

test("a list of 31 days, and none, let the visitor in to be checked later", async () => {
  const gone = async () => {
    throw new ApiFault("no_answer");
  };
  const old = made(gone, { found: ON_LIST, listDays: 31 });
  assert.equal((await old.visits.ask(old.visits.begin("EK3F8M2X9TS", "camera", null))).verdict.reason, "old_list");
  const none = made(gone, { listDays: null });
  assert.equal((await none.visits.ask(none.visits.begin("EK3F8M2X9TS", "camera", null))).verdict.reason, "no_answer");
});

test("the places that a check holds are named by the registration", async () => {
  const hold = { id: "h1", places: 1, expires_at: "2026-11-22T16:02:00Z" };
  const { visits, item } = made(async () => ({ ...WELCOME, hold }));
  const visit = visits.begin("EK3F8M2X9TS", "camera", EVENING);
  const { verdict } = await visits.ask(visit);
  await visits.register(visit, verdict, { ...nobody(), adult: 1 });
  assert.equal(item(0).hold, "h1");
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
    assert.deepEqual([asked.verdict.reason, asked.verdict.isUnanswered], ["unregistered", true]);
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
