/* The outbox: fixed bodies, order, answers item by item, and nothing lost whatever the server says. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiFault } from "../../static/door/api.mjs";
import { createOutbox } from "../../static/door/outbox.mjs";
import { fakeStore } from "./fakestore.mjs";

const DAY = 24 * 3600 * 1000;
const accepted = (bodies) => ({ answers: bodies.map((body) => ({ scan_id: JSON.parse(body).scan_id, result: "accepted" })) });

function made({ send = async (bodies) => accepted(bodies), venue = () => "v1", now = () => 1000 } = {}) {
  const store = fakeStore();
  const sent = [];
  const sending = (bodies) => {
    sent.push(bodies);
    return send(bodies);
  };
  return { store, sent, outbox: createOutbox({ store, send: sending, venue, now }) };
}

async function filled(outbox, count) {
  for (let number = 1; number <= count; number += 1) await outbox.append({ scan_id: `s${number}`, counts: { adult: number } });
}

const ids = (batches) => batches.map((bodies) => bodies.map((body) => JSON.parse(body).scan_id));

test("what was appended is sent oldest first and marked sent, not dropped", async () => {
  const { store, sent, outbox } = made();
  await filled(outbox, 3);
  await outbox.flush();
  assert.deepEqual(ids(sent), [["s1", "s2", "s3"]]);
  assert.deepEqual(store.outbox.map(({ state }) => state), ["sent", "sent", "sent"]);
  assert.deepEqual(await outbox.counts(), { waiting: 0, parked: 0 });
});

test("each item carries the series of its storage and its number in it", async () => {
  const { sent, outbox } = made();
  await filled(outbox, 2);
  await outbox.flush();
  const places = sent[0].map((body) => JSON.parse(body)).map(({ series, run }) => [series, run]);
  assert.deepEqual(places, [["a1b2c3d4", 1], ["a1b2c3d4", 2]]);
});

test("a server with another past gets once more what it has answered for", async () => {
  const { sent, outbox } = made();
  await outbox.noteEpoch("1.0");
  await filled(outbox, 2);
  await outbox.flush();
  await outbox.noteEpoch("1.0");
  assert.deepEqual(await outbox.counts(), { waiting: 0, parked: 0 });
  await outbox.noteEpoch("1.1");
  assert.deepEqual(await outbox.counts(), { waiting: 2, parked: 0 });
  await outbox.flush();
  assert.deepEqual(sent[1], sent[0]);
  await outbox.noteEpoch(null);
  assert.deepEqual(await outbox.counts(), { waiting: 0, parked: 0 });
});

test("an append that the disc refuses is an error, so that nobody is told it is recorded", async () => {
  const { store, outbox } = made();
  store.isFull = true;
  await assert.rejects(outbox.append({ scan_id: "s1" }));
  assert.deepEqual(await outbox.counts(), { waiting: 0, parked: 0 });
});

test("a retry is byte for byte the same", async () => {
  let isDown = true;
  const { sent, outbox } = made({
    send: async (bodies) => {
      if (isDown) throw new ApiFault("no_answer");
      return accepted(bodies);
    },
  });
  const item = { scan_id: "s1", counts: { adult: 1 } };
  await outbox.append(item);
  item.counts.adult = 9;
  await assert.rejects(outbox.flush(), ApiFault);
  assert.deepEqual(await outbox.counts(), { waiting: 1, parked: 0 });
  isDown = false;
  await outbox.flush();
  assert.equal(sent[0][0], sent[1][0]);
  assert.equal(JSON.parse(sent[1][0]).counts.adult, 1);
});

test("batches hold at most a hundred", async () => {
  const { sent, outbox } = made();
  await filled(outbox, 230);
  await outbox.flush();
  assert.deepEqual(sent.map((bodies) => bodies.length), [100, 100, 30]);
});

test("each item has its own answer", async () => {
  const results = { s1: "accepted", s2: "flagged", s3: "replay", s4: "parked", s5: "conflict" };
  const { store, outbox } = made({
    send: async (bodies) => ({ answers: bodies.map((body) => {
      const { scan_id: id } = JSON.parse(body);
      return { scan_id: id, result: results[id] };
    }).reverse() }),
  });
  await filled(outbox, 5);
  await outbox.flush();
  assert.deepEqual(store.outbox.map(({ state }) => state), ["sent", "sent", "sent", "parked", "conflict"]);
  assert.deepEqual(await outbox.counts(), { waiting: 0, parked: 2 });
  assert.deepEqual((await outbox.held()).parked.map(({ scan_id: id }) => id), ["s4", "s5"]);
});

test("what the server forgot to answer stays, and ends the round instead of turning in a circle", async () => {
  let calls = 0;
  const { store, outbox } = made({
    send: async (bodies) => {
      calls += 1;
      return calls === 1 ? accepted(bodies.slice(0, 1)) : { answers: [] };
    },
  });
  await filled(outbox, 2);
  await assert.rejects(outbox.flush());
  assert.deepEqual(store.outbox.map(({ state }) => state), ["sent", "waiting"]);
});

test("answers of unknown kind leave the item waiting", async () => {
  const { store, outbox } = made({ send: async () => ({ answers: [{ scan_id: "s1", result: "shrug" }] }) });
  await filled(outbox, 1);
  await assert.rejects(outbox.flush());
  assert.equal(store.outbox[0].state, "waiting");
});

test("one item that no server can read does not hold up the others", async () => {
  const { store, outbox } = made({
    send: async (bodies) => {
      if (bodies.some((body) => body.includes("s3"))) throw new ApiFault("invalid", 400, "cannot be read");
      return accepted(bodies);
    },
  });
  await filled(outbox, 6);
  await outbox.flush();
  assert.deepEqual(store.outbox.map(({ state }) => state), ["sent", "sent", "parked", "sent", "sent", "sent"]);
  assert.equal(store.outbox[2].answer.said, "cannot be read");
});

for (const [status, code] of [[0, "no_answer"], [401, "device_revoked"], [403, "forbidden"], [404, "x"], [429, "slow"], [500, "x"], [503, "x"]]) {
  test(`nothing is dropped when the server says ${status}`, async () => {
    const { outbox } = made({
      send: async () => {
        throw new ApiFault(code, status);
      },
    });
    await filled(outbox, 2);
    await assert.rejects(outbox.flush(), ApiFault);
    assert.deepEqual(await outbox.counts(), { waiting: 2, parked: 0 });
  });
}

test("visits of another venue wait until the tablet belongs there again", async () => {
  let venue = "v1";
  const { sent, outbox } = made({ venue: () => venue });
  await outbox.append({ scan_id: "old" });
  venue = "v2";
  await outbox.append({ scan_id: "new" });
  await outbox.flush();
  assert.deepEqual(ids(sent), [["new"]]);
  assert.deepEqual(await outbox.counts(), { waiting: 1, parked: 0 });
  venue = "v1";
  await outbox.flush();
  assert.deepEqual(ids(sent), [["new"], ["old"]]);
});

test("sent items are forgotten after seven days, the others never", async () => {
  let time = 0;
  const { store, outbox } = made({
    now: () => time,
    send: async (bodies) => ({ answers: bodies.map((body) => {
      const { scan_id: id } = JSON.parse(body);
      return { scan_id: id, result: id === "s2" ? "parked" : "accepted" };
    }) }),
  });
  await filled(outbox, 2);
  await outbox.flush();
  await outbox.append({ scan_id: "s9" });
  time = 6 * DAY;
  await outbox.forgetOld();
  assert.equal(store.outbox.length, 3);
  time = 8 * DAY;
  await outbox.forgetOld();
  assert.deepEqual(store.outbox.map(({ scan_id: id }) => id), ["s2", "s9"]);
});
