/*
 * Asks for a place on the home screen, once, after enrolment: browsers keep what an installed page has recorded, and
 * some forget it after a week otherwise. Also asks the browser not to throw anything away.
 */

import { hook } from "./dom.mjs";

const HINT = "install_hint";

/** Ask the browser to keep what the page keeps; resolves with whether it promised, false where it cannot. */
export async function askToKeep(storage = globalThis.navigator?.storage) {
  try {
    return await storage?.persist?.() ?? false;
  } catch {
    return false;
  }
}

/** Remember that this tablet has just been enrolled, so that its page shows the hint. */
export function planHint(store) {
  return store.remember(HINT, true);
}

/** Show the hint where it is due, with the browser's own offer where it makes one. */
export async function offerInstall({ store, view = globalThis }) {
  let offer = null;
  const button = hook("install-do");
  view.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    button.hidden = false;
    hook("install-how").hidden = true;
  });
  const done = async () => {
    hook("install").hidden = true;
    await store.forget(HINT);
  };
  button.addEventListener("click", async () => {
    await offer.prompt();
    await done();
  });
  hook("install-later").addEventListener("click", async () => {
    await done();
    hook("ready-focus").focus();
  });
  view.addEventListener("appinstalled", done);
  const isInstalled = view.matchMedia("(display-mode: standalone)").matches;
  hook("install").hidden = isInstalled || !await store.recall(HINT);
}
