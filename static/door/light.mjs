/*
 * The light that the tablet's screen is drawn for. Plain values; the colours of each are in tokens.css.
 */

const LIGHTS = ["auto", "bright", "dark"];

/** Return a light as it was kept, else "auto": the system's own. */
export function lightOf(kept) {
  return LIGHTS.includes(kept) ? kept : "auto";
}
