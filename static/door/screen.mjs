/*
 * The layers of the page: the base, ready to read, and one layer at a time above it. Moves the focus, tells the live
 * region, and closes on Escape. What a layer holds is drawn by its own module.
 */

import { hook } from "./dom.mjs";

/** Return {show(name, said), close(said), current, onEscape}; `before()` is what the live region says first of all. */
export function createScreen(page = document, { before = () => "" } = {}) {
  const base = hook("base", page);
  const live = hook("live", page);
  const layers = new Map(Array.from(page.querySelectorAll("[data-layer]"), (node) => [node.dataset.layer, node]));
  const escapes = new Map();
  let current = null;
  let opener = null;

  function show(name, said = "") {
    // Whoever opened a sheet gets the focus back; a verdict was opened by a card, not by a button.
    if (!current) opener = page.activeElement?.closest("[data-open]") ?? null;
    current = name;
    for (const [other, layer] of layers) layer.hidden = other !== name;
    base.inert = true;
    const layer = layers.get(name);
    layer.scrollTop = 0;
    layer.querySelector("[data-focus]").focus({ preventScroll: true });
    announce(said);
  }

  function close(said = "") {
    current = null;
    for (const layer of layers.values()) layer.hidden = true;
    base.inert = false;
    (opener ?? hook("ready-focus", page)).focus({ preventScroll: true });
    opener = null;
    announce(said);
  }

  function announce(said) {
    live.textContent = said && [before(), said].filter(Boolean).join(" ");
  }

  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current && escapes.has(current)) escapes.get(current)();
  });

  return {
    get current() {
      return current;
    },
    show,
    close,
    announce,
    /** Say what Escape does in a layer. */
    onEscape: (name, act) => escapes.set(name, act),
  };
}
