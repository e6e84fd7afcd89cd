/*
 * Browsers may throw away what a page keeps. A cookie of the server's and a mark in the database were set together:
 * the cookie without the mark tells that it happened. One tap gets a new list key and the whole list.
 */

import { hook } from "./dom.mjs";
import { keepEnrolment } from "./keys.mjs";

const COOKIE = "kaiku_door=1";

/** Return whether the browser has thrown away what the tablet kept, from its cookies and the database's mark. */
export function isEvicted(cookies, mark) {
  return cookies.split(/;\s*/u).includes(COOKIE) && !mark;
}

/** Look for it, say it, and bind the button that mends it; `onMended()` fetches the list. Resolves with whether. */
export async function watchEviction({ store, api, language, onMended, page = document }) {
  const found = isEvicted(page.cookie, await store.recall("enrolled"));
  hook("evicted").hidden = !found;
  if (!found) return false;
  hook("evicted-mend").addEventListener("click", () => mend({ store, api, language, onMended }));
  return true;
}

/** Get a new list key, say how it goes, and call `onMended()`, which fetches the list. */
export async function mend({ store, api, language, onMended }) {
  const say = (key) => {
    hook("evicted-say").textContent = key ? language.say(key) : "";
  };
  say("evicted_mending");
  try {
    await keepEnrolment(store, await api.newKey());
  } catch {
    return say("evicted_failed");
  }
  say(null);
  hook("evicted").hidden = true;
  hook("ready-focus").focus();
  return onMended();
}
