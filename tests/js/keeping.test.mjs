/* What the tablet keeps: its keys, the series, the mark of eviction, rescue files, idle screens and new versions. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { isEvicted } from "../../static/door/eviction.mjs";
import { bytesOf, importListKey, keepEnrolment, textOf } from "../../static/door/keys.mjs";
import { keepPage } from "../../static/door/offline.mjs";
import { createQuiet } from "../../static/door/quiet.mjs";
import { fileName, isRescueFile, seal } from "../../static/door/rescue.mjs";
import { arrived } from "../../static/door/rescuepanel.mjs";
import { newSeries, numbered } from "../../static/door/series.mjs";
import { parkedText } from "../../static/door/waiting.mjs";
import { fakeStore } from "./fakestore.mjs";

const LIST_KEY = textOf(Uint8Array.from({ length: 32 }, (_, index) => index));
const utf8 = new TextEncoder();

test("base64url there and back, whatever the length", () => {
  for (let length = 0; length < 40; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 67 + 251) % 256);
    assert.deepEqual(bytesOf(textOf(bytes)), bytes);
    assert.match(textOf(bytes), /^[\w-]*$/u);
  }
});

test("the keys can be used and not read out", async () => {
  const keys = await importListKey(LIST_KEY);
  for (const key of Object.values(keys)) assert.equal(key.extractable, false);
  assert.deepEqual([keys.list.algorithm.name, keys.rescue.algorithm.name], ["HMAC", "HKDF"]);
  const hash = await crypto.subtle.sign("HMAC", keys.list, utf8.encode("EK3F8M2X9TS"));
  assert.equal(hash.byteLength, 32);
});

test("no keys on plain http, and no other text is a list key", async () => {
  assert.equal(await importListKey(LIST_KEY, null), null);
  await assert.rejects(importListKey("AAAA"), TypeError);
});

test("enrolment begins a new list and leaves what waits alone", async () => {
  const store = fakeStore();
  await store.append((series, run) => ({ scan_id: "s1", body: numbered({}, series, run), state: "waiting" }));
  await store.remember("snapshot", { n: 4 });
  await keepEnrolment(store, { list_key: LIST_KEY, key_number: 3 });
  assert.equal(await store.recall("snapshot"), undefined);
  assert.equal(await store.recall("key_number"), 3);
  assert.equal(await store.recall("enrolled"), true);
  assert.equal((await store.recallKey("rescue")).type, "secret");
  assert.equal(await store.countRecords("waiting"), 1);
});

test("a series is eight hexadecimal digits, and a body ends with its place in it", () => {
  assert.match(newSeries(), /^[0-9a-f]{8}$/u);
  assert.notEqual(newSeries(), newSeries());
  assert.equal(numbered({ scan_id: "x", series: "old", run: 9 }, "0f0f0f0f", 2), '{"scan_id":"x","series":"0f0f0f0f","run":2}');
});

test("the cookie without the mark is an eviction; neither is a tablet that was never enrolled", () => {
  assert.equal(isEvicted("kaiku_language=fi; kaiku_door=1", undefined), true);
  assert.equal(isEvicted("kaiku_door=1", true), false);
  assert.equal(isEvicted("kaiku_language=fi", undefined), false);
  assert.equal(isEvicted("not_kaiku_door=1; kaiku_door=10", undefined), false);
});

test("a rescue file hides the bodies, opens with the derived key and shows any change", async () => {
  const { rescue } = await importListKey(LIST_KEY);
  const body = '{"scan_id":"s1","code":"EK3F8M2X9TS"}';
  const at = Date.parse("2026-11-20T16:30:00Z");
  const text = await seal([{ body }, { body }], { device: "7", keyNumber: 2, baseKey: rescue, at });
  assert.ok(!text.includes("EK3F8M2X9TS"));
  const file = JSON.parse(text);
  const { format, device, key_number: keyNumber, created } = file;
  assert.deepEqual({ format, device, keyNumber, created },
    { format: "kaikukortti-rescue-1", device: "7", keyNumber: 2, created: "2026-11-20T16:30:00.000Z" });
  assert.equal(await opened(file), `{"items":[${body},${body}]}`);
  await assert.rejects(opened({ ...file, device: "8" }));
  await assert.rejects(opened({ ...file, created: "2026-11-21T16:30:00.000Z" }));
  assert.notEqual(JSON.parse(await seal([], { device: "7", keyNumber: 2, baseKey: rescue, at })).iv, file.iv);
});

/** Open a rescue file as the service does, from its description alone. */
async function opened(file) {
  const base = await crypto.subtle.importKey("raw", bytesOf(LIST_KEY), "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: utf8.encode("kaikukortti rescue") };
  const key = await crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const head = [file.format, file.device, file.key_number, file.created].join("\n");
  const how = { name: "AES-GCM", iv: bytesOf(file.iv), additionalData: utf8.encode(head) };
  return new TextDecoder().decode(await crypto.subtle.decrypt(how, key, bytesOf(file.ciphertext)));
}

test("a rescue file has a name with its moment, and other files are told apart before they travel", async () => {
  assert.equal(fileName(new Date(2026, 10, 5, 8, 3).getTime()), "rescue-2026-11-05-0803.json");
  const { rescue } = await importListKey(LIST_KEY);
  assert.equal(isRescueFile(await seal([], { device: "1", keyNumber: 1, baseKey: rescue, at: 0 })), true);
  for (const other of ["", "\u0089PNG", "[]", "null", "{\"format\":\"pdf\"}"]) assert.equal(isRescueFile(other), false);
});

test("what became of a rescue file is told in numbers", () => {
  const say = (key, values) => `${key} ${Object.values(values)}`;
  const answers = ["accepted", "flagged", "replay", "parked", "conflict", "accepted"].map((result) => ({ result }));
  assert.equal(arrived(answers, { say }), "rescue_sent 3,1 rescue_parked 2");
  assert.equal(arrived(answers.slice(0, 3), { say }), "rescue_sent 2,1");
});

test("parked records are saved whole, with what the service said", () => {
  const [row] = JSON.parse(parkedText([{ body: "{\"code\":\"X\"}", state: "parked", answer: { result: "parked" }, order: 4 }]));
  assert.deepEqual(row, { item: { code: "X" }, state: "parked", answer: { result: "parked" } });
});

test("the screen is quiet at the start, and ten seconds after the last touch or reading", () => {
  let time = 1000;
  let isOpen = false;
  const quiet = createQuiet({ isOpen: () => isOpen, now: () => time, view: {} });
  assert.equal(quiet.isQuiet(), true);
  quiet.stir();
  time += 9999;
  assert.equal(quiet.isQuiet(), false);
  time += 1;
  assert.equal(quiet.isQuiet(), true);
  isOpen = true;
  assert.equal(quiet.isQuiet(), false);
});

function browser({ isControlled, waiting = null }) {
  const told = [];
  const registration = { waiting, update: async () => {} };
  const container = new EventTarget();
  Object.assign(container, { controller: isControlled ? {} : null, register: async () => registration });
  const worker = { postMessage: (message) => told.push(message) };
  return { told, registration, container, worker, change: () => container.dispatchEvent(new Event("controllerchange")) };
}

test("a new version takes over when the screen is idle, and then the page is loaded anew", async () => {
  globalThis.location ??= { href: "https://kaiku.example/door/", origin: "https://kaiku.example" };
  const { told, registration, container, worker, change } = browser({ isControlled: true });
  let isIdle = false;
  let reloads = 0;
  let tick;
  const schedule = (act) => {
    tick ??= act;
  };
  const reload = () => {
    reloads += 1;
  };
  assert.equal(await keepPage({ address: "/door/service-worker.js", isIdle: async () => isIdle, reload, container, schedule }), true);
  registration.waiting = worker;
  await tick();
  assert.deepEqual(told, []);
  isIdle = true;
  await tick();
  assert.deepEqual(told, ["take over"]);
  isIdle = false;
  change();
  await tick();
  assert.equal(reloads, 0, "somebody has come to the screen meanwhile");
  isIdle = true;
  await tick();
  assert.equal(reloads, 1);
});

test("the first worker of a tablet loads nothing anew, and a browser that takes none is told apart", async () => {
  const { container, change } = browser({ isControlled: false });
  let reloads = 0;
  let tick;
  const parts = {
    address: "/door/service-worker.js", isIdle: async () => true, container,
    reload: () => {
      reloads += 1;
    },
    schedule: (act) => {
      tick ??= act;
    },
  };
  await keepPage(parts);
  change();
  await tick();
  assert.equal(reloads, 0);
  container.register = async () => {
    throw new TypeError("no");
  };
  assert.equal(await keepPage(parts), false);
});
