/*
 * Bookings on the tablet's disc: sealed under its own key, apart from the programme. Where the browser has no keys, as on
 * plain http, they are in memory only and are fetched again after a start.
 */

const NAME = "bookings";
const HEAD = "kaikukortti bookings";
const utf8 = new TextEncoder();

/** Return a snapshot as it may lie on the disc in clear: without its bookings. */
export function withoutBookings({ house_bookings: _house, occurrences, ...rest }) {
  return { ...rest, occurrences: occurrences.map(({ bookings: _bookings, ...occurrence }) => occurrence) };
}

/** Return the bookings of a snapshot: {house, events}, by the id of the occurrence. */
export function bookingsOf({ house_bookings: house = [], occurrences }) {
  return { house, events: Object.fromEntries(occurrences.map(({ id, bookings = [] }) => [id, bookings])) };
}

/** Return a snapshot with bookings put back into it. */
export function withBookings(snapshot, { house, events }) {
  const occurrences = snapshot.occurrences.map((occurrence) => ({ ...occurrence, bookings: events[occurrence.id] ?? [] }));
  return { ...snapshot, occurrences, house_bookings: house };
}

/** Return {keep(bookings), recall()} over the store and sealed.mjs; `recall` resolves with null where nothing is kept. */
export function createKeptBookings({ store, sealed }) {
  return {
    async keep(bookings) {
      if (!await sealed.isAble()) return;
      await store.remember(NAME, await sealed.seal(utf8.encode(JSON.stringify(bookings)), HEAD));
    },
    async recall() {
      const kept = await store.recall(NAME);
      if (!kept || !await sealed.isAble()) return null;
      try {
        return JSON.parse(new TextDecoder().decode(await sealed.open(kept, HEAD)));
      } catch {
        await store.forget(NAME);
        return null;
      }
    },
  };
}
