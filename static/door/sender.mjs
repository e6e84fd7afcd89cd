/*
 * When the outbox is sent: after every visit, when the network or the screen comes back, every minute, and at start.
 * After a fault the pauses grow, with a random part, and one tab of several does the sending.
 */

const EVERY_MS = 60 * 1000;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 5 * 60 * 1000;
const TIMER_SLACK_MS = 50;
const LOCK = "kaiku-door-outbox";

/** Return how long to wait after so many faults in a row; `random` between 0 and 1 spreads the tablets. */
export function pauseAfter(faults, random) {
  const grown = Math.min(FIRST_PAUSE_MS * 2 ** (faults - 1), LONGEST_PAUSE_MS);
  return Math.round(grown * (0.5 + random / 2));
}

/**
 * Return {send, start}; `schedule(act, milliseconds)` is setTimeout, `random()` between 0 and 1. `now` is a clock that
 * nobody can turn back: the queue would wait until the old time comes again.
 */
export function createSender({
  outbox, locks = globalThis.navigator?.locks, random = Math.random,
  schedule = (act, milliseconds) => setTimeout(act, milliseconds), now = () => performance.now(),
}) {
  let faults = 0;
  let restUntil = 0;
  let running = null;
  let isAskedAgain = false;

  /** Send now; `patient` leaves a pause after faults in peace. Resolves when this round is over. */
  async function send({ patient = false } = {}) {
    if (patient && now() < restUntil - TIMER_SLACK_MS) return;
    if (running) {
      // A visit appended while a round is closing must not wait for the next minute.
      isAskedAgain = true;
      return running;
    }
    running = round();
    await running;
    running = null;
    if (isAskedAgain) {
      isAskedAgain = false;
      await send({ patient: true });
    }
  }

  async function round() {
    try {
      const { waiting } = await outbox.counts();
      if (!waiting) return;
      await alone(locks, () => outbox.flush());
      faults = 0;
      restUntil = 0;
    } catch {
      // Whatever it was, all is still in the outbox; the next round finds it there.
      faults += 1;
      const pause = pauseAfter(faults, random());
      restUntil = now() + pause;
      schedule(() => send({ patient: true }), pause);
    }
  }

  /** Bind the triggers to a window and send what has waited since the last time. */
  function start(view = globalThis) {
    view.addEventListener("online", () => send());
    view.document.addEventListener("visibilitychange", () => {
      if (!view.document.hidden) send();
    });
    view.setInterval(() => send({ patient: true }), EVERY_MS);
    return send();
  }

  return { send, start };
}

/** Run while no other tab sends: it may have begun before our newest visit. Without locks two only cost replays. */
function alone(locks, act) {
  return locks ? locks.request(LOCK, act) : act();
}
