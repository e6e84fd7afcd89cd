/*
 * One visit, from a reading to its record: the scan id is made when the card is read, the server is asked within a
 * budget, and what is recorded goes to the outbox. No page here.
 */

import { read } from "../js/number.mjs";
import { nobody } from "./counts.mjs";
import { newId } from "./ids.mjs";
import * as verdicts from "./verdicts.mjs";

const BUDGET_MS = 1500;
const LATE_MS = 8000;
const RULES = 1;

/** Return {begin, ask, register, undo} over the tablet's calls, outbox, session and clock. */
export function createVisits({
  api, outbox, store, session, clock, texts, now = () => Date.now(), id = newId, budget = BUDGET_MS,
}) {
  /** Begin with what was read: `entry` is camera, scanner, typed or backlog. */
  function begin(text, entry, occurrence) {
    return { scanId: id(), at: now(), entry, occurrence, reading: read(text, session.snapshot.prefixes) };
  }

  /**
   * Ask for the verdict: resolves with {verdict, late}. When the budget is over, `verdict` is CHECK and `late` resolves
   * with the server's verdict or null; `signal` ends the waiting.
   */
  async function ask(visit, signal) {
    if (visit.reading.kind === "malformed") return { verdict: verdicts.malformed(texts), late: null };
    const answer = api.check(codeOf(visit), visit.occurrence?.id ?? null, { budget: LATE_MS, signal })
      .then((given) => verdicts.understood(given) ?? verdicts.fault(texts))
      .catch((fault) => verdictOnFault(fault));
    const first = await Promise.race([answer, pause(budget)]);
    if (first) return { verdict: first, late: null };
    return { verdict: verdicts.noAnswer(texts, visit.occurrence), late: first === undefined ? answer : null };
  }

  /** A fault that passes is no answer (null); what the server refuses for good is TECHNICAL. */
  function verdictOnFault(fault) {
    if (fault.isPassing || fault.isRefusal) return null;
    return verdicts.fault(texts, fault.said);
  }

  /** Record a party: resolves with the visit for the screen once the item is durable. */
  async function register(visit, verdict, counts) {
    const base = {
      ...(verdict.card?.ref ? { ref: verdict.card.ref } : { code: codeOf(visit) }),
      occurrence: visit.occurrence?.id ?? null,
    };
    const item = { ...frame(visit.scanId, visit.at), ...base, counts, entry: visit.entry, shown: verdict.class,
      undoes: null, hold: verdict.hold };
    await outbox.append(item);
    const recent = { scan_id: visit.scanId, at: visit.at, occurrence: base.occurrence, counts };
    await keepRecent({ ...recent, undone: false });
    return { ...recent, base, entry: visit.entry, shown: verdict.class };
  }

  /** Undo a recorded visit by an item of its own. */
  async function undo(recorded) {
    const item = { ...frame(id(), now()), ...recorded.base, counts: nobody(), entry: recorded.entry,
      shown: recorded.shown, undoes: recorded.scan_id, hold: null };
    await outbox.append(item);
    const { scan_id, at, occurrence, counts } = recorded;
    await keepRecent({ scan_id, at, occurrence, counts, undone: true });
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
      seq: session.snapshot.n ?? 0,
      rules: RULES,
      shift: null,
    };
  }

  return { begin, ask, register, undo };
}

function codeOf({ reading }) {
  return reading.kind === "own" ? reading.number : reading.code;
}

/** Resolve with undefined, which no verdict is, after a while. */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
