/*
 * Draws the sheet of tonight's bookings: words, counts, what a group needs, who has come. A touch on a word opens its
 * counts; letters in the search field leave the words that begin with them. The same sheet prints.
 */

import { read } from "../js/number.mjs";
import { bookingLines, countBookings, matching, tonight } from "./bookings.mjs";
import { hook, make, tell } from "./dom.mjs";
import { hour, weekDay } from "./moments.mjs";
import { titleOf, venueOf, whenOf } from "./ready.mjs";
import { mark } from "./shapes.mjs";

/** Bind the sheet to a tablet; `see({occurrence, recent})` follows what the tablet knows. */
export function bindBookings(tablet) {
  const { screen, language, now, session, round } = tablet;
  const search = hook("bookings-search");
  let groups = [];
  let drawn = "";

  function see({ occurrence, recent }) {
    const { practice, rehearsed } = tablet;
    const known = practice.isOn ? { occurrences: [rehearsed.evening()] }
      : { occurrences: session.snapshot.occurrences, houseBookings: session.snapshot.house_bookings };
    groups = tonight(known, { current: occurrence, recent, fetchedAt: session.fetchedAt, now: now() });
    const count = countBookings(groups);
    const button = hook("open=\"bookings\"");
    button.hidden = count === 0;
    button.textContent = language.say("bookings_open", { count });
    if (screen.current === "bookings") redraw();
  }

  /** Draw where it is another list than before: whoever reads it with a screen reader is not thrown back. */
  function redraw() {
    const shown = JSON.stringify([language.current, search.value, groups]);
    if (shown === drawn) return;
    drawn = shown;
    const all = groups.flatMap(({ bookings }) => bookings);
    const left = all.filter(({ isRedeemed }) => !isRedeemed).length;
    hook("bookings-left").textContent = language.say("bookings_left", { count: left, total: all.length });
    hook("bookings-head").textContent = `${venueOf(session.snapshot.venue, language)}, ${weekDay(now(), language.current)}`;
    const found = search.value.trim() ? matching(groups, search.value) : groups;
    const onPick = (booking, occurrence) => round.open(booking, occurrence);
    hook("bookings-list").replaceChildren(...found.map((group) => groupOf(group, { now: now(), language, onPick })));
    const nothing = all.length ? "bookings_not_found" : "bookings_none";
    tell(hook("bookings-none"), found.length ? "" : language.say(nothing));
  }

  function isCard(text) {
    const { kind } = read(text, session.snapshot.prefixes, session.snapshot.masks);
    return kind === "own" || (kind === "elsewhere" && /\d/u.test(text));
  }

  function clear() {
    search.value = "";
    drawn = "";
    redraw();
  }

  hook("open=\"bookings\"").addEventListener("click", () => {
    clear();
    screen.show("bookings");
  });
  search.addEventListener("input", redraw);
  hook("bookings-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const found = search.value.trim() ? countBookings(matching(groups, search.value)) : 0;
    if (found === 1) hook("booking").click();
    // A hand scanner types wherever the focus is.
    else if (found === 0 && isCard(search.value)) round.read(search.value, "scanner");
  });
  hook("bookings-print").addEventListener("click", () => {
    clear();
    window.print();
  });
  language.onChange(redraw);
  tablet.bookings = { see };
}

function groupOf({ occurrence, bookings }, { now, language, onPick }) {
  const when = occurrence ? `, ${whenOf(occurrence, now, language)}` : "";
  const title = make("h3", { text: titleOf(occurrence, language) + when });
  const rows = bookings.map((booking) => make("li", {}, row(booking, { language, onPick: () => onPick(booking, occurrence) })));
  return make("section", { class: "sheet-group" }, title, make("ul", { class: "booking-list" }, ...rows));
}

function row(booking, { language, onPick }) {
  const [counts, ...more] = bookingLines(booking, language);
  const button = make("button", { type: "button", class: "booking-row", "data-booking": booking.ref },
    make("span", { class: "booking-word", text: booking.word }),
    make("span", { class: "booking-counts", text: counts ?? "" }));
  if (more.length) button.append(make("span", { class: "booking-more", text: more.join(" · ") }));
  const came = make("span", { class: "booking-came", "data-came": String(booking.isRedeemed) });
  if (booking.isRedeemed) came.append(mark("good"), cameWords(booking, language));
  button.append(came);
  button.addEventListener("click", onPick);
  return button;
}

function cameWords({ redeemed_at: at }, language) {
  return make("span", { text: at ? language.say("booking_came", { time: hour(at) }) : language.say("booking_redeemed") });
}
