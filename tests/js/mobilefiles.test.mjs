/* What the mobile card's page has kept, and when it is fetched anew. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { isStale, ownFiles } from "../../static/mobile/files.mjs";

const HERE = "https://kaikukortti.example";

test("own files are kept, each once, and nothing of other places", () => {
  const loaded = [
    `${HERE}/static/css/mobile.css`,
    `${HERE}/static/css/mobile.css`,
    `${HERE}/mobile/abc/manifest.json`,
    "https://elsewhere.example/static/spy.js",
    "/static/mobile/page.mjs",
  ];
  assert.deepEqual(ownFiles(loaded, HERE), [`${HERE}/static/css/mobile.css`, `${HERE}/static/mobile/page.mjs`]);
});

test("a kept page is always fetched anew, a fresh one after five minutes", () => {
  assert.ok(isStale({ isKept: true, shownAt: 0 }, 0));
  assert.ok(!isStale({ isKept: false, shownAt: 0 }, 5 * 60_000));
  assert.ok(isStale({ isKept: false, shownAt: 0 }, 5 * 60_000 + 1));
});
