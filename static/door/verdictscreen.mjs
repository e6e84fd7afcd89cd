/*
 * Draws a verdict: colour, sign, word, sentence, next step and the counters. Of the card it shows kind, last day and
 * number of children, nothing else. What happens on "Register" and "Back", and when the ring has run, is round.mjs's.
 */

import { bookingLines, ownCardWords, planned } from "./bookings.mjs";
import { initial, isRegistrable as isParty, offered, stepped } from "./counts.mjs";
import { hook, make, tell } from "./dom.mjs";
import { placesLeft, whyNoMore } from "./limits.mjs";
import { fullDay } from "./moments.mjs";
import { advanceOf, titleOf, venueOf } from "./ready.mjs";
import { sign } from "./shapes.mjs";
import { differs, isRegistrable, spoken } from "./verdicts.mjs";

const BY_WORD = ["welcome", "counts", "check"];
const OTHER_MODE = ["practice_card", "live_card"];

/**
 * Return {draw, redraw, settle, strip, late, problem, said, party, ring, openCounts}; `venue()` is the snapshot's,
 * `onRegister(counts)`, `onBack()`.
 */
export function createVerdictScreen({ language, now, venue, onRegister, onBack }) {
  const layer = hook("layer=\"verdict\"");
  const form = hook("verdict-form");
  let shown = null;

  /** Draw a verdict; where it `rings`, the counts stay closed until somebody opens them. */
  function draw(verdict, occurrence, { rings = false } = {}) {
    layer.dataset.ring = rings ? "on" : "off";
    // The ring is a CSS animation: taking it out and putting it in starts it from the beginning.
    const run = hook("ring-run");
    run.replaceWith(run.cloneNode());
    const wanted = verdict.booking ? planned(verdict.booking, verdict.limits) : undefined;
    shown = { verdict, occurrence, counts: initial(verdict.limits, verdict.class, wanted) };
    strip("");
    problem("");
    redraw();
  }

  /** Draw again, as after a change of language: the counts stay. */
  function redraw() {
    if (!shown) return;
    const { verdict, occurrence } = shown;
    const { heading, sentence } = words(verdict);
    layer.className = `verdict verdict-${verdict.class.replace("_", "-")}`;
    hook("verdict-venue").textContent = venueOf(venue(), language);
    hook("verdict-event").textContent = titleOf(occurrence, language);
    hook("verdict-shape").replaceChildren(sign(verdict.class));
    hook("verdict-heading").textContent = heading;
    tell(hook("verdict-sentence"), sentence);
    tell(hook("verdict-next"), language.pick(verdict.next));
    tell(hook("verdict-booked"), booked(verdict));
    tell(hook("verdict-advance"), isRegistrable(verdict) ? advanceOf(occurrence, now(), language) : "");
    hook("verdict-facts").replaceChildren(...facts(verdict));
    drawCounters();
  }

  /** Take the same verdict from the server, or without its answer: the counts stay as staff have set them. */
  function settle(verdict) {
    shown.verdict = verdict;
    hook("verdict-facts").replaceChildren(...facts(verdict));
  }

  function words(verdict) {
    // No card was seen: the word that was said is what staff and visitor share.
    if (verdict.isByWord && verdict.booking && BY_WORD.includes(verdict.class)) {
      return { heading: verdict.booking.word, sentence: language.pick(verdict.say) };
    }
    // A card that is read in the other mode is no fault of anything: its own sentence is the heading.
    const word = OTHER_MODE.includes(verdict.reason) ? "" : language.say(`word_${verdict.class}`);
    return spoken(word, language.pick(verdict.say));
  }

  function booked({ booking, isGone }) {
    if (!booking) return isGone ? language.say("booking_gone") : "";
    return language.say("booked_line", { word: booking.word, what: bookingLines(booking, language)[0] ?? "" });
  }

  function facts(verdict) {
    const { card, isUnanswered, booking } = verdict;
    const lines = booking ? bookingFacts(booking) : [];
    if (card?.kind) lines.push([`fact-${card.kind}`, language.say(`kind_${card.kind}`)]);
    if (card?.valid_until) {
      lines.push(["fact-day", language.say("valid_until", { day: fullDay(card.valid_until, language.current) })]);
    }
    if (card?.children) lines.push(["fact-children", language.say("children_up_to", { count: card.children })]);
    const left = placesLeft(verdict, shown.occurrence);
    if (left !== null) lines.push(["fact-places", language.say("why_places", { count: left })]);
    if (isUnanswered) lines.push(["fact-cloud", language.say("no_answer")]);
    return lines.map(([name, text]) => {
      const line = make("li", { class: `fact ${name}` }, text);
      if (name === "fact-cloud") line.prepend(sign("check"));
      return line;
    });
  }

  function bookingFacts(booking) {
    const needs = bookingLines({ ...booking, own_cards: 0 }, language).slice(1).map((text) => ["fact-need", text]);
    const own = ownCardWords(booking, language);
    return own ? [...needs, ["fact-own-cards", own]] : needs;
  }

  function drawCounters() {
    const { verdict } = shown;
    const may = isRegistrable(verdict);
    hook("counters").hidden = !may;
    hook("verdict-register").hidden = !may;
    hook("counter-rows").replaceChildren(...(may ? offered(verdict.limits).map(counter) : []));
    showRegistrable();
  }

  function counter(kind) {
    const who = language.say(kind);
    const value = make("output", { class: "counter-value", text: String(shown.counts[kind]), "data-value": kind });
    const name = make("span", { class: "counter-name", id: `counter-${kind}`, text: who });
    const fewer = stepButton(kind, -1, language.say("fewer", { who }));
    const more = stepButton(kind, 1, language.say("more", { who }));
    const steps = make("div", { class: "counter-steps" }, fewer, value, more);
    const why = make("p", { class: "counter-why", role: "status", "data-counter-why": "" });
    const row = make("div", { class: "counter", role: "group", "aria-labelledby": name.id }, name, steps, why);
    showLimits(row, kind);
    return row;
  }

  function stepButton(kind, by, label) {
    const button = make("button", { type: "button", class: "counter-step", "aria-label": label, "data-by": by });
    button.append(make("span", { "aria-hidden": "true", text: by < 0 ? "−" : "+" }));
    button.addEventListener("click", () => {
      shown.counts = stepped(shown.counts, kind, by, shown.verdict.limits);
      const row = button.closest(".counter");
      hook("value", row).textContent = String(shown.counts[kind]);
      problem("");
      showLimits(row, kind);
      hook("counter-why", row).textContent = by > 0 && shown.counts[kind] >= shown.verdict.limits[kind] ? why(kind) : "";
      showRegistrable();
    });
    return button;
  }

  function why(kind) {
    const { why: reason, count } = whyNoMore(kind, shown.verdict, shown.occurrence);
    return reason === "children" ? language.count("why_children", count) : language.say(`why_${reason}`, { count });
  }

  /** A button at its end stays in the order of the keyboard and says that it is at its end. */
  function showLimits(row, kind) {
    const value = shown.counts[kind];
    hook("by=\"-1\"", row).setAttribute("aria-disabled", String(value <= 0));
    hook("by=\"1\"", row).setAttribute("aria-disabled", String(value >= shown.verdict.limits[kind]));
  }

  function showRegistrable() {
    const ready = isParty(shown.counts, shown.verdict.limits);
    hook("verdict-register").setAttribute("aria-disabled", String(!ready));
  }

  function strip(text) {
    tell(hook("verdict-strip"), text);
  }

  function problem(text) {
    hook("verdict-problem").textContent = text;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!isRegistrable(shown.verdict)) return;
    if (isParty(shown.counts, shown.verdict.limits)) onRegister(shown.counts);
    else problem(language.say("none_chosen"));
  });
  hook("verdict-back").addEventListener("click", () => onBack());

  /** Tell an answer that came later: in words only, the colour stays as the visitor saw it. */
  function late(answer) {
    if (!differs(shown.verdict, answer)) return;
    strip(language.say("late_answer", { say: language.pick(answer.say) }));
  }

  return {
    draw,
    redraw,
    settle,
    strip,
    late,
    problem,
    /** The tickets as they are chosen now. */
    party: () => shown.counts,
    /** Tell the whole seconds that are left before the visit is registered by itself. */
    ring(seconds) {
      hook("ring-words").textContent = language.say("ring_left", { seconds });
    },
    openCounts() {
      layer.dataset.ring = "off";
    },
    /** The class word and the sentence, as the live region says them. */
    said(verdict) {
      const { heading, sentence } = words(verdict);
      return [heading, sentence, booked(verdict)].filter(Boolean).join(" ");
    },
  };
}
