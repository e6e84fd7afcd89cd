/*
 * Why a counter stops: the register, the places that are left, or how many are let in at a time. Plain values.
 */

/**
 * Return how many places an event has left where that is what limits this party, else null. `occurrence` is one of the
 * snapshot, null for a house visit.
 */
export function placesLeft({ limits, card, hold }, occurrence) {
  const hasQuota = (occurrence?.places_left ?? null) !== null || Boolean(hold);
  const takesChildren = occurrence?.children_take_places !== false && occurrence?.kind !== "course";
  if (!hasQuota || !takesChildren || card?.kind !== "personal") return null;
  const most = (limits.adult ?? 0) + (limits.child ?? 0);
  return most < 1 + card.children ? most : null;
}

/** Return why a kind of ticket goes no higher, as {why, count} for the words of the screen. */
export function whyNoMore(kind, verdict, occurrence) {
  const left = placesLeft(verdict, occurrence);
  if (kind === "child" && left !== null) return { why: "places", count: left };
  if (kind === "child" && verdict.card) return { why: "children", count: verdict.card.children };
  if (kind === "adult") return { why: "adult", count: 1 };
  return { why: "most", count: verdict.limits[kind] };
}
