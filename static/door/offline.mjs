/*
 * The page's side of the service worker: asks the browser to keep the page, and lets a new version take over when
 * nothing waits and nobody is at the screen.
 */

import { scriptAddress } from "../js/trusted.mjs";

const LOOK_MS = 2000;
const ASK_MS = 60 * 60 * 1000;

/** Return whether this browser can keep pages at this address; on plain http it cannot. */
export function canKeepPage(browser = globalThis.navigator) {
  return Boolean(browser?.serviceWorker);
}

/**
 * Keep the page for a start without a network. `isIdle()` resolves with whether the page may be loaded anew now;
 * `reload()` does so. Resolves with whether the browser took it on.
 */
export async function keepPage({
  address, isIdle, reload = () => location.reload(), container = navigator.serviceWorker,
  schedule = (act, milliseconds) => setInterval(act, milliseconds),
}) {
  let isControlled = Boolean(container.controller);
  let isReplaced = false;
  container.addEventListener("controllerchange", () => {
    // The first worker of a tablet serves what was loaded a moment ago; a later one has something new.
    isReplaced = isControlled;
    isControlled = true;
  });
  let registration;
  try {
    registration = await container.register(scriptAddress(address), { updateViaCache: "none" });
  } catch {
    return false;
  }
  const moveOn = async () => {
    if (!isReplaced && !registration.waiting) return;
    if (!await isIdle()) return;
    if (isReplaced) reload();
    else registration.waiting?.postMessage("take over");
  };
  const ask = () => registration.update().catch(() => {});
  schedule(moveOn, LOOK_MS);
  schedule(ask, ASK_MS);
  globalThis.addEventListener?.("online", ask);
  await moveOn();
  return true;
}
