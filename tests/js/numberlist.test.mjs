import assert from "node:assert/strict";
import { test } from "node:test";

import { added } from "../../static/js/numberlist.mjs";

test("a number is put at the end of the list", () => {
  assert.deepEqual(added("", "EK1"), { text: "EK1\n", count: 1, isThere: false });
  assert.deepEqual(added("EK1\n", "EK2"), { text: "EK1\nEK2\n", count: 2, isThere: false });
});

test("what was typed stays, empty lines go", () => {
  assert.deepEqual(added("  ek 3f8m \r\n\r\n\nnonsense", "EK2"), {
    text: "ek 3f8m\nnonsense\nEK2\n",
    count: 3,
    isThere: false,
  });
});

test("a number that stands there in whatever spelling is not put there twice", () => {
  assert.deepEqual(added("ek 3f8m-2x9t s\n", "EK3F8M2X9TS"), { text: "ek 3f8m-2x9t s\n", count: 1, isThere: true });
});
