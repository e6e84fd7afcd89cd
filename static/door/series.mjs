/*
 * The numbering of a tablet's registrations: `series` names one life of its storage, `run` counts 1, 2, 3… within it,
 * so that the server notices what never arrived. Plain values; who counts is store.mjs.
 */

const BYTES = 4;

/** Return a new name of a series: eight hexadecimal digits. */
export function newSeries(source = globalThis.crypto) {
  const bytes = source.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return the body of an item as it is kept and sent, byte for byte, with its place in the series. */
export function numbered(item, series, run) {
  return JSON.stringify({ ...item, series, run });
}
