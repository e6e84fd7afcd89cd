/*
 * What the mobile card's page needs to be shown without a network, and when it should be fetched anew. Pure.
 */

const STALE_AFTER = 5 * 60_000; // milliseconds

/** Return the addresses of our own files among what a page has loaded, each once. */
export function ownFiles(loaded, origin) {
  const own = loaded.map((address) => new URL(address, origin)).filter((url) => url.origin === origin);
  return [...new Set(own.filter((url) => url.pathname.includes("/static/")).map((url) => url.href))];
}

/** Return whether a page that was shown at a moment should be fetched anew when somebody looks at it again. */
export function isStale({ isKept, shownAt }, now) {
  return isKept || now - shownAt > STALE_AFTER;
}
