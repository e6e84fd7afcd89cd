/* The holder's own page: out at once, a word before it closes, and gone when the time is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bindClosing, bindLeave, bindReturn } from '../../static/js/ownclosing.mjs';

function fakePage(found = {}) {
  const listeners = {};
  return {
    body: { emptied: 0, replaceChildren() { this.emptied += 1; } },
    querySelectorAll: () => found.forms ?? [],
    querySelector: () => found.place ?? null,
    addEventListener: (name, listener) => { listeners[name] = listener; },
    listeners,
  };
}

function fakeForm() {
  const form = { action: '/own/leave', dataset: { leave: '/offer/' } };
  form.addEventListener = (_name, listener) => { form.submit = listener; };
  return form;
}

function fakePlace(seconds) {
  const soon = { textContent: '', dataset: { soon: 'one minute' } };
  return { dataset: { closesIn: String(seconds), closed: '/own/?closed=time' }, querySelector: () => soon, soon };
}

function closing(seconds) {
  const place = fakePlace(seconds);
  const page = fakePage({ place });
  const world = { clock: 0, gone: [], page, soon: place.soon };
  bindClosing(page, {
    now: () => world.clock * 1000,
    every: (look, pause) => { world.look = look; world.pause = pause; },
    go: (address) => world.gone.push(address),
  });
  return world;
}

test('leaving closes the card, empties the page and goes elsewhere without a way back', () => {
  const form = fakeForm();
  const page = fakePage({ forms: [form] });
  const sent = [];
  const gone = [];
  bindLeave(page, { send: (address) => sent.push(address) > 0, go: (address) => gone.push(address) });
  let prevented = false;
  form.submit({ preventDefault: () => { prevented = true; } });
  assert.deepEqual([sent, gone, page.body.emptied, prevented], [['/own/leave'], ['/offer/'], 1, true]);
});

test('where the browser cannot send by itself the form is sent as a form', () => {
  const form = fakeForm();
  const page = fakePage({ forms: [form] });
  bindLeave(page, { send: () => false, go: () => assert.fail('the card would stay open') });
  form.submit({ preventDefault: () => assert.fail('the form has to be sent') });
  assert.equal(page.body.emptied, 0);
});

test('a minute before the end it is said once, at the end the page is gone', () => {
  const world = closing(300);
  assert.equal(world.soon.textContent, '');
  assert.equal(world.pause, 1000);
  world.clock = 239;
  world.look();
  assert.equal(world.soon.textContent, '');
  world.clock = 240;
  world.look();
  assert.equal(world.soon.textContent, 'one minute');
  assert.deepEqual(world.gone, []);
  world.clock = 300;
  world.look();
  assert.deepEqual(world.gone, ['/own/?closed=time']);
  assert.equal(world.page.body.emptied, 1);
});

test('a device that slept finds the page over when it wakes', () => {
  const world = closing(300);
  world.clock = 100000;
  world.page.listeners.visibilitychange();
  assert.deepEqual(world.gone, ['/own/?closed=time']);
});

test('a page that was over when it arrived is left at once, and one without a card has no clock', () => {
  assert.deepEqual(closing(0).gone, ['/own/?closed=time']);
  bindClosing(fakePage(), { every: () => assert.fail('nothing to count') });
});

test('a page that the browser kept is asked for anew', () => {
  let shown;
  let reloads = 0;
  const fake = { addEventListener: (_name, listener) => { shown = listener; }, location: { reload: () => { reloads += 1; } } };
  bindReturn(fake);
  shown({ persisted: false });
  assert.equal(reloads, 0);
  shown({ persisted: true });
  assert.equal(reloads, 1);
});
