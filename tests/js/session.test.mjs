/* The session: fetching what is new, all of it when changes do not fit, and how old what it has is. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiFault, createApi } from "../../static/door/api.mjs";
import { ListUnfit } from "../../static/door/list.mjs";
import { createSession } from "../../static/door/session.mjs";
import { fakeStore } from "./fakestore.mjs";

const DAY = 24 * 3600 * 1000;
const answerOf = (n, more = {}) => ({
  epoch: "a.1", n, generated_at: "2026-11-20T16:00:00.000Z", rules_version: 2, min_client: 2, venue: { id: 1 }, cards: null,
  tag: `tag ${n}`, ...more,
});

function made({ answers, take = async () => true, cursor = null, isAble = true, store = fakeStore() }) {
  const asked = [];
  const list = { cursor, recall: async () => {}, take, isAble: async () => isAble };
  const clock = { met: () => {}, offset: () => 250, assumed: null, assume(offset) {
    this.assumed = offset;
  } };
  const time = { now: Date.parse("2026-11-20T16:00:00Z") };
  const api = {
    snapshot: async (how = {}) => {
      asked.push(how);
      return answers.shift();
    },
    status: async () => ({ time: "2026-11-20T16:00:00Z" }),
  };
  return { asked, list, store, clock, time, session: createSession({ api, store, list, clock, now: () => time.now }) };
}

test("the first time all is asked for, then what is new", async () => {
  const { session, asked, list } = made({ answers: [answerOf(7), answerOf(8)] });
  await session.refresh();
  list.cursor = { epoch: "a.1", n: 7 };
  await session.refresh();
  assert.deepEqual(asked, [{ cursor: null, tag: null }, { cursor: { epoch: "a.1", n: 7 }, tag: "tag 7" }]);
  assert.equal(session.snapshot.n, 8);
  assert.equal("cards" in session.snapshot, false, "the bytes are in the list alone");
});

test("nothing new makes what is here fresh again", async () => {
  const { session, time } = made({ answers: [answerOf(7), { unchanged: true }], cursor: { epoch: "a.1", n: 7 } });
  await session.refresh();
  time.now += 9 * DAY;
  assert.equal(session.listDays, 9);
  await session.refresh();
  assert.deepEqual([session.listDays, session.snapshot.n], [0, 7]);
});

test("changes that do not fit: the whole list is asked for, once", async () => {
  const taken = [];
  const take = async ({ n }) => {
    taken.push(n);
    if (n === 8) throw new ListUnfit();
    return true;
  };
  const { session, asked } = made({ answers: [answerOf(8), answerOf(9)], take, cursor: { epoch: "a.1", n: 7 } });
  await session.refresh();
  assert.deepEqual(taken, [8, 9]);
  assert.deepEqual(asked[1], {});
  const broken = made({ answers: [answerOf(8)], take });
  await assert.rejects(broken.session.refresh(), ListUnfit);
  assert.equal(broken.session.fetchedAt, null);
});

test("an older answer changes nothing, and two refreshes at once are one call", async () => {
  const { session, asked } = made({ answers: [answerOf(9), answerOf(8)], take: async ({ n }) => n === 9 });
  await Promise.all([session.refresh(), session.refresh()]);
  assert.equal(asked.length, 1);
  await session.refresh();
  assert.equal(session.snapshot.n, 9);
});

test("a list by rules that this script does not know is not judged by", async () => {
  for (const [more, days] of [[{}, 0], [{ rules_version: 3 }, null], [{ min_client: 3 }, null]]) {
    const { session } = made({ answers: [answerOf(7, more)], cursor: { epoch: "a.1", n: 7 } });
    await session.refresh();
    assert.equal(session.listDays, days);
  }
});

test("without a list, as on plain http, only the programme is asked for anew", async () => {
  const { session, asked } = made({ answers: [answerOf(7), answerOf(7)], isAble: false });
  await session.refresh();
  await session.refresh();
  assert.deepEqual([asked[0].cursor, asked[1].cursor.n, session.listDays], [null, 7, null]);
});

test("a start without a network has programme, age and the offset of the last meeting", async () => {
  const first = made({ answers: [answerOf(7)] });
  await first.session.refresh();
  await first.session.meet();
  const again = made({ answers: [], store: first.store, cursor: { epoch: "a.1", n: 7 } });
  await again.session.recall();
  assert.deepEqual([again.session.snapshot.n, again.session.listDays, again.clock.assumed], [7, 0, 250]);
});

test("the call carries cursor and tag, and takes 304 for an answer", async () => {
  const seen = [];
  const answers = [new Response("{\"n\":7}", { headers: { ETag: "W/\"x\"" } }), new Response(null, { status: 304 })];
  const api = createApi({ base: "/door/api/", fetch: async (path, { headers }) => {
    seen.push([path, headers["If-None-Match"]]);
    return answers.shift();
  } });
  assert.deepEqual(await api.snapshot(), { n: 7, tag: "W/\"x\"" });
  const { unchanged } = await api.snapshot({ cursor: { epoch: "a b.1", n: 7 }, tag: "W/\"x\"" });
  assert.ok(unchanged);
  assert.deepEqual(seen, [["/door/api/snapshot", undefined], ["/door/api/snapshot?epoch=a+b.1&since=7", "W/\"x\""]]);
  await assert.rejects(createApi({ base: "/", fetch: async () => {
    throw new TypeError("no network");
  } }).snapshot(), ApiFault);
});
