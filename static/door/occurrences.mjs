/*
 * Which event is going on: plain values in, plain values out. Days are Finnish calendar days, `now` milliseconds.
 * A house visit, which belongs to no event, is the occurrence null.
 */

import { dayOf } from "./moments.mjs";

const HOUR = 3600 * 1000;
const COMING_CHOICE_MS = HOUR / 6;
const USUAL_LENGTH_MS = 2 * HOUR;

/** Part a programme into {today, coming}, each in the order of their hours. */
export function parted(occurrences, now) {
  const day = dayOf(now);
  const ordered = [...occurrences].sort((one, other) => start(one) - start(other));
  return {
    today: ordered.filter((occurrence) => occurrence.day === day),
    coming: ordered.filter((occurrence) => occurrence.day > day),
  };
}

/** Return today's occurrence that is going on or nearest in time; null when today has none. */
export function nearest(occurrences, now) {
  const { today } = parted(occurrences, now);
  const distances = today.map((occurrence) => ({ occurrence, away: distance(occurrence, now) }));
  distances.sort((one, other) => one.away - other.away || start(other.occurrence) - start(one.occurrence));
  return distances[0]?.occurrence ?? null;
}

/**
 * Return the current occurrence: what a person has chosen while that holds, else the nearest of today.
 * `choice` is null or {id, at}, id null for a house visit.
 */
export function current(occurrences, choice, now) {
  if (!isHolding(occurrences, choice, now)) return nearest(occurrences, now);
  return occurrences.find(({ id }) => id === choice.id) ?? null;
}

/** Return whether an occurrence is on a later day than today: then a ticket is handed out in advance. */
export function isComing(occurrence, now) {
  return occurrence !== null && occurrence.day > dayOf(now);
}

/** A choice holds for its day; that of a coming day for ten minutes only, or tonight's guests would land there. */
function isHolding(occurrences, choice, now) {
  if (!choice || dayOf(choice.at) !== dayOf(now)) return false;
  if (choice.id === null) return true;
  const chosen = occurrences.find(({ id }) => id === choice.id);
  if (!chosen) return false;
  return isComing(chosen, now) ? now - choice.at < COMING_CHOICE_MS : true;
}

function distance(occurrence, now) {
  const begins = start(occurrence);
  const ends = occurrence.ends_at ? Date.parse(occurrence.ends_at) : begins + USUAL_LENGTH_MS;
  if (now < begins) return begins - now;
  return Math.max(0, now - ends);
}

function start(occurrence) {
  return Date.parse(occurrence.starts_at);
}
