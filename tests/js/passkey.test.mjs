/* Passkeys between server and device: bytes and texts both ways, a page that says when the device gave none. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ask, binary, bytes, knowsPasskeys, plain, text } from "../../static/js/passkey.mjs";
import { bindPasskey } from "../../static/js/passkeypage.mjs";

const SCOPE = { PublicKeyCredential: {}, navigator: { credentials: {} } };

test("bytes and base64url are the same thing", () => {
  for (const length of [0, 1, 2, 3, 32, 255]) {
    const all = Uint8Array.from({ length }, (_, place) => (place * 37 + 250) % 256);
    assert.deepEqual(bytes(text(all.buffer)), all);
    assert.match(text(all.buffer), /^[\w-]*$/);
  }
});

test("the server's options become the device's", () => {
  const options = { challenge: "AAEC", user: { id: "Aw", name: "x" }, excludeCredentials: [{ id: "BA", type: "public-key" }] };
  const known = binary(options);
  assert.deepEqual([...known.challenge, ...known.user.id, ...known.excludeCredentials[0].id], [0, 1, 2, 3, 4]);
  assert.equal(known.user.name, "x");
  assert.equal(options.challenge, "AAEC");
});

test("the device's answer becomes plain data", () => {
  const buffer = Uint8Array.of(1, 2).buffer;
  const response = { clientDataJSON: buffer, signature: buffer, userHandle: null };
  const told = plain({ id: "a", rawId: buffer, type: "public-key", response });
  assert.deepEqual(told.response, { clientDataJSON: "AQI", signature: "AQI" });
  assert.equal(told.rawId, "AQI");
});

test("the device is asked for what was meant, and nothing else", async () => {
  const asked = [];
  const buffer = Uint8Array.of(1).buffer;
  const answer = { id: "a", rawId: buffer, type: "public-key", response: { clientDataJSON: buffer } };
  const credentials = { get: async (given) => (asked.push(given), answer) };
  assert.equal((await ask("get", { challenge: "AA" }, credentials)).id, "a");
  assert.deepEqual([...asked[0].publicKey.challenge], [0]);
  await assert.rejects(ask("store", { challenge: "AA" }, credentials), TypeError);
});

test("a browser without passkeys keeps the words", () => {
  const page = form();
  assert.equal(knowsPasskeys({}), false);
  bindPasskey(page.form, { scope: {} });
  assert.deepEqual([page.start.hidden, page.without.hidden], [true, false]);
});

test("an answer is sent, a refusal is told and can be mended", async () => {
  const page = form();
  let refuses = true;
  const request = async (kind, options) => {
    if (refuses) throw new Error("NotAllowedError");
    return { kind, options };
  };
  bindPasskey(page.form, { scope: SCOPE, request });
  assert.deepEqual([page.start.hidden, page.without.hidden], [false, true]);
  await page.press();
  assert.deepEqual([page.refused.hidden, page.refused.textContent, page.sent], [false, "No.", 0]);
  assert.equal(page.start.disabled, false);
  refuses = false;
  await page.press();
  assert.deepEqual([page.refused.hidden, page.sent], [true, 1]);
  assert.deepEqual(JSON.parse(page.answer.value), { kind: "get", options: { challenge: "AA" } });
});

/** Return a stand-in for the form of the page. */
function form() {
  const page = { sent: 0, answer: { value: "" }, refused: { hidden: true }, without: { hidden: false } };
  page.start = { hidden: true, disabled: false, addEventListener: (_, listen) => (page.listen = listen) };
  page.press = () => page.listen({ preventDefault() {} });
  const parts = { start: page.start, refused: page.refused, without: page.without };
  page.form = {
    dataset: { passkey: "get", options: '{"challenge": "AA"}', refused: "No." },
    elements: { namedItem: () => page.answer },
    querySelector: (selector) => parts[selector.match(/passkey-(\w+)/)[1]],
    submit: () => (page.sent += 1),
  };
  return page;
}
