/*
 * The tablet's list of cards: kept encrypted, in memory as bytes, looked up by keyed hash. Takes the whole list or
 * changes, never an older one over a newer, and nothing whose digest does not fit. When to fetch is session.mjs.
 */

import { applied, find, fromPlanes, hex, RECORD, unpack } from "./packed.mjs";

const NAME = "list";

/** The changes do not lead to the list that the server has: fetch it whole. */
export class ListUnfit extends Error {}

/** Return {recall, take, lookUp, cursor, size} over the store and sealed.mjs. */
export function createCardList({ store, sealed }) {
  let held = null;

  /** Take the list that was kept the last time; one that cannot be opened is as good as none. */
  async function recall() {
    const kept = await store.recall(NAME);
    if (!kept || !await sealed.isAble()) return;
    try {
      const records = await sealed.open(kept, headOf(kept));
      held = { records, epoch: kept.epoch, n: kept.n, generatedAt: kept.generatedAt };
    } catch {
      await store.forget(NAME);
    }
  }

  /**
   * Take the cards of a snapshot. Rejects with ListUnfit when the list has to be fetched whole; an older snapshot than
   * what is held changes nothing. Resolves with whether the snapshot is newer or the same.
   */
  async function take(snapshot) {
    sealed.renew();
    if (!await sealed.isAble()) return true;
    if (isOlder(snapshot, held)) return false;
    const { epoch, n, cards, generated_at: generatedAt } = snapshot;
    if (cards === null) {
      if (held?.epoch !== epoch || held.n !== n) throw new ListUnfit();
      return true;
    }
    const records = await fit(cards, epoch);
    held = { records, epoch, n, generatedAt };
    await keep(held);
    return true;
  }

  async function fit(cards, epoch) {
    const received = fromPlanes(cards.planes, cards.size);
    if (cards.since !== null && (held?.epoch !== epoch || held.n !== cards.since)) throw new ListUnfit();
    const records = cards.since === null ? received : applied(held.records, received);
    const isWhole = records.length === cards.count * RECORD && hex(await sealed.digest(records)) === cards.digest;
    if (!isWhole) throw new ListUnfit();
    return records;
  }

  /** Keep it, unless another tab has kept a newer one meanwhile. A browser that keeps nothing still has it in memory. */
  async function keep({ records, epoch, n, generatedAt }) {
    const head = { epoch, n, generatedAt };
    const kept = { ...head, ...await sealed.seal(records, headOf(head)) };
    await store.rememberUnless(NAME, kept, (there) => isOlder({ epoch, n, generated_at: generatedAt }, there));
  }

  return {
    recall,
    take,
    /** Whether this tablet can keep a list at all: not on plain http. */
    isAble: sealed.isAble,
    /** {epoch, n} of the list that is held, null without one. */
    get cursor() {
      return held && { epoch: held.epoch, n: held.n };
    },
    get size() {
      return held ? held.records.length / RECORD : 0;
    },
    /**
     * Look up numbers, the likeliest first: resolves with {marks, found}. `marks` are their hashes as hexadecimal digits,
     * `found` is {ref, card, contact} of the first on the list, or null.
     */
    async lookUp(numbers, areas) {
      const marks = [];
      let found = null;
      for (const number of numbers) {
        const hash = await sealed.hashOf(number);
        if (!hash) break;
        marks.push(hex(hash));
        const place = held && !found ? find(held.records, hash) : -1;
        if (place >= 0) found = unpack(held.records, place, areas);
      }
      return { marks, found };
    },
  };
}

/** Whether a snapshot is older than a list: in one epoch by its number, over a change of epochs by its making. */
function isOlder(snapshot, list) {
  if (!list) return false;
  if (snapshot.epoch === list.epoch) return snapshot.n < list.n;
  return snapshot.generated_at < list.generatedAt;
}

function headOf({ epoch, n, generatedAt }) {
  return ["kaikukortti list", epoch, n, generatedAt].join("\n");
}
