/*
 * How the tablet's clock stands to the server's, and whether it has been turned since they last met. `now` and
 * `steady` are functions in milliseconds: the wall clock, and one that nobody can turn.
 */

const JUMP_MS = 5000;

/** Return {met, assume, slept, offset, hasJumped}. */
export function createClock({ now = () => Date.now(), steady = () => performance.now() } = {}) {
  let offset = 0;
  let base = { wall: now(), steady: steady(), slept: false };

  return {
    /** Note the server's time, from a call that was sent at `sent` and answered now. */
    met(serverTime, sent) {
      const wall = now();
      offset = Math.round((sent + wall) / 2 - Date.parse(serverTime));
      base = { wall, steady: steady(), slept: false };
    },
    /** Take the offset of the last meeting before a start; the next meeting puts it right. */
    assume(known) {
      offset = known;
    },
    /** Note that the tablet may have slept: a steady clock can stand still meanwhile. */
    slept() {
      base.slept = true;
    },
    /** Milliseconds by which the tablet is ahead of the server. */
    offset: () => offset,
    /** Whether the wall clock has been turned since the server was last met. */
    hasJumped() {
      const drift = now() - base.wall - (steady() - base.steady);
      return drift < -JUMP_MS || (drift > JUMP_MS && !base.slept);
    },
  };
}
