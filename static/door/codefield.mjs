/*
 * The field for typing a card's code: says what is wrong while it is typed and before anybody is asked, and keeps
 * what was typed. A hand scanner may type here too.
 */

import { drawHint, hintFor } from "../js/numberhint.mjs";
import { read } from "../js/number.mjs";
import { hook } from "./dom.mjs";
import { createBurst } from "./keyboard.mjs";

const SCANNER_MEAN_GAP_MS = 40;

/** Return {clear, redraw}; `onCode(text, entry)` is called with a code that can be a card's, typed or scanner. */
export function createCodeField({ language, prefixes, onCode }) {
  const field = hook("number");
  const place = hook("number-hint");
  const burst = createBurst(SCANNER_MEAN_GAP_MS);
  let isDone = false;
  let isScanned = false;

  function redraw() {
    const reading = read(field.value, prefixes());
    const hint = field.value || isDone ? hintFor(reading, isDone) : null;
    field.setAttribute("aria-invalid", String(hint?.tone === "fault"));
    drawHint(place, hint, reading.text ?? "", language.words);
    if (hint?.tone === "fault") place.scrollIntoView({ block: "nearest" });
  }

  function clear() {
    field.value = "";
    isDone = false;
    redraw();
  }

  field.addEventListener("keydown", (event) => {
    const { text } = burst.feed(event.key, event.timeStamp);
    isScanned = text !== null;
  });
  field.addEventListener("input", () => {
    isDone = false;
    redraw();
  });
  hook("number-form").addEventListener("submit", (event) => {
    event.preventDefault();
    isDone = true;
    redraw();
    if (read(field.value, prefixes()).kind === "malformed") field.focus();
    else onCode(field.value, isScanned ? "scanner" : "typed");
    isScanned = false;
  });

  return { clear, redraw };
}
