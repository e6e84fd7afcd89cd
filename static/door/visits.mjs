/*
 * One visit, from a reading to its record: the scan id is made when the card is read, the tablet judges by its list, the
 * server is asked within a budget, and what is recorded goes to the outbox. No page here.
 */

import { candidate, read } from "../js/number.mjs";
import { asBooked, judgeBooking, readingOf } from "./byword.mjs";
import { nobody } from "./counts.mjs";
import { newId } from "./ids.mjs";
import { judge, visitOf } from "./rule.mjs";
import * as verdicts from "./verdicts.mjs";

const BUDGET_MS = 1500;
const LATE_MS = 8000;
// A server near by answers within this, and the screen is drawn once.
const HEAD_START_MS = 60;
const RULES = 2;
// A card that comes back so soon is asked for more tickets, whatever the service knows by then (peers.md D6).
const REENTRY_MS = 15 * 1000;
// What only the server may know: worth its whole budget.
const UNKNOWN = ["no_answer", "unregistered", "old_list"];

/** Return {begin, beginBooked, ask, register, undo} over the tablet's calls, outbox, session, list and clock. */
export function createVisits({
  api, outbox, store, session, list, clock, texts, now = () => Date.now(), id = newId, budget = BUDGET_MS,
}) {
  // Without keys there are no marks: the last card is known again by its code, in memory only.
  let last = null;

  /** Begin with what was read: `entry` is camera, scanner, typed or backlog. */
  function begin(text, entry, occurrence) {
    const { prefixes, masks } = session.snapshot;
    return { scanId: id(), at: now(), entry, occurrence, text, reading: read(text, prefixes, masks), ref: null, mark: null };
  }

  /** Begin with a booking whose word was said, for the event that it is for; null is a house visit. */
  function beginBooked(booking, occurrence) {
    const reading = readingOf(booking);
    return { scanId: id(), at: now(), entry: "typed", occurrence, text: reading.code, reading, booking, ref: null, mark: null };
  }

  /**
   * Ask for the verdict: resolves with {verdict, update, late}. The tablet's own verdict comes at once, unless the server
   * is quicker. `update` then resolves with the server's within its budget, or null; `late` with one that comes after it,
   * or null. `signal` ends the waiting.
   */
  async function ask(visit, signal) {
    if (visit.reading.kind === "malformed") {
      const judged = judge(visit.reading, null, visitAt(visit), { listDays: session.listDays });
      return settled(verdicts.malformed(judged, texts));
    }
    const asked = visit.booking ? askBooked(visit, signal) : askCard(visit, signal);
    const isOver = pause(budget);
    const own = await judgeAlone(visit);
    const isOnItsWay = own.class === "already" && await mayBeOnItsWay(own, visit);
    const answer = asked.then((given) => (isOnItsWay && given ? verdicts.stillAlready(own, given) : given));
    const first = await Promise.race([answer, pause(headStart(own))]);
    if (first) return settled(first);
    if (first === null) return settled({ ...own, isUnanswered: true });
    const update = Promise.race([answer, isOver]).then((given) => given ?? null);
    return { verdict: own, update, late: update.then((given) => (given ? null : answer)) };
  }

  function askCard(visit, signal) {
    return api.check(codeOf(visit), visit.occurrence?.id ?? null, { budget: LATE_MS, signal })
      .then((given) => verdicts.understood(given) ?? verdicts.fault(texts))
      .catch((fault) => verdictOnFault(fault));
  }

  /** A service that has no answer about a booking, or none that is known here, leaves the tablet's own to stand. */
  function askBooked({ booking, occurrence }, signal) {
    return api.checkBooking(booking.ref, occurrence?.id ?? null, { budget: LATE_MS, signal })
      .then((given) => verdicts.understood(given))
      .then((given) => given && asBooked(given, booking))
      .catch(() => null);
  }

  /** How long the server may be first; not at all while it is not reached. */
  function headStart(own) {
    if (session.isConnected === false) return 0;
    return UNKNOWN.includes(own.reason) ? budget : Math.min(HEAD_START_MS, budget);
  }

  /** Whether the service may not know yet of what was recorded here: it is seconds old, or something still waits. */
  async function mayBeOnItsWay({ already }, visit) {
    return visit.at - Date.parse(already.at) < REENTRY_MS || (await outbox.counts()).waiting > 0;
  }

  /** What the tablet says by its list, and by what was recorded here of the same card. */
  async function judgeAlone(visit) {
    const { areas, texts: words } = session.snapshot;
    if (visit.booking) return judgeBooked(visit, words);
    const { marks, found } = await lookUp(visit, areas);
    visit.ref = found?.ref ?? null;
    visit.mark = marks[0] ?? null;
    const recent = await store.listRecent().catch(() => []);
    const earlier = recent.filter((one) => one.counts && (isSame(one, visit) || isLast(one, visit)));
    const judged = judge(visit.reading, found?.card ?? null, visitAt(visit, earlier), { listDays: session.listDays });
    return verdicts.given(judged, found, words);
  }

  async function judgeBooked(visit, words) {
    const recent = await store.listRecent().catch(() => []);
    const earlier = recent.filter((one) => one.counts && one.booking === visit.booking.ref);
    return judgeBooking(visit.booking, visitAt(visit, earlier), words);
  }

  function isLast(one, visit) {
    return one.scan_id === last?.scanId && codeOf(visit) === last.code;
  }

  /** A list that cannot be used is no list: the visitor does not wait for it. */
  async function lookUp(visit, areas) {
    try {
      return await list.lookUp([...new Set([codeOf(visit), candidate(visit.text)])], areas);
    } catch {
      return { marks: [], found: null };
    }
  }

  function visitAt(visit, earlier = []) {
    return visitOf(visit.occurrence, { moment: visit.at - clock.offset(), earlier });
  }

  /** A fault that passes is no answer (null); what the server refuses for good is TECHNICAL. */
  function verdictOnFault(fault) {
    if (fault.isPassing || fault.isRefusal) return null;
    return verdicts.fault(texts, fault.said);
  }

  /** Record a party: resolves with the visit for the screen once the item is durable. */
  async function register(visit, verdict, counts) {
    const ref = verdict.card?.ref ?? visit.ref;
    const named = visit.booking ? { booking: visit.booking.ref } : ref ? { ref } : { code: codeOf(visit) };
    const base = { ...named, occurrence: visit.occurrence?.id ?? null };
    const item = { ...frame(visit.scanId, visit.at), ...base, counts, entry: visit.entry, shown: verdict.class,
      undoes: null, hold: verdict.hold?.id ?? null };
    await outbox.append(item);
    // Of the card only its random name, or the keyed hash of a code: enough to know it again on this tablet.
    const recent = { scan_id: visit.scanId, at: visit.at, kept_at: now(), occurrence: base.occurrence, counts, ref,
      mark: visit.mark, kind: visit.booking ? "booked" : verdict.card?.kind ?? null,
      booking: (visit.booking ?? verdict.booking)?.ref ?? null, undone: false };
    last = { scanId: visit.scanId, code: codeOf(visit) };
    await keepRecent(recent);
    return { ...recent, base, entry: visit.entry, shown: verdict.class };
  }

  /** Undo a recorded visit by an item of its own. */
  async function undo(recorded) {
    const item = { ...frame(id(), now()), ...recorded.base, counts: nobody(), entry: recorded.entry,
      shown: recorded.shown, undoes: recorded.scan_id, hold: null };
    await outbox.append(item);
    const { base, entry, shown, ...recent } = recorded;
    await keepRecent({ ...recent, undone: true, undone_at: now() });
  }

  /** The tally of the day is a comfort: a fault in it must not make a recorded visit look lost. */
  async function keepRecent(recent) {
    await store.keepRecent(recent).catch(() => {});
  }

  function frame(scanId, at) {
    return {
      scan_id: scanId,
      occurred: new Date(at).toISOString(),
      offset_ms: clock.offset(),
      jumped: clock.hasJumped(),
      seq: list.cursor?.n ?? session.snapshot.n ?? 0,
      rules: RULES,
      shift: null,
    };
  }

  return { begin, beginBooked, ask, register, undo };
}

function isSame(recent, { ref, mark }) {
  return (ref !== null && recent.ref === ref) || (mark !== null && recent.mark === mark);
}

function settled(verdict) {
  return { verdict, update: null, late: null };
}

function codeOf({ reading }) {
  return reading.kind === "own" ? reading.number : reading.code;
}

/** Resolve with undefined, which no verdict is, after a while. */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
