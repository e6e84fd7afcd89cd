/*
 * Keeps the base of the page as the tablet stands: venue, event, tally, status line, and the sheets of what waits and of
 * what was registered today.
 */

import { hook, make } from "./dom.mjs";
import { current, isComing } from "./occurrences.mjs";
import * as ready from "./ready.mjs";
import { drawRefused } from "./refused.mjs";
import { tallyLines, tallyOf } from "./tally.mjs";
import { listToday } from "./today.mjs";
import { drawToday } from "./todaysheet.mjs";
import { drawWaiting } from "./waiting.mjs";

/** Look again: everything on the base that changes by itself. */
export async function look(tablet) {
  const { session, outbox, store, screen, language, now } = tablet;
  const occurrence = occurrenceOf(tablet);
  ready.drawVenue(session, language);
  ready.drawEvent(occurrence, now(), language);
  const counts = await outbox.counts();
  const { isConnected, fetchedAt: listAt } = session;
  ready.drawStatus({ isConnected, listAt, ...counts }, now(), language);
  const { practice, rehearsed } = tablet;
  const [recent, held] = await Promise.all([practice.isOn ? rehearsed.listRecent() : store.listRecent(), outbox.held()]);
  drawTally(tablet, { occurrence, recent, held });
  tablet.bookings?.see({ occurrence, recent });
  if (screen.current === "today") drawTodayOf(tablet, recent);
  if (screen.current === "waiting") {
    drawWaiting({ held, venueId: session.venueId(), language, onSend: () => tablet.sender.send() });
  }
}

function drawTally({ session, late, language, now }, { occurrence, recent, held }) {
  const { fetchedAt, isConnected } = session;
  const waitingIds = new Set(held.waiting.map((record) => record.scan_id));
  const lateIds = late.note(waitingIds, fetchedAt);
  const tally = tallyOf({ occurrence, fetchedAt, recent, waitingIds, lateIds, now: now() });
  const lines = tallyLines(tally, isConnected ? null : fetchedAt, language);
  hook("tally").replaceChildren(...lines.map((text) => make("p", { text })));
}

function drawTodayOf(tablet, recent) {
  const { session, language, now, undoEarlier, practice, rehearsed } = tablet;
  const occurrences = practice.isOn ? [rehearsed.evening()] : session.snapshot.occurrences;
  drawToday({ visits: listToday(recent, now()), occurrences, now: now(), language, onUndo: undoEarlier });
}

/** Draw everything again, as after a change of language. */
export function redraw(tablet) {
  for (const part of [tablet.camera, tablet.field, tablet.views.verdict, tablet.views.recorded]) part.redraw();
  drawRefused(tablet);
  look(tablet);
}

/** Return the occurrence that visits are for now, null for a house visit. */
export function occurrenceOf({ session, choice, now, practice, rehearsed }) {
  return practice.isOn ? rehearsed.evening() : current(session.snapshot.occurrences, choice, now());
}

/** A coming day stays chosen while tickets for it are handed out. */
export function keepChoice(tablet, visit) {
  const { choice, now } = tablet;
  if (choice && isComing(visit.occurrence, now())) choice.at = now();
  look(tablet);
}
