/*
 * Places that the server keeps for a card that was read: tells when they are given back before the visit is registered.
 * Registering goes on; the service says afterwards if it was one too many. A pure machine; time and timers are passed in.
 */

/** Return {watch(hold), stop}: `onOver()` when a hold runs out; `serverNow()` is the server's time in milliseconds. */
export function createHoldWatch({
  onOver, serverNow, later = (act, ms) => setTimeout(act, ms), cancel = (timer) => clearTimeout(timer),
}) {
  let timer = null;

  function stop() {
    cancel(timer);
    timer = null;
  }

  function watch(hold) {
    stop();
    if (hold) timer = later(onOver, Math.max(0, Date.parse(hold.expires_at) - serverNow()));
  }

  return { watch, stop };
}
