/*
 * Draws the list of events: today's first, then the house visit, then coming days. One tap picks.
 */

import { hook, make } from "./dom.mjs";
import { parted } from "./occurrences.mjs";
import { titleOf, whenOf } from "./ready.mjs";

/** Draw the list; `onPick(id)` is called with the id of an occurrence, or null for a house visit. */
export function drawPicker({ occurrences, current, now, language, onPick }) {
  const { today, coming } = parted(occurrences, now);
  const option = (occurrence) => choice(occurrence, { current, now, language, onPick });
  const list = hook("picker-list");
  list.replaceChildren(
    group(language.say("today"), today.map(option), language.say("nothing_today")),
    group(language.say("without_event"), [option(null)]),
  );
  if (coming.length) list.append(group(language.say("coming"), coming.map(option)));
}

function group(title, options, empty = "") {
  const rows = options.map((option) => make("li", {}, option));
  const body = rows.length ? make("ul", { class: "choices-list" }, ...rows) : make("p", { class: "soft", text: empty });
  return make("section", { class: "sheet-group" }, make("h3", { text: title }), body);
}

function choice(occurrence, { current, now, language, onPick }) {
  const id = occurrence?.id ?? null;
  const when = occurrence ? whenOf(occurrence, now, language) : language.say("house_visit_hint");
  const button = make("button", { type: "button", class: "event-choice" },
    make("span", { class: "event-choice-title", text: titleOf(occurrence, language) }),
    make("span", { class: "event-choice-when", text: when }));
  if (id === (current?.id ?? null)) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => onPick(id));
  return button;
}
