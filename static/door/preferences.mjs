/*
 * What a tablet's users set for themselves: text size in a cookie that the server reads too; light, sounds and the ring in
 * the store.
 */

import { hook } from "./dom.mjs";
import { lightOf } from "./light.mjs";

const YEAR_S = 365 * 24 * 3600;
const SIZE_COOKIE = "kaiku_text_size";

/** Make the text size buttons of a page work; a page that was kept takes the size that was chosen. */
export function bindTextSize(page = document) {
  const buttons = Array.from(page.querySelectorAll("[data-size]"));
  const show = (size) => {
    page.documentElement.dataset.textSize = size;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.size === size));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const { size } = button.dataset;
      page.cookie = `${SIZE_COOKIE}=${size}; path=/; max-age=${YEAR_S}; samesite=lax`;
      show(size);
    });
  }
  const chosen = page.cookie.match(/(?:^|;\s*)kaiku_text_size=(\w+)/u)?.[1];
  if (buttons.some((button) => button.dataset.size === chosen)) show(chosen);
}

/** Make the tablet's own switches work and remember them: sounds, the soft note of "Not now", the ring, the light. */
export async function bindSettings({ feedback, settings, store }) {
  const setSound = (isOn) => feedback.set(isOn);
  const setSoftNote = (isOn) => feedback.setSoftNote(isOn);
  const setRing = (isOn) => {
    settings.isRinging = isOn;
  };
  await Promise.all([
    bindSwitch("sound", { store, initial: true, apply: setSound, onSwitched: () => feedback.give("counts") }),
    bindSwitch("soft-note", { store, initial: false, apply: setSoftNote, onSwitched: () => feedback.give("not_now") }),
    bindSwitch("ring-switch", { store, initial: true, apply: setRing }),
    bindLight(store),
  ]);
}

async function bindSwitch(name, { store, initial, apply, onSwitched = () => {} }) {
  const button = hook(name);
  let isOn = initial;

  function set(on) {
    isOn = on;
    apply(on);
    button.setAttribute("aria-pressed", String(on));
  }

  button.addEventListener("click", () => {
    set(!isOn);
    store.remember(name, isOn);
    if (isOn) onSwitched();
  });
  set((await store.recall(name)) ?? initial);
}

/** The light is chosen once and holds for the whole page: as the system says, bright foyer, dark auditorium. */
async function bindLight(store, page = document) {
  const buttons = Array.from(page.querySelectorAll("[data-light-choice]"));

  function set(light) {
    page.documentElement.dataset.light = light;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.lightChoice === light));
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      set(lightOf(button.dataset.lightChoice));
      store.remember("light", button.dataset.lightChoice);
    });
  }
  set(lightOf(await store.recall("light")));
}
