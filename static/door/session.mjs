/*
 * What the tablet knows of its venue and programme: the newest snapshot, kept for a start without a network, and
 * whether the server was reached last time. The cards of a snapshot are list.mjs's. When to fetch is routine.mjs's.
 */

import { bookingsOf, withBookings, withoutBookings } from "./keptbookings.mjs";
import { ListUnfit } from "./list.mjs";

const NOTHING = {
  venue: null, device: null, prefixes: [], masks: "", areas: [], occurrences: [], house_bookings: [], texts: {}, practice: [],
  generated_at: null, epoch: null, n: 0,
};
// A test without keys keeps no bookings, and has lost none.
const NO_BOOKINGS = { keep: async () => {}, recall: async () => ({ house: [], events: {} }) };
const DAY_MS = 24 * 3600 * 1000;
// What this script can read and judge by: venues/web/snapshot.py.
const CLIENT = 2;
const RULES = 2;

/** Return the session over the calls, the store, the list, the clock and the kept bookings; `onChange()` after whatever changes the screen. */
export function createSession({
  api, store, list, clock, bookings = NO_BOOKINGS, waiting = async () => null, now = () => Date.now(), onChange = () => {},
}) {
  let snapshot = NOTHING;
  let fetchedAt = null;
  let tag = null;
  let reached = null;
  let reachedAt = null;
  let refreshing = null;

  /** Fetch what is new, and all of it when the changes do not lead to the server's list. */
  async function fetchNew() {
    // Without a list of its own, as on plain http, the tablet needs the programme and no cards.
    const cursor = list.cursor ?? (snapshot.epoch === null || await list.isAble() ? null : snapshot);
    const answer = await api.snapshot({ cursor, tag });
    if (answer.unchanged) return keep(snapshot);
    try {
      return await accept(answer);
    } catch (error) {
      if (!(error instanceof ListUnfit) || !cursor) throw error;
      return accept(await api.snapshot());
    }
  }

  async function accept({ tag: newTag, ...answer }) {
    const isNewest = await list.take(answer);
    // The bytes of the cards are in the list; the rest is what the screens need.
    const { cards, ...rest } = { ...NOTHING, ...answer };
    if (!isNewest) return;
    tag = newTag ?? null;
    // First the bookings: whoever finds them with an older programme only fetches it anew.
    await bookings.keep(bookingsOf(rest));
    await keep(rest);
  }

  async function keep(fresh) {
    snapshot = fresh;
    fetchedAt = now();
    await store.remember("snapshot", { snapshot: withoutBookings(snapshot), fetchedAt, tag });
  }

  return {
    get snapshot() {
      return snapshot;
    },
    /** Whether the last call reached the server; null before the first one. */
    get isConnected() {
      return reached;
    },
    get reachedAt() {
      return reachedAt;
    },
    /** Age of the list in whole days; null without one, and for one that this script cannot judge by. */
    get listDays() {
      const { rules_version: rules = Infinity, min_client: client = Infinity } = snapshot;
      if (fetchedAt === null || !list.cursor || rules > RULES || client > CLIENT) return null;
      return Math.floor(Math.max(0, now() - fetchedAt) / DAY_MS);
    },
    /** When the list was fetched, in the tablet's milliseconds; null before the first time. */
    get fetchedAt() {
      return fetchedAt;
    },
    venueId: () => snapshot.venue?.id ?? null,
    noteContact(isReached) {
      reached = isReached;
      if (isReached) reachedAt = now();
      onChange();
    },
    /** Take the copy that was kept the last time. */
    async recall() {
      const [kept, offset, booked] = await Promise.all(
        [store.recall("snapshot"), store.recall("offset"), bookings.recall(), list.recall()]);
      if (kept) {
        ({ fetchedAt, tag = null } = kept);
        snapshot = withBookings({ ...NOTHING, ...kept.snapshot }, booked ?? { house: [], events: {} });
        // What could not be kept or opened is asked for whole.
        if (!booked) tag = null;
      }
      if (offset) clock.assume(offset);
      onChange();
    },
    /** Fetch what is new; rejects with an ApiFault and leaves what is kept. */
    async refresh() {
      refreshing ??= fetchNew().finally(() => {
        refreshing = null;
      });
      await refreshing;
      onChange();
    },
    /** Ask the server's time, for the clock, and say what waits here; rejects with an ApiFault. */
    async meet() {
      const held = await waiting();
      const sent = now();
      clock.met((await api.status(held)).time, sent);
      await store.remember("offset", clock.offset()).catch(() => {});
    },
  };
}
