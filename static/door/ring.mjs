/*
 * The ring: a personal card without children that is WELCOME is registered by itself when the ring has run round, and
 * any touch or key stops it. A pure machine; time and timers are passed in. What it looks like is verdictscreen.mjs's.
 */

export const RING_MS = 2500;
const SECOND_MS = 1000;

/** Return whether a verdict may be registered by itself: every other one waits for "Register". */
export function ringsFor(verdict) {
  const isHolderAlone = verdict.card?.kind === "personal" && verdict.card.children === 0;
  return verdict.class === "welcome" && isHolderAlone && !isPlannedForMore(verdict.booking);
}

/** What is planned for more people than the holder waits for the count of who came. */
function isPlannedForMore(booking) {
  return Object.entries(booking?.counts ?? {}).some(([kind, many]) => many > (kind === "adult" ? 1 : 0));
}

/**
 * Return {start, stop, isRunning}. `onTick(seconds)` tells the whole seconds that are left, `onEnd()` is called once when
 * the time is over; `now` is a clock that nobody can turn.
 */
export function createRing({
  onEnd, onTick = () => {}, now = () => performance.now(), later = (act, ms) => setTimeout(act, ms),
  cancel = (timer) => clearTimeout(timer),
}) {
  let endsAt = null;
  let timer = null;

  function start() {
    stop();
    endsAt = now() + RING_MS;
    step();
  }

  function step() {
    if (endsAt === null) return;
    const left = endsAt - now();
    if (left <= 0) {
      endsAt = null;
      onEnd();
      return;
    }
    onTick(Math.ceil(left / SECOND_MS));
    timer = later(step, left % SECOND_MS || SECOND_MS);
  }

  /** Stop the ring; returns whether it was running. */
  function stop() {
    const wasRunning = endsAt !== null;
    cancel(timer);
    endsAt = null;
    return wasRunning;
  }

  return {
    start,
    stop,
    get isRunning() {
      return endsAt !== null;
    },
  };
}
