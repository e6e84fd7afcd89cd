/*
 * Draws the base: whose tablet this is, the current event and the status line. `statusWords` is pure. The tally is
 * tally.mjs's.
 */

import { hook, tell } from "./dom.mjs";
import { isComing } from "./occurrences.mjs";
import { KINDS } from "./counts.mjs";
import { dayOf, hour, shortDay, weekDay } from "./moments.mjs";

const DAY_MS = 24 * 3600 * 1000;

/** Draw venue and tablet; the venue's name is large, so that the holder sees who reads the card. */
export function drawVenue(session, language) {
  const { venue, device } = session.snapshot;
  hook("venue").textContent = venueOf(venue, language);
  tell(hook("device"), device?.name);
}

/** Draw the current occurrence, null for a house visit. */
export function drawEvent(occurrence, now, language) {
  hook("event-title").textContent = titleOf(occurrence, language);
  tell(hook("event-when"), occurrence ? whenOf(occurrence, now, language) : language.say("house_visit_hint"));
  tell(hook("event-advance"), advanceOf(occurrence, now, language));
}

/** Draw the status line from {isConnected, listAt, waiting, parked}. */
export function drawStatus(state, now, language) {
  hook("status-words").textContent = statusWords(state, now, language);
  tell(hook("list-age"), listAge(state.listAt, now, language));
  const { isConnected, listAt, parked } = state;
  const isOld = listAt === null || dayOf(listAt) !== dayOf(now);
  hook("status").dataset.state = parked ? "parked" : isConnected === false || isOld ? "offline" : "fresh";
}

/** Return the words of the status line: the network, what waits, and how old the list is. `listAt` may be null. */
export function statusWords({ isConnected, listAt, waiting, parked }, now, language) {
  const { say } = language;
  const isFresh = isConnected && listAt !== null && dayOf(listAt) === dayOf(now);
  const words = [];
  if (isConnected === null) words.push(say("status_connecting"));
  else if (isFresh) words.push(say("status_fresh", { time: hour(listAt) }));
  else if (!isConnected) words.push(say("status_offline"));
  words.push(waiting ? say("status_waiting", { count: waiting }) : say("status_sent"));
  if (parked) words.push(say("status_parked", { count: parked }));
  if (!isFresh) words.push(listAge(listAt, now, language));
  return words.join(" · ");
}

/** Return how old the list is, in the unit that matters to a house that opens once a week: days. */
export function listAge(listAt, now, { say }) {
  if (listAt === null) return say("list_never");
  const days = Math.round((Date.parse(dayOf(now)) - Date.parse(dayOf(listAt))) / DAY_MS);
  if (days <= 0) return say("list_today", { time: hour(listAt) });
  return days === 1 ? say("list_yesterday", { time: hour(listAt) }) : say("list_old", { days });
}

/** Return the title of an occurrence in the reader's language. */
export function titleOf(occurrence, language) {
  return occurrence ? language.pick(names(occurrence, "title")) : language.say("house_visit");
}

/** Return day, hours and place of an occurrence; the day of today is not said. */
export function whenOf(occurrence, now, language) {
  const { starts_at: start, ends_at: end, place } = occurrence;
  const from = hour(start);
  const hours = end && dayOf(end) === dayOf(start)
    ? language.say("until", { start: from, end: hour(end) }) : from;
  const day = isComing(occurrence, now) ? `${weekDay(start, language.current)} ` : "";
  return [day + hours, place].filter(Boolean).join(", ");
}

/** Say for which coming day a ticket is; empty for today and for house visits. */
export function advanceOf(occurrence, now, language) {
  if (!isComing(occurrence, now)) return "";
  return language.say("ticket_for", { day: shortDay(occurrence.starts_at, language.current) });
}

/** Return counts in words: "1 adult, 2 children". */
export function countWords(counts, language) {
  const words = KINDS.filter((kind) => counts[kind]).map((kind) => language.count(kind, counts[kind]));
  // A number and what it counts stay on one line.
  return words.map((word) => word.replaceAll(" ", "\u00a0")).join(", ");
}

/** Return the name of a venue of the snapshot in the reader's language; the tablet's own where none is known. */
export function venueOf(venue, language) {
  return venue ? language.pick(names(venue, "name")) : language.say("no_venue");
}

function names(row, field) {
  return { fi: row[`${field}_fi`], sv: row[`${field}_sv`], en: row[`${field}_en`] };
}
