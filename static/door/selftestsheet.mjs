/*
 * "Ready for tonight": opens the sheet, runs the test, draws its lines. A line is a green tick or an amber sign, with one
 * plain next step; nothing on this sheet is red.
 */

import { hook, make, tell } from "./dom.mjs";
import { mend } from "./eviction.mjs";
import { dayOf, hour, shortDay } from "./moments.mjs";
import { probe } from "./probes.mjs";
import { evaluate, isInOrder } from "./selftest.mjs";
import { mark } from "./shapes.mjs";

/** Bind the sheet to a tablet. */
export function bindSelftest(tablet, config) {
  const { screen, language, now } = tablet;
  const button = hook("selftest-run");
  let lines = null;
  let isRunning = false;

  function redraw() {
    if (lines) draw(lines, { language, onMend });
    else hook("selftest-lines").replaceChildren();
    button.textContent = language.say(lines ? "test_again" : "test_run");
    tell(hook("selftest-say"), said());
  }

  function said() {
    if (isRunning) return language.say("test_running");
    if (!lines) return "";
    const open = lines.filter(({ isGood }) => !isGood).length;
    return open ? language.say("test_open", { count: open }) : language.say("test_ready");
  }

  async function run() {
    if (isRunning) return;
    isRunning = true;
    lines = null;
    redraw();
    try {
      lines = evaluate(await probe(tablet, config), now());
      await tablet.news.noteTest(isInOrder(lines)).catch(() => {});
    } finally {
      isRunning = false;
      redraw();
    }
    // All in order is news for the venue's manager; without a network it waits for the next greeting.
    if (isInOrder(lines)) tablet.session.meet().catch(() => {});
  }

  /** What the browser has thrown away is fetched again, and the test looks once more. */
  async function onMend() {
    await mend({ ...tablet, onMended: () => tablet.session.refresh().catch(() => {}) });
    await run();
    button.focus();
  }

  hook("open=\"selftest\"").addEventListener("click", async () => {
    lines = null;
    screen.show("selftest");
    redraw();
    tell(hook("selftest-last"), lastWords(await tablet.news.lastTest(), { language, now: now() }));
  });
  button.addEventListener("click", run);
  screen.onEscape("selftest", screen.close);
  language.onChange(redraw);
}

function lastWords(test, { language, now }) {
  if (!test) return "";
  const day = dayOf(test.at) === dayOf(now) ? "" : `${shortDay(test.at, language.current)} `;
  return language.say(test.isInOrder ? "test_last_good" : "test_last_open", { time: day + hour(test.at) });
}

function draw(lines, { language, onMend }) {
  hook("selftest-lines").replaceChildren(...lines.map(({ name, isGood, say, step, act }) => {
    const body = make("div", { class: "selftest-body" },
      make("h3", { class: "selftest-name", text: language.say(`test_${name}`) }),
      make("p", { text: language.say(say.key, say.values) }));
    if (step) body.append(make("p", { class: "selftest-step", text: language.say(step) }));
    if (act === "mend") body.append(mendButton(language, onMend));
    const row = make("li", { class: "selftest-line", "data-test": name, "data-good": String(isGood) }, body);
    row.prepend(mark(name === "sound" && !isGood ? "silent" : isGood ? "good" : "step"),
      make("span", { class: "visually-hidden", text: language.say(isGood ? "test_good" : "test_look") }));
    return row;
  }));
}

function mendButton(language, onMend) {
  const button = make("button", {
    type: "button", class: "button button-primary door-button", text: language.say("evicted_mend"), "data-selftest-mend": "",
  });
  button.addEventListener("click", () => {
    button.disabled = true;
    onMend();
  }, { once: true });
  return button;
}
