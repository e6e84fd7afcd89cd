/*
 * How many tickets: from the limits of a verdict to the counts of a visit. All of a party is registered or none, so
 * counts that break one limit are no counts. Plain values.
 */

export const KINDS = ["adult", "child", "worker", "under16", "assistant", "interpreter"];

/** Return counts that hold nobody. */
export function nobody() {
  return Object.fromEntries(KINDS.map((kind) => [kind, 0]));
}

/** Return the kinds that a verdict offers, in the order of the screen. */
export function offered(limits) {
  return KINDS.filter((kind) => (limits[kind] ?? 0) > 0);
}

/**
 * Return the counts a screen begins with: those planned by a booking, or the holder, or a worker; nobody when the visit is
 * recorded already.
 */
export function initial(limits, verdictClass, planned = nobody()) {
  const counts = nobody();
  if (verdictClass === "already") return counts;
  if (total(planned) > 0) return planned;
  const first = ["adult", "worker"].find((kind) => (limits[kind] ?? 0) > 0);
  if (first) counts[first] = 1;
  return counts;
}

/** Return the counts with one kind changed by `by`, kept between nobody and the limit. */
export function stepped(counts, kind, by, limits) {
  const value = Math.min(Math.max(counts[kind] + by, 0), limits[kind] ?? 0);
  return { ...counts, [kind]: value };
}

/** Return whether counts can be registered: somebody comes, and no limit is broken. */
export function isRegistrable(counts, limits) {
  const within = KINDS.every((kind) => Number.isInteger(counts[kind]) && counts[kind] >= 0
    && counts[kind] <= (limits[kind] ?? 0));
  return within && total(counts) > 0;
}

/** Return how many people counts hold. */
export function total(counts) {
  return KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}

/** Return counts added up; a list of none gives nobody. */
export function summed(list) {
  return list.reduce((sum, counts) => Object.fromEntries(KINDS.map((kind) => [kind, sum[kind] + (counts[kind] ?? 0)])),
    nobody());
}
