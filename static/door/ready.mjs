/*
 * Draws the base: whose tablet this is, the current event, today's tally and the status line. `statusWords` is pure.
 */

import { hook, tell } from "./dom.mjs";
import { isComing } from "./occurrences.mjs";
import { KINDS, summed, total } from "./counts.mjs";
import { dayOf, hour, shortDay, weekDay } from "./moments.mjs";

/** Draw venue and tablet; the venue's name is large, so that the holder sees who reads the card. */
export function drawVenue(session, language) {
  const { venue, device } = session.snapshot;
  hook("venue").textContent = venue ? language.pick(names(venue, "name")) : language.say("no_venue");
  tell(hook("device"), device?.name);
}

/** Draw the current occurrence, null for a house visit. */
export function drawEvent(occurrence, now, language) {
  hook("event-title").textContent = titleOf(occurrence, language);
  tell(hook("event-when"), occurrence ? whenOf(occurrence, now, language) : language.say("house_visit_hint"));
  tell(hook("event-advance"), advanceOf(occurrence, now, language));
}

/** Draw what has been recorded here today for the current occurrence. */
export function drawTally(recent, occurrence, now, language) {
  const id = occurrence?.id ?? null;
  const mine = recent.filter((visit) => !visit.undone && visit.occurrence === id && dayOf(visit.at) === dayOf(now));
  const counts = summed(mine.map((visit) => visit.counts));
  const words = countWords(counts, language);
  tell(hook("tally"), total(counts) ? language.say("here_today", { counts: words }) : "");
}

/** Draw the status line from {isConnected, reachedAt, daysOld, waiting, parked}. */
export function drawStatus(state, language) {
  hook("status-words").textContent = statusWords(state, language);
  const { isConnected, parked } = state;
  hook("status").dataset.state = parked ? "parked" : isConnected === false ? "offline" : "fresh";
}

/** Return the words of the status line. */
export function statusWords({ isConnected, reachedAt, daysOld, waiting, parked }, { say }) {
  const words = [];
  if (isConnected === null) words.push(say("status_connecting"));
  else if (isConnected) words.push(say("status_fresh", { time: hour(reachedAt) }));
  else words.push(say("status_offline"));
  if (waiting) words.push(say("status_waiting", { count: waiting }));
  if (parked) words.push(say("status_parked", { count: parked }));
  if (daysOld >= 1) words.push(say("status_old", { days: daysOld }));
  return words.join(" · ");
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

function names(row, field) {
  return { fi: row[`${field}_fi`], sv: row[`${field}_sv`], en: row[`${field}_en`] };
}
