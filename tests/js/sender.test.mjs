/* When the outbox is sent: growing pauses with a random part, one sender, and no visit left for the next minute. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createSender, pauseAfter } from "../../static/door/sender.mjs";

function made({ flush, locks = null, waiting = () => 1 }) {
  const scheduled = [];
  let time = 0;
  const sender = createSender({
    outbox: { counts: async () => ({ waiting: waiting() }), flush },
    locks,
    random: () => 1,
    schedule: (act, milliseconds) => scheduled.push({ act, milliseconds }),
    now: () => time,
  });
  return { sender, scheduled, pass: (milliseconds) => { time += milliseconds; } };
}

test("pauses grow, are spread by chance, and end at five minutes", () => {
  assert.deepEqual([1, 2, 3, 4].map((faults) => pauseAfter(faults, 1)), [2000, 4000, 8000, 16000]);
  assert.equal(pauseAfter(1, 0), 1000);
  assert.equal(pauseAfter(50, 1), 300000);
});

test("after a fault the next round is planned, and a patient trigger waits for it", async () => {
  let calls = 0;
  const { sender, scheduled, pass } = made({
    flush: async () => {
      calls += 1;
      throw new Error("no network");
    },
  });
  await sender.send();
  assert.equal(calls, 1);
  assert.deepEqual(scheduled.map(({ milliseconds }) => milliseconds), [2000]);
  await sender.send({ patient: true });
  assert.equal(calls, 1);
  pass(2000);
  await scheduled[0].act();
  assert.equal(calls, 2);
  assert.equal(scheduled[1].milliseconds, 4000);
});

test("a new visit does not wait for the pause", async () => {
  let calls = 0;
  const { sender } = made({
    flush: async () => {
      calls += 1;
      throw new Error("no network");
    },
  });
  await sender.send();
  await sender.send();
  assert.equal(calls, 2);
});

test("success ends the pauses", async () => {
  let isDown = true;
  const { sender, scheduled } = made({
    flush: async () => {
      if (isDown) throw new Error("no network");
    },
  });
  await sender.send();
  isDown = false;
  await sender.send();
  isDown = true;
  await sender.send();
  assert.deepEqual(scheduled.map(({ milliseconds }) => milliseconds), [2000, 2000]);
});

test("a visit appended while a round is closing is sent in a round of its own, never two at once", async () => {
  let running = 0;
  let most = 0;
  let calls = 0;
  let go;
  const gate = new Promise((resolve) => {
    go = resolve;
  });
  const { sender } = made({
    flush: async () => {
      calls += 1;
      running += 1;
      most = Math.max(most, running);
      await gate;
      running -= 1;
    },
  });
  const first = sender.send();
  const second = sender.send();
  go();
  await Promise.all([first, second]);
  assert.equal(calls, 2);
  assert.equal(most, 1);
});

test("with nothing waiting nobody is called", async () => {
  const { sender } = made({ flush: async () => assert.fail("called"), waiting: () => 0 });
  await sender.send();
});

test("of two tabs one sends at a time, and what came meanwhile is sent by the other one's turn", async () => {
  let turn = Promise.resolve();
  const locks = {
    request: (name, act) => {
      turn = turn.then(act);
      return turn;
    },
  };
  const order = [];
  const tab = (name) => made({
    locks,
    flush: async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${name} ends`);
    },
  }).sender;
  await Promise.all([tab("first").send(), tab("second").send()]);
  assert.deepEqual(order, ["first begins", "first ends", "second begins", "second ends"]);
});

test("a clock that is turned back does not hold up what waits", async (t) => {
  const trueNow = Date.now;
  t.after(() => {
    Date.now = trueNow;
  });
  const scheduled = [];
  let calls = 0;
  const sender = createSender({
    outbox: {
      counts: async () => ({ waiting: 1 }),
      flush: async () => {
        calls += 1;
        if (calls === 1) throw new Error("no network");
      },
    },
    locks: null,
    random: () => 0,
    schedule: (act) => scheduled.push(act),
  });
  await sender.send();
  Date.now = () => trueNow() - 365 * 24 * 3600 * 1000;
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await scheduled[0]();
  assert.equal(calls, 2);
});
