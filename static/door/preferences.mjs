/*
 * What a tablet's users set for themselves: text size in a cookie that the server reads too, sounds in the store.
 */

import { hook } from "./dom.mjs";

const YEAR_S = 365 * 24 * 3600;

/** Make the text size buttons of a page work. */
export function bindTextSize(page = document) {
  const buttons = page.querySelectorAll("[data-size]");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const { size } = button.dataset;
      page.documentElement.dataset.textSize = size;
      page.cookie = `kaiku_text_size=${size}; path=/; max-age=${YEAR_S}; samesite=lax`;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    });
  }
}

/** Make the sound switch work and remember it. */
export async function bindSound({ feedback, store }) {
  const button = hook("sound");

  function set(isOn) {
    feedback.set(isOn);
    button.setAttribute("aria-pressed", String(isOn));
  }

  button.addEventListener("click", () => {
    set(!feedback.isOn);
    store.remember("sound", feedback.isOn);
    if (feedback.isOn) feedback.give("counts");
  });
  set((await store.recall("sound")) ?? true);
}
