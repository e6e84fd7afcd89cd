/*
 * The practice mode: on or off, which verdicts have been met, and leaving by itself. Plain values and timers; what it
 * looks like is practiceview.mjs's, what is read in it practicevisits.mjs's.
 */

// The six classes, in the order of the checklist.
export const VERDICTS = ["welcome", "counts", "already", "check", "not_now", "technical"];
const IDLE_MS = 10 * 60 * 1000;

/**
 * Return {enter, leave, stir, meet(class), isOn, met, isDone}. `onChange()` after whatever changes; `onDone()` once when
 * all six have been met; after ten minutes without a touch or a reading it leaves.
 */
export function createPractice({
  onChange = () => {}, onDone = () => {}, later = (act, ms) => setTimeout(act, ms), cancel = (timer) => clearTimeout(timer),
}) {
  const met = new Set();
  let isOn = false;
  let timer = null;

  const isDone = () => VERDICTS.every((name) => met.has(name));

  function enter() {
    // A whole round was made before: this is the next person's.
    if (isDone()) met.clear();
    isOn = true;
    stir();
    onChange();
  }

  function leave() {
    if (!isOn) return;
    isOn = false;
    cancel(timer);
    onChange();
  }

  /** Somebody is at it: the ten minutes begin anew. */
  function stir() {
    cancel(timer);
    if (isOn) timer = later(leave, IDLE_MS);
  }

  function meet(verdictClass) {
    if (!isOn || met.has(verdictClass)) return;
    met.add(verdictClass);
    onChange();
    if (isDone()) onDone();
  }

  return {
    enter,
    leave,
    stir,
    meet,
    get isOn() {
      return isOn;
    },
    get met() {
      return new Set(met);
    },
    get isDone() {
      return isDone();
    },
  };
}
