/*
 * Decides when a camera has seen something new. A card lies in view for many frames: it is told once, and again
 * only after it has been out of view for a while. No camera and no clock here; times are passed in.
 */

const QUIET_MS = 2500;

/** Return {isNew(text, format, at), forgetOthers(text)}; `at` in milliseconds of any steady clock. */
export function createSightings(quiet = QUIET_MS) {
  const seen = new Map();
  let previous = null;

  function isNew(text, format, at) {
    const key = `${format} ${text}`;
    // A bar code has no check of its own: two frames must agree before it counts.
    const sure = format !== "Code39" || previous === key;
    previous = key;
    if (!sure) return false;
    const last = seen.get(text);
    for (const [other, time] of seen) if (at - time >= quiet) seen.delete(other);
    seen.set(text, at);
    return last === undefined || at - last >= quiet;
  }

  /** Forget all but one text: what lies in view and was passed over may be told again. */
  function forgetOthers(text) {
    for (const other of seen.keys()) if (other !== text) seen.delete(other);
  }

  return { isNew, forgetOthers };
}
