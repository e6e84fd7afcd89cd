/*
 * What the tablet does by the clock and when it comes back to the screen: it looks at itself, greets the server,
 * fetches the list, and forgets what is old enough.
 */

import { look } from "./base.mjs";

const LOOK_MS = 15 * 1000;
const MEET_MS = 60 * 1000;
const REFRESH_MS = 10 * 60 * 1000;
const RECENT_KEPT_MS = 48 * 3600 * 1000;

/** Start the routine of a tablet. Resolves when the server has been asked for the list once, with or without success. */
export function bindRoutine(tablet) {
  const { session, clock, outbox, store, now } = tablet;
  const meet = () => session.meet().catch(() => {});
  const refresh = () => session.refresh().catch(() => {});
  const whenSeen = (act) => () => {
    if (!document.hidden) act();
  };
  setInterval(() => look(tablet), LOOK_MS);
  setInterval(whenSeen(() => (session.fetchedAt === null ? refresh() : meet())), MEET_MS);
  setInterval(whenSeen(refresh), REFRESH_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return clock.slept();
    return Promise.all([meet(), refresh()]);
  });
  window.addEventListener("online", meet);
  outbox.forgetOld();
  store.forgetRecent(now() - RECENT_KEPT_MS);
  return meet().then(refresh);
}
