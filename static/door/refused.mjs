/*
 * The sheet for a tablet that the server does not take: new here, forgotten, or out of use. What was recorded stays.
 */

import { hook, tell } from "./dom.mjs";

/** Show the sheet for the server's code. */
export async function showRefused(tablet, code) {
  const isKnownHere = Boolean(await tablet.store.recall("enrolled"));
  const { waiting } = await tablet.outbox.counts();
  tablet.refusal = { code, waiting, isFirst: code === "device_unknown" && !isKnownHere && !waiting };
  drawRefused(tablet);
  if (tablet.screen.current !== "refused") tablet.screen.show("refused");
}

/** Draw it in the reader's language, where there is something to draw. */
export function drawRefused({ refusal, language }) {
  if (!refusal) return;
  const { code, waiting, isFirst } = refusal;
  const why = code === "device_revoked" ? language.say("device_revoked") : language.say("device_unknown");
  hook("refused-title").textContent = isFirst ? language.say("first_title") : language.say("refused_title");
  tell(hook("refused-why"), isFirst ? "" : why);
  tell(hook("refused-kept"), waiting ? language.say("refused_kept", { count: waiting }) : "");
  hook("refused-next").textContent = isFirst ? language.say("first_next") : language.say("refused_next");
}
