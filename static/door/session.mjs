/*
 * What the tablet knows of its venue and programme: the newest snapshot, kept for a start without a network, and
 * whether the server was reached last time. Fetching is asked for by main.mjs.
 */

const NOTHING = { venue: null, device: null, prefixes: [], occurrences: [], generated_at: null, epoch: null, n: 0 };
const DAY_MS = 24 * 3600 * 1000;

/** Return the session over the calls, the store and the clock; `onChange()` after whatever changes the screen. */
export function createSession({ api, store, clock, now = () => Date.now(), onChange = () => {} }) {
  let snapshot = NOTHING;
  let fetchedAt = null;
  let reached = null;
  let reachedAt = null;

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
    /** Age of the programme in whole days, null without one. */
    get daysOld() {
      return fetchedAt === null ? null : Math.floor(Math.max(0, now() - fetchedAt) / DAY_MS);
    },
    venueId: () => snapshot.venue?.id ?? null,
    noteContact(isReached) {
      reached = isReached;
      if (isReached) reachedAt = now();
      onChange();
    },
    /** Take the copy that was kept the last time. */
    async recall() {
      const kept = await store.recall("snapshot");
      if (kept) ({ snapshot, fetchedAt } = kept);
      onChange();
    },
    /** Fetch the programme; rejects with an ApiFault and leaves the kept one. */
    async refresh() {
      const fresh = { ...NOTHING, ...await api.snapshot() };
      snapshot = fresh;
      fetchedAt = now();
      await store.remember("snapshot", { snapshot, fetchedAt });
      onChange();
    },
    /** Ask the server's time, for the clock; rejects with an ApiFault. */
    async meet() {
      const sent = now();
      clock.met((await api.status()).time, sent);
    },
  };
}
