/*
 * What practice looks like: the frame, the word on every screen, the checklist, and the way in and out. The frame itself
 * is practice.css's.
 */

import { look } from "./base.mjs";
import { hook, make, tell } from "./dom.mjs";
import { VERDICTS } from "./practice.mjs";
import { mark, sign } from "./shapes.mjs";

// Several cards of the deck are "Not now"; one stands for them.
const KEYS = { not_now: "ended" };

/** Bind practice to a tablet's page. */
export function bindPractice(tablet) {
  const { practice, language, round } = tablet;
  const page = document.documentElement;
  let wasOn = false;

  function redraw() {
    const { isOn } = practice;
    page.dataset.mode = isOn ? "practice" : "live";
    for (const node of document.querySelectorAll("[data-practice-word]")) tell(node, isOn ? language.say("practice_word") : "");
    hook("practice").hidden = !isOn;
    hook("practice-start").hidden = isOn;
    drawChecklist(tablet);
    if (isOn !== wasOn) turn(isOn);
  }

  /** A reading that is going on belongs to the mode it began in, and ends with it. */
  function turn(isOn) {
    wasOn = isOn;
    round.drop();
    tablet.rehearsed.forget();
    tablet.camera.say(null);
    tablet.camera.forgetOthers(null);
    tablet.field.clear();
    hook(isOn ? "practice-heading" : "practice-start").focus();
    look(tablet);
  }

  hook("practice-start").addEventListener("click", practice.enter);
  hook("practice-leave").addEventListener("click", practice.leave);
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, practice.stir);
  language.onChange(redraw);
  tablet.onPractice = redraw;
  redraw();
}

function drawChecklist({ practice, language, round, session }) {
  const { met } = practice;
  const count = VERDICTS.filter((name) => met.has(name)).length;
  hook("practice-count").textContent = practice.isDone
    ? language.say("practice_done") : language.say("practice_count", { count });
  const focused = document.activeElement?.dataset.rehearse;
  hook("practice-list").replaceChildren(...VERDICTS.map((name) => {
    const words = make("span", { text: language.say(`word_${name}`) });
    const button = make("button", { type: "button", class: "practice-card", "data-rehearse": name }, sign(name), words);
    if (met.has(name)) button.append(mark("good"), make("span", { class: "visually-hidden", text: language.say("practice_seen") }));
    // Without the printed deck a touch stands for the card.
    const made = session.snapshot.practice.find(({ key }) => key === (KEYS[name] ?? name));
    button.disabled = !made;
    button.addEventListener("click", () => round.read(made.number, "typed"));
    return make("li", { "data-met": String(met.has(name)) }, button);
  }));
  if (focused) hook(`rehearse="${focused}"`).focus();
}
