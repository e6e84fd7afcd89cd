/*
 * A visit by the word of a booking: no card was read. The tablet judges the event's doors and what it has recorded itself;
 * the card was judged when the booking was made, and the service judges it again. Plain values.
 */

import { whole } from "./bookings.mjs";
import { judge } from "./rule.mjs";
import { bookedSaying } from "./sayings.mjs";
import * as verdicts from "./verdicts.mjs";

/** Return what a visit was begun with, in the place of what a camera reads. */
export function readingOf(booking) {
  return { kind: "booking", code: `booking ${booking.ref}` };
}

/**
 * Return the tablet's own verdict on a booking. `visit` is the one of rule.mjs's visitOf, with the visits of this booking
 * on this tablet; `words` are the texts of the snapshot.
 */
export function judgeBooking(booking, visit, words) {
  const card = {
    kind: booking.kind === "group" ? "community" : "personal", state: "active", first_on: null, last_on: null,
    suspended_until: null, grace_days: 0, children: whole(booking.counts).child,
  };
  const earlierAt = visit.earlierAt ?? (booking.isRedeemed ? Date.parse(booking.redeemed_at) || visit.moment : null);
  // Its places are kept: what is left for others does not matter.
  const judged = judge({ kind: "own" }, card, { ...visit, earlierAt, placesLeft: null }, { listDays: 0 });
  const told = verdicts.given(judged, null, words);
  const isPlain = ["welcome", "counts"].includes(judged.class);
  return { ...(isPlain ? { ...told, ...bookedSaying(words) } : told), booking, isByWord: true };
}

/**
 * Return the service's verdict as that on a booking. Where it lets the visitor in and has no such booking any more, `isGone`
 * says so and nothing is planned; its own booking has what it knows of own cards.
 */
export function asBooked(verdict, booking) {
  if (verdicts.isRegistrable(verdict)) return { ...verdict, isByWord: true, isGone: !verdict.booking };
  return { ...verdict, booking, isByWord: true };
}
