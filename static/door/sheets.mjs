/*
 * Opens and closes the sheets above the base: the choice of event, what waits to be sent, what was registered today, and
 * the tablet's settings.
 */

import { look, occurrenceOf } from "./base.mjs";
import { hook } from "./dom.mjs";
import { drawPicker } from "./picker.mjs";
import { countWords } from "./ready.mjs";
import { recordedAgain } from "./today.mjs";

/** Bind the buttons that open and close sheets, and Escape. */
export function bindSheets(tablet) {
  const { screen, round, sender } = tablet;
  const closeSheet = () => {
    screen.close();
    tablet.camera.forgetOthers(null);
  };
  hook("open=\"picker\"").addEventListener("click", () => showPicker(tablet, closeSheet));
  hook("open=\"waiting\"").addEventListener("click", () => {
    screen.show("waiting");
    look(tablet);
    sender.send();
  });
  hook("open=\"today\"").addEventListener("click", () => {
    hook("today-say").textContent = "";
    screen.show("today");
    look(tablet);
  });
  hook("open=\"settings\"").addEventListener("click", () => screen.show("settings"));
  tablet.undoEarlier = (visit) => undoEarlier(tablet, visit);
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", closeSheet);
  screen.onEscape("verdict", round.back);
  screen.onEscape("recorded", round.done);
  for (const sheet of ["picker", "waiting", "today", "settings", "bookings"]) screen.onEscape(sheet, closeSheet);
}

/** Undo a visit of today by an item of its own: with or without a network, and after a reload. */
async function undoEarlier(tablet, visit) {
  const { store, visits, sender, language, screen } = tablet;
  const say = hook("today-say");
  try {
    const recorded = visit.isPractice ? visit : recordedAgain(visit, await store.record(visit.scan_id));
    if (!recorded) throw new Error("The record is gone.");
    await visits.undo(recorded);
    say.textContent = language.say("today_is_undone", { counts: countWords(visit.counts, language) });
    sender.send();
  } catch {
    say.textContent = language.say("today_not_undone");
  }
  await look(tablet);
  // The button that had the focus is gone.
  if (screen.current === "today") hook("focus", hook("layer=\"today\"")).focus({ preventScroll: true });
}

function showPicker(tablet, closeSheet) {
  const { session, language, now, screen } = tablet;
  const onPick = (id) => {
    tablet.choice = { id, at: now() };
    closeSheet();
    look(tablet);
  };
  const { occurrences } = session.snapshot;
  drawPicker({ occurrences, current: occurrenceOf(tablet), now: now(), language, onPick });
  screen.show("picker");
}
