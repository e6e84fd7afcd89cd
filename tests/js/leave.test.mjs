import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watch } from '../../static/js/leave.mjs';

const CHECK = '/followup/episodes/7/use/check';
const AFTER = '/followup/episodes/7';

function pageOf({ isMarked = true, visibilityState = 'visible' } = {}) {
  const heard = {};
  const main = { emptied: 0, replaceChildren() { this.emptied += 1; } };
  const mark = isMarked ? { dataset: { leaveCheck: CHECK, leaveAfter: AFTER } } : null;
  const found = { main, '[data-leave-check]': mark };
  return {
    main,
    heard,
    visibilityState,
    querySelector: (selector) => found[selector],
    addEventListener: (name, call) => { heard[name] = call; },
  };
}

function watched(page, status, body = null) {
  const told = { asked: [], left: [], timers: [] };
  const ask = async (address) => {
    told.asked.push(address);
    if (status === null) throw new TypeError('no network');
    return { status, ok: status === 200, json: async () => body };
  };
  told.check = watch(page, { ask, leave: (to) => told.left.push(to), every: (call) => told.timers.push(call) });
  return told;
}

for (const [status, body] of [[200, { shown: false }], [200, {}], [404], [403], [401], [0]]) {
  test(`an answer of ${status} ${JSON.stringify(body)} empties the page and leaves it`, async () => {
    const page = pageOf();
    const told = watched(page, status, body);
    await told.check();
    assert.deepEqual([page.main.emptied, told.left, told.asked], [1, [AFTER], [CHECK]]);
  });
}

for (const [status, body] of [[200, { shown: true }], [503], [null]]) {
  test(`an answer of ${status} ${JSON.stringify(body)} leaves the page as it is`, async () => {
    const page = pageOf();
    const told = watched(page, status, body);
    await told.check();
    assert.deepEqual([page.main.emptied, told.left], [0, []]);
  });
}

test('a hidden page asks nothing, and asks as soon as it is seen again', async () => {
  const page = pageOf({ visibilityState: 'hidden' });
  const told = watched(page, 200, { shown: false });
  await told.timers[0]();
  assert.deepEqual(told.asked, []);
  page.visibilityState = 'visible';
  await page.heard.visibilitychange();
  assert.equal(page.main.emptied, 1);
});

test('a page without leave watches nothing', async () => {
  const told = watched(pageOf({ isMarked: false }), 404);
  await told.check();
  assert.deepEqual([told.asked, told.timers], [[], []]);
});
