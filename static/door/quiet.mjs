/*
 * Tells whether nobody is at the screen: no layer is open, nothing is typed, and nothing was touched or read for a
 * while. Right after the start nobody has been there yet.
 */

const QUIET_MS = 10 * 1000;

/** Return {stir, isQuiet}; `isOpen()` tells whether something on the screen is unfinished. */
export function createQuiet({ isOpen, now = () => Date.now(), view = globalThis }) {
  let stirredAt = -Infinity;
  const stir = () => {
    stirredAt = now();
  };
  for (const touch of ["pointerdown", "keydown"]) view.document?.addEventListener(touch, stir);
  return { stir, isQuiet: () => !isOpen() && now() - stirredAt >= QUIET_MS };
}
