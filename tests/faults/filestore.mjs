/*
 * A store with the interface of static/door/store.mjs that outlives its process: every change is a line of a journal,
 * on the disc before it is true. A last line that a kill has torn was never true.
 */

import { existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

import { fakeStore } from "../js/fakestore.mjs";

// The list is sealed with a key that dies with the process: it is fetched again. Everything else is plain JSON.
const FORGOTTEN = ["list"];

/** Open the store of a journal, as it was left. */
export async function fileStore(path) {
  const memory = fakeStore();
  const whole = existsSync(path) ? readFileSync(path, "utf8").replace(/[^\n]*$/u, "") : "";
  for (const line of whole.split("\n").slice(0, -1)) {
    const [act, ...given] = JSON.parse(line);
    await (act === "append" ? memory.append(() => given[0]) : memory[act](...given));
  }
  const file = openSync(path, "a");
  truncateSync(path, Buffer.byteLength(whole));
  const note = (...line) => {
    writeSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
  };
  const noted = (act) => async (...given) => {
    note(act, ...given);
    return memory[act](...given);
  };
  return {
    ...memory,
    append: (fix) => memory.append((series, run) => {
      const record = fix(series, run);
      note("append", record);
      return record;
    }),
    remember: async (name, value) => {
      if (!FORGOTTEN.includes(name)) note("remember", name, value);
      return memory.remember(name, value);
    },
    ...Object.fromEntries(["noteEpoch", "amend", "forgetSent", "forget", "keepRecent", "forgetRecent"]
      .map((act) => [act, noted(act)])),
  };
}
