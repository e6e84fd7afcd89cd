/*
 * Tonight's bookings: which there are, what has been redeemed, and how one is found by a letter or two of its word. Plain
 * values; a booking is one of the snapshot, words are put together with the reader's language.
 */

import { KINDS, nobody } from "./counts.mjs";
import { dayOf, hour } from "./moments.mjs";
import { countWords } from "./ready.mjs";

/**
 * Return the bookings of tonight by event: [{occurrence, bookings}], the current event first, then the day's others, then
 * those without an event (`occurrence` null). A coming day's are there while it is the current one. Each booking has
 * `isRedeemed` and `redeemed_at`, by the service and by `recent`, the visits of this tablet.
 */
export function tonight({ occurrences, houseBookings = [] }, { current, recent, fetchedAt, now }) {
  const today = dayOf(now);
  const others = occurrences.filter((one) => one.day === today && one.id !== current?.id);
  const groups = [...(current ? [current] : []), ...others]
    .map((occurrence) => ({ occurrence, bookings: occurrence.bookings ?? [] }));
  groups.push({ occurrence: null, bookings: houseBookings.filter(({ day }) => day === today) });
  const marked = groups.map(({ occurrence, bookings }) => (
    { occurrence, bookings: bookings.map((booking) => withRedemption(booking, recent, fetchedAt)).sort(byWord) }));
  return marked.filter(({ bookings }) => bookings.length);
}

/** Return the groups with the bookings whose word begins with some letters, or else holds them; empty ones left out. */
export function matching(groups, letters) {
  const wanted = folded(letters);
  const having = (fits) => groups.map(({ occurrence, bookings }) => (
    { occurrence, bookings: bookings.filter(({ word }) => fits(folded(word))) })).filter(({ bookings }) => bookings.length);
  const begun = having((word) => word.startsWith(wanted));
  return begun.length ? begun : having((word) => word.includes(wanted));
}

/** Return how many bookings groups hold. */
export function countBookings(groups) {
  return groups.reduce((sum, { bookings }) => sum + bookings.length, 0);
}

/** Return what is known of a booking beside its word, as lines of words. */
export function bookingLines({ counts, kind, own_cards: own, needs, arrives }, language) {
  const { say } = language;
  const lines = [countWords(whole(counts), language)];
  if (kind === "group") lines.push(say("booked_group"));
  if (own) lines.push(language.count("own_cards", own));
  if (arrives) lines.push(say("booked_arrives", { time: hour(arrives) }));
  for (const need of needs ?? []) lines.push(say(`need_${need}`));
  return lines.filter(Boolean);
}

/** Return the counts of a booking with every kind. */
export function whole(counts) {
  return { ...nobody(), ...counts };
}

/** Return the counts that a screen begins with for a booking: what is planned, within the limits of the verdict. */
export function planned(booking, limits) {
  const counts = whole(booking.counts);
  return Object.fromEntries(KINDS.map((kind) => [kind, Math.min(counts[kind], limits[kind] ?? 0)]));
}

/** Return how many own cards of a group have been read, as words; empty where none are expected. */
export function ownCardWords({ own_cards: own, own_read: read = null }, language) {
  if (!own) return "";
  return read === null ? language.count("own_cards", own) : language.say("own_cards_read", { read, count: own });
}

/** What this tablet has done counts before what the service said when the list was fetched. */
function withRedemption(booking, recent, fetchedAt) {
  const mine = recent.filter((visit) => visit.booking === booking.ref);
  const live = mine.find((visit) => !visit.undone);
  if (live) return { ...booking, isRedeemed: true, redeemed_at: new Date(live.at).toISOString() };
  const isTakenBack = mine.some((visit) => visit.undone && visit.undone_at > fetchedAt);
  return { ...booking, isRedeemed: Boolean(booking.redeemed) && !isTakenBack };
}

function byWord(one, other) {
  return one.word.localeCompare(other.word, "fi");
}

function folded(text) {
  return text.trim().toLocaleLowerCase("fi");
}
