/*
 * What was registered on this tablet today, newest first, and how long it can be undone here. Plain values, no page.
 */

import { dayOf } from "./moments.mjs";

const UNDO_MS = 15 * 60 * 1000;

/** Return today's visits of the tablet's memory, newest first; `recent` is [{scan_id, at, occurrence, counts, undone}]. */
export function listToday(recent, now) {
  return recent.filter((visit) => dayOf(visit.at) === dayOf(now)).sort((one, other) => other.at - one.at);
}

/** Return whether a visit can be undone on this tablet: for fifteen minutes; later the manager takes it back. */
export function isUndoable(visit, now) {
  return !visit.undone && now - visit.at < UNDO_MS;
}

/**
 * Return a visit of the tablet's memory as visits.undo() takes it, null without its record: what names the card is in the
 * body that was sent. `record` is the one of the outbox.
 */
export function recordedAgain(visit, record) {
  if (!record) return null;
  const { ref, code, booking, occurrence, entry, shown } = JSON.parse(record.body);
  const named = booking ? { booking } : ref ? { ref } : { code };
  return { ...visit, base: { ...named, occurrence }, entry, shown };
}
