/*
 * Draws what was registered on this tablet today: hour, event, tickets, kind of card, and "Undo" while it can be undone
 * here. No code is shown.
 */

import { hook, make } from "./dom.mjs";
import { hour } from "./moments.mjs";
import { countWords, titleOf } from "./ready.mjs";
import { isUndoable } from "./today.mjs";

/** Draw visits, newest first, where they are others than before; `onUndo(visit)` is called once for a press. */
export function drawToday({ visits, occurrences, now, language, onUndo }) {
  const list = hook("today-list");
  const drawn = JSON.stringify([language.current, visits.map((visit) => [visit.scan_id, visit.undone, isUndoable(visit, now)])]);
  if (list.dataset.drawn === drawn) return;
  list.dataset.drawn = drawn;
  if (!visits.length) {
    list.replaceChildren(make("p", { class: "sheet-say", text: language.say("today_none") }));
    return;
  }
  const rows = visits.map((visit) => row(visit, { occurrences, now, language, onUndo }));
  list.replaceChildren(make("ul", { class: "today-list" }, ...rows));
}

function row(visit, { occurrences, now, language, onUndo }) {
  const occurrence = occurrences.find(({ id }) => id === visit.occurrence) ?? null;
  const isUnlisted = visit.occurrence !== null && !occurrence;
  const what = make("div", { class: "today-what" },
    make("span", { class: "today-counts", text: countWords(visit.counts, language) }),
    make("span", { class: "today-event", text: isUnlisted ? language.say("event") : titleOf(occurrence, language) }),
    make("span", { class: "today-kind", text: language.say(`kind_${visit.kind ?? "unknown"}`) }));
  const line = make("li", { class: "today-row", "data-today": visit.scan_id },
    make("span", { class: "today-when", text: hour(visit.at) }), what);
  line.append(ending(visit, { now, language, onUndo }));
  return line;
}

function ending(visit, { now, language, onUndo }) {
  if (visit.undone) return make("span", { class: "today-end", text: language.say("today_undone") });
  if (!isUndoable(visit, now)) return make("span", { class: "today-end", text: language.say("today_over") });
  const button = make("button", {
    type: "button", class: "button button-secondary door-button", text: language.say("undo"), "data-today-undo": "",
  });
  const which = language.say("today_undo", { counts: countWords(visit.counts, language), time: hour(visit.at) });
  button.append(make("span", { class: "visually-hidden", text: ` ${which}` }));
  button.addEventListener("click", () => {
    button.disabled = true;
    onUndo(visit);
  }, { once: true });
  return button;
}
