/*
 * Visits in practice: cards of the deck, judged by the same rule as live ones, with a memory that ends with the page.
 * Nothing here knows the outbox, the store or the network, so nothing of it can be kept, sent or counted.
 */

import { candidate, read } from "../js/number.mjs";
import { judgeBooking, readingOf } from "./byword.mjs";
import { newId } from "./ids.mjs";
import { dayOf } from "./moments.mjs";
import { judge, visitOf } from "./rule.mjs";
import * as verdicts from "./verdicts.mjs";

const EVENING = "practice";
const MINUTE_MS = 60 * 1000;
// Words are Finnish nouns, whatever language the screen speaks.
const BOOKED = { ref: "practice", word: "Omena", kind: "single", counts: { adult: 1, child: 2 }, own_cards: 0, needs: [], arrives: null,
  redeemed: false };

/**
 * Return {begin, beginBooked, ask, register, undo} as visits.mjs does, and {isInDeck(text), evening(), listRecent(), forget()}.
 * `onMet(class)` hears of each verdict on a card of the deck; the deck is the snapshot's.
 */
export function createPracticeVisits({ session, texts, onMet = () => {}, now = () => Date.now(), id = newId }) {
  let recent = [];

  const inDeck = (text) => session.snapshot.practice.find(({ number }) => number === candidate(text)) ?? null;

  function begin(text, entry) {
    const { prefixes, masks } = session.snapshot;
    return { isPractice: true, scanId: id(), at: now(), entry, occurrence: evening(), text,
      reading: read(text, prefixes, masks), ref: null, mark: null };
  }

  function beginBooked(booking) {
    const reading = readingOf(booking);
    return { isPractice: true, scanId: id(), at: now(), entry: "typed", occurrence: evening(), text: reading.code, reading, booking,
      ref: null, mark: null };
  }

  async function ask(visit) {
    if (visit.booking) return { verdict: judgeBooked(visit), update: null, late: null };
    const made = inDeck(visit.text);
    const judged = judge(visit.reading, made?.card ?? null, visitAt(visit, made), { listDays: 0, mode: "practice" });
    if (made || judged.reason !== "live_card") onMet(judged.class);
    const verdict = judged.reason === "malformed"
      ? verdicts.malformed(judged, texts) : verdicts.given(judged, foundOf(made), session.snapshot.texts);
    return { verdict, update: null, late: null };
  }

  function judgeBooked(visit) {
    const earlier = recent.filter(({ booking }) => booking === visit.booking.ref);
    return judgeBooking(visit.booking, visitOf(visit.occurrence, { moment: visit.at, earlier }), session.snapshot.texts);
  }

  /** The made-up evening that a card of the deck is read at: doors, places and earlier visits as the deck says. */
  function visitAt(visit, made) {
    const earlier = recent.filter(({ number }) => number === candidate(visit.text));
    if (made?.earlier_minutes) earlier.push({ at: visit.at - made.earlier_minutes * MINUTE_MS, occurrence: EVENING });
    const opensAt = made?.opens_in_minutes ? visit.at + made.opens_in_minutes * MINUTE_MS : null;
    const event = { ...visit.occurrence, opens_at: opensAt, places_left: made?.places_left ?? null };
    return visitOf(event, { moment: visit.at, earlier, limitReached: made?.limit_reached ?? false });
  }

  function foundOf(made) {
    if (!made?.card) return null;
    return { ref: EVENING, card: made.card, contact: session.snapshot.areas[0]?.contact ?? "" };
  }

  /** An event of today for the screens, which is on no programme. */
  function evening() {
    const titles = Object.fromEntries(Object.entries(texts).map(([code, words]) => [`title_${code}`, words.practice_event]));
    return { id: EVENING, kind: "performance", day: dayOf(now()), starts_at: new Date(now()).toISOString(), ends_at: null,
      opens_at: null, closes_at: null, places_left: null, children_take_places: true, bookings: [BOOKED],
      ...titles };
  }

  async function register(visit, verdict, counts) {
    const kept = { isPractice: true, scan_id: visit.scanId, at: visit.at, kept_at: now(), occurrence: EVENING, counts,
      ref: null, mark: null, kind: visit.booking ? "booked" : verdict.card?.kind ?? null, booking: visit.booking?.ref ?? null,
      undone: false };
    recent.push({ ...kept, number: candidate(visit.text) });
    return { ...kept, base: null, entry: visit.entry, shown: verdict.class };
  }

  async function undo(recorded) {
    recent = recent.map((one) => (one.scan_id === recorded.scan_id ? { ...one, undone: true, undone_at: now() } : one));
  }

  return {
    begin,
    beginBooked,
    ask,
    register,
    undo,
    evening,
    isInDeck: (text) => inDeck(text) !== null,
    /** Return what was registered in practice, for the tally; no code is in it. */
    listRecent: () => recent.map(({ number, ...visit }) => visit),
    forget() {
      recent = [];
    },
  };
}

/**
 * Return visits that begin in practice while `isPractising()`, and stay what they began as to their end: a practice visit
 * can never be recorded, nor a real one be lost in practice.
 */
export function splitVisits(live, rehearsed, isPractising) {
  const of = ({ isPractice }) => (isPractice ? rehearsed : live);
  return {
    begin: (...given) => (isPractising() ? rehearsed : live).begin(...given),
    beginBooked: (...given) => (isPractising() ? rehearsed : live).beginBooked(...given),
    ask: (visit, signal) => of(visit).ask(visit, signal),
    register: (visit, ...given) => of(visit).register(visit, ...given),
    undo: (recorded) => of(recorded).undo(recorded),
  };
}
