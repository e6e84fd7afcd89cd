/*
 * The field for typing a card's code: says what is wrong while it is typed and before anybody is asked, and keeps
 * what was typed. A hand scanner may type here too.
 */

import { drawHint, hintFor } from "../js/numberhint.mjs";
import { read } from "../js/number.mjs";
import { hook } from "./dom.mjs";
import { createBurst } from "./keyboard.mjs";

const SCANNER_MEAN_GAP_MS = 40;

/**
 * Return {clear, redraw}; `onCode(text, entry)` is called with a code that can be a card's, typed or scanner.
 * `shapes()` is the snapshot, which says what numbers look like; `isAwaited(text)` tells of texts that are asked about
 * though they are no card numbers, as in practice.
 */
export function createCodeField({ language, shapes, onCode, isAwaited = () => false }) {
  const field = hook("number");
  const place = hook("number-hint");
  const burst = createBurst(SCANNER_MEAN_GAP_MS);
  let isDone = false;
  let isScanned = false;

  function readingOf(text) {
    const { prefixes, masks } = shapes();
    return read(text, prefixes, masks);
  }

  function redraw() {
    const reading = readingOf(field.value);
    const isSaid = (field.value || isDone) && !isAwaited(field.value);
    const hint = isSaid ? hintFor(reading, isDone) : null;
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
    if (readingOf(field.value).kind === "malformed" && !isAwaited(field.value)) field.focus();
    else onCode(field.value, isScanned ? "scanner" : "typed");
    isScanned = false;
  });

  return { clear, redraw };
}
