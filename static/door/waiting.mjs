/*
 * Draws what is in the outbox: what waits to be sent, and what the service could not take and a person should see.
 * Card codes are not shown.
 */

import { hook, make } from "./dom.mjs";
import { hour, shortDay } from "./moments.mjs";
import { countWords } from "./ready.mjs";
import { saveFile } from "./savefile.mjs";

/** Draw the list from {waiting, parked}; `venueId` tells which records are another venue's. */
export function drawWaiting({ held, venueId, language, onSend }) {
  const list = hook("waiting-list");
  const { waiting, parked } = held;
  list.replaceChildren();
  if (!waiting.length) list.append(make("p", { class: "sheet-say", text: language.say("waiting_none") }));
  else list.append(...waitingPart(waiting, venueId, language, onSend));
  if (parked.length) list.append(parkedPart(parked, language));
}

function waitingPart(waiting, venueId, language, onSend) {
  const send = make("button", {
    type: "button", class: "button button-primary door-button", text: language.say("send_now"), "data-send": "",
  });
  send.addEventListener("click", () => onSend());
  const rows = waiting.map((record) => {
    const isElsewhere = record.venue !== null && venueId !== null && record.venue !== venueId;
    return row(record, isElsewhere ? language.say("elsewhere_venue") : "", language);
  });
  return [
    make("p", { class: "sheet-say", text: language.say("waiting_kept") }),
    make("ul", { class: "waiting-list" }, ...rows),
    make("p", {}, send),
  ];
}

function parkedPart(parked, language) {
  const rows = parked.map((record) => row(record, said(record.answer, language), language));
  const save = make("button", {
    type: "button", class: "button button-secondary door-button", text: language.say("parked_save"), "data-parked-save": "",
  });
  save.addEventListener("click", () => saveFile(parkedText(parked), "to-be-looked-at.json"));
  return make("section", { class: "sheet-group" },
    make("h3", { text: language.say("parked_title") }),
    make("p", { text: language.say("parked_kept") }),
    make("ul", { class: "waiting-list" }, ...rows),
    make("p", {}, save),
    make("p", { class: "keeping-note", text: language.say("parked_save_what") }));
}

/** Return parked records as a file for people: each as it was sent, with what the service said to it. */
export function parkedText(parked) {
  const rows = parked.map(({ body, state, answer }) => ({ item: JSON.parse(body), state, answer }));
  return JSON.stringify(rows, null, 2);
}

function row(record, note, language) {
  const item = JSON.parse(record.body);
  const what = item.undoes ? language.say("undo_of") : countWords(item.counts, language);
  const when = `${shortDay(item.occurred, language.current)} ${hour(item.occurred)}`;
  const line = make("li", { class: "waiting-row" },
    make("span", { class: "waiting-when", text: when }), make("span", { class: "waiting-what", text: what }));
  if (note) line.append(make("span", { class: "waiting-note", text: note }));
  return line;
}

function said(answer, language) {
  return answer?.say ? language.pick(answer.say) : answer?.said ?? "";
}
