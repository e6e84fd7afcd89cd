/*
 * The sounds of practice: each verdict's own melody, an octave lower, after two short knocks. A verdict without a sound
 * has none in practice either, so that nobody learns one.
 */

const KNOCKS = [[196, 0, 0.05], [196, 0.09, 0.05]];
const AFTER_KNOCKS = 0.22;

/** Return the signal of practice for a live one: {notes, vibration}, notes as [hertz, start, length]. */
export function practised({ notes, vibration }) {
  if (!notes.length) return { notes, vibration };
  return { notes: [...KNOCKS, ...notes.map(([hertz, start, length]) => [hertz / 2, start + AFTER_KNOCKS, length])], vibration };
}
