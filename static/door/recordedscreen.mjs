/*
 * Draws what has just been recorded, with twenty seconds to undo it. The countdown is a number and a bar.
 */

import { hook, tell } from "./dom.mjs";
import { advanceOf, countWords, titleOf, venueOf } from "./ready.mjs";
import { sign } from "./shapes.mjs";

const UNDO_S = 20;
// A second tap on "Register" must not press what has come to stand there.
const DEAF_MS = 700;
const UNDONE_S = 3;

/** Return {draw(recorded, occurrence), drawUndone, redraw, problem, stop}; `venue()`, `onUndo()`, `onDone()`. */
export function createRecordedScreen({ language, now, venue, onUndo, onDone }) {
  let shown = null;
  let left = 0;
  let timer = null;
  let drawnAt = 0;

  function draw(recorded, occurrence) {
    shown = { recorded, occurrence, undone: false };
    drawnAt = now();
    hook("recorded-problem").textContent = "";
    redraw();
    // The bar is a CSS animation: taking it out and putting it in starts it from the beginning.
    const bar = hook("undo-bar");
    bar.replaceWith(bar.cloneNode());
    count(UNDO_S);
  }

  function drawUndone() {
    shown.undone = true;
    redraw();
    count(UNDONE_S);
  }

  function redraw() {
    if (!shown) return;
    const { recorded, occurrence, undone } = shown;
    hook("recorded-shape").replaceChildren(sign(undone ? "not_now" : "welcome"));
    hook("recorded-heading").textContent = heading();
    tell(hook("recorded-venue"), undone ? "" : venueOf(venue(), language));
    tell(hook("recorded-event"), undone ? "" : titleOf(occurrence, language));
    tell(hook("recorded-advance"), undone ? "" : advanceOf(occurrence, recorded.at, language));
    hook("recorded-undo").hidden = undone;
    tellTime();
  }

  function heading() {
    if (shown.undone) return language.say("undone");
    return language.say("recorded", { counts: countWords(shown.recorded.counts, language) });
  }

  function count(seconds) {
    stop();
    left = seconds;
    tellTime();
    timer = setInterval(() => {
      left -= 1;
      tellTime();
      if (left <= 0) onDone();
    }, 1000);
  }

  function tellTime() {
    hook("undo-time").textContent = language.say("undo_time", { seconds: left });
  }

  function stop() {
    clearInterval(timer);
  }

  const listening = (act) => () => {
    if (now() - drawnAt >= DEAF_MS) act();
  };
  hook("undo").addEventListener("click", listening(onUndo));
  hook("next-card").addEventListener("click", listening(onDone));

  return {
    draw,
    drawUndone,
    redraw,
    stop,
    heading,
    problem: (text) => {
      hook("recorded-problem").textContent = text;
    },
  };
}
