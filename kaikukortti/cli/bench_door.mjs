/*
 * The tablet's part of `kaikukortti bench door`, for Node.js: takes in a snapshot with the modules of static/door and
 * judges texts with them. Prints one line of JSON.
 */

import { readFileSync } from "node:fs";

const { list_key: listKey, texts, snapshot, modules } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const load = (path) => import(`${modules}/${path}`);
const [{ createCardList }, { createSealed }, { importListKey, textOf }, { judge, visitOf }, { given }, { candidate, read }] =
  await Promise.all(["door/list.mjs", "door/sealed.mjs", "door/keys.mjs", "door/rule.mjs", "door/verdicts.mjs", "js/number.mjs"]
    .map(load));

const store = storeInMemory();
await store.keepKeys(await importListKey(textOf(Uint8Array.from(listKey))));
const list = createCardList({ store, sealed: createSealed({ store }) });
const take = await timed(() => list.take(snapshot));
const again = createCardList({ store, sealed: createSealed({ store }) });
const open = await timed(() => again.recall());

const { prefixes, masks, areas, texts: words } = snapshot;
const classes = {};
const times = [];
for (const text of texts) {
  times.push(await timed(async () => {
    const reading = read(text, prefixes, masks);
    const { found } = await again.lookUp([...new Set([reading.number, candidate(text)])], areas);
    const visit = visitOf(null, { moment: Date.now(), earlier: [] });
    const verdict = given(judge(reading, found?.card ?? null, visit, { listDays: 0 }), found, words);
    classes[verdict.class] = (classes[verdict.class] ?? 0) + 1;
  }));
}
times.sort((one, other) => one - other);
const at = (share) => times[Math.floor(times.length * share)];
process.stdout.write(`${JSON.stringify({ cards: again.size, take, open, p50: at(0.5), p95: at(0.95), classes })}\n`);

async function timed(act) {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

function storeInMemory() {
  const kept = new Map();
  const keys = new Map();
  return {
    recall: async (name) => kept.get(name),
    forget: async (name) => kept.delete(name),
    rememberUnless: async (name, value) => kept.set(name, value),
    recallKey: async (name) => keys.get(name),
    keepKeys: async (given) => Object.entries(given).forEach(([name, key]) => keys.set(name, key)),
  };
}
