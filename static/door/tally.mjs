/*
 * The tally of the current event: what the service had counted when the list was fetched, what this tablet has sent since,
 * and what still waits here. Plain values; words are put together with the reader's language.
 */

import { nobody, summed, total } from "./counts.mjs";
import { dayOf, hour } from "./moments.mjs";
import { countWords } from "./ready.mjs";

/**
 * Return {event, device, waiting} in tickets: `event` counts by kind, null where the service has not said; the others
 * numbers. `recent` are the visits of this tablet, `waitingIds` the scan ids that wait to be sent, `lateIds` those that
 * waited when the list was fetched and have been sent since.
 */
export function tallyOf({ occurrence, fetchedAt, recent, waitingIds, lateIds = new Set(), now }) {
  const id = occurrence?.id ?? null;
  const mine = recent.filter((visit) => visit.occurrence === id && dayOf(visit.at) === dayOf(now));
  const live = mine.filter((visit) => !visit.undone);
  const waiting = live.filter((visit) => waitingIds.has(visit.scan_id));
  const fresh = live.filter((visit) => !waitingIds.has(visit.scan_id)
    && (visit.kept_at > fetchedAt || lateIds.has(visit.scan_id)));
  const takenBack = mine.filter((visit) => visit.undone && visit.kept_at <= fetchedAt && visit.undone_at > fetchedAt);
  const counted = occurrence?.counted ?? null;
  return {
    event: counted && plus(summed([counted, ...countsOf(fresh)]), summed(countsOf(takenBack)), -1),
    device: total(summed(countsOf(live))),
    waiting: total(summed(countsOf(waiting))),
  };
}

/** Return the tally as lines of words; `asOf` is when the list was fetched, where the service is not reached now. */
export function tallyLines({ event, device, waiting }, asOf, language) {
  const { say } = language;
  const lines = [];
  if (event) {
    const counts = total(event) ? countWords(event, language) : say("tally_nobody");
    lines.push(asOf === null ? say("tally_event", { counts }) : say("tally_event_then", { counts, time: hour(asOf) }));
  }
  if (event || device) lines.push(say("tally_device", { count: device }));
  if (waiting) lines.push(say("tally_waiting", { count: waiting }));
  return lines;
}

/** Return a follower of what was waiting while the list was fetched: {note(waitingIds, fetchedAt)} answers the ids. */
export function createLate() {
  let seen = new Set();
  let since = null;
  return {
    note(waitingIds, fetchedAt) {
      if (since !== fetchedAt) seen = new Set(waitingIds);
      since = fetchedAt;
      return seen;
    },
  };
}

function countsOf(visits) {
  return visits.map(({ counts }) => counts);
}

function plus(counts, others, sign) {
  return Object.fromEntries(Object.keys(nobody()).map((kind) => [kind, Math.max(0, counts[kind] + sign * others[kind])]));
}
