/*
 * The mobile card's page: has itself kept for times without a network, keeps the screen awake while somebody looks at
 * it, and fetches itself anew when the network is back or after a while, so that a withdrawn card goes and a new last
 * day comes by itself. Without script the page still shows the card.
 */

import { scriptAddress } from "../js/trusted.mjs";
import { isStale, ownFiles } from "./files.mjs";

const TRY_AGAIN = 10_000; // milliseconds, while a kept page is looked at: "online" is often told before it is true

const { worker, scope } = document.querySelector("[data-worker]").dataset;
const shown = { isKept: document.documentElement.dataset.shown === "kept", shownAt: Date.now() };

if ("serviceWorker" in navigator) whenLoaded(keepThisPage);
stayAwake();
addEventListener("online", lookAgain);
if (shown.isKept) setInterval(tryAgain, TRY_AGAIN);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  stayAwake();
  if (isStale(shown, Date.now())) lookAgain();
});

async function keepThisPage() {
  await navigator.serviceWorker.register(scriptAddress(worker), { scope });
  const { active } = await navigator.serviceWorker.ready;
  if (shown.isKept) return;
  const icons = [...document.querySelectorAll("link[rel=icon]")].map((link) => link.href);
  const loaded = [...icons, ...performance.getEntriesByType("resource").map((entry) => entry.name)];
  active.postMessage({ page: location.href, files: ownFiles(loaded, location.origin) });
}

/** The screen stays on while the card is held out; a browser that cannot, or may not, lets it go dark as always. */
async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Refused when the battery is low: nothing to be done, and the holder has seen that hint already.
  }
}

function lookAgain() {
  if (navigator.onLine && isStale(shown, Date.now())) location.reload();
}

async function tryAgain() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => undefined);
  if (answer && answer.status < 500) location.reload();
}

function whenLoaded(act) {
  if (document.readyState === "complete") act();
  else addEventListener("load", act, { once: true });
}
