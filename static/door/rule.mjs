/*
 * The verdict rule: the twin of kaikukortti/rules/verdict.py and localverdict.py, driven by the same
 * tests/vectors/verdicts.json. Plain values in, {class, reason, limits, earlier_at, opens_at} out; no words, no network.
 * Days are ISO texts of Finnish days, moments milliseconds; `moment` is the tablet's clock put right by the server's.
 */

import { nobody } from "./counts.mjs";
import { dayOf, dayLater } from "./moments.mjs";

const MOST_HELPERS = 9;
const MOST_WORKERS = 9;
const MOST_UNDER16 = 30;
const MOST_CHILDREN_ELSEWHERE = 9;
const OLDEST_LIST_DAYS = 30;
// What an old list may still refuse: a card that was taken out of use seldom comes back, an ended one is renewed.
const STANDS_ON_OLD_LIST = ["wrong_time", "full", "limit", "not_in_use"];

/**
 * Return the visit that a reading asks about. `event` is an occurrence of the snapshot or null for a house visit;
 * `earlier` are the registrations of the same card on this tablet, [{at, occurrence, undone}].
 */
export function visitOf(event, { moment, earlier = [], limitReached = false }) {
  const day = event?.day ?? dayOf(moment);
  const same = earlier.filter((visit) => !visit.undone && visit.occurrence === (event?.id ?? null)
    && (event || dayOf(visit.at) === day)).map((visit) => at(visit.at));
  return {
    day,
    moment,
    isCourse: event?.kind === "course",
    earlierAt: same.length ? Math.min(...same) : null,
    opensAt: at(event?.opens_at),
    closesAt: at(event?.closes_at),
    placesLeft: event?.places_left ?? null,
    childrenTakePlaces: event?.children_take_places ?? true,
    limitReached,
  };
}

/**
 * Judge a reading by what the tablet holds. `card` is what the list says of it, in practice what the deck says; null when
 * it says nothing. `listDays` is the age of the list in whole days, null without one; `mode` live or practice.
 */
export function judge(reading, card, visit, { listDays, mode = "live" }) {
  if (reading.kind === "malformed") return judgeMalformed(reading, card, visit, mode);
  if (mode === "practice") return verdict("technical", "live_card");
  if (!card) return judgeUnknown(visit, whyUnknown(reading, listDays));
  const judged = judgeCard(card, visit);
  const isOld = listDays === null || listDays > OLDEST_LIST_DAYS;
  if (!isOld || judged.class === "already" || STANDS_ON_OLD_LIST.includes(judged.reason)) return judged;
  return verdict("check", "old_list", ticketLimits(card, visit));
}

function judgeMalformed(reading, card, visit, mode) {
  if (reading.problem !== "practice") return verdict("technical", "malformed");
  if (mode === "live") return verdict("technical", "practice_card");
  return card ? judgeCard(card, visit) : judgeUnknown(visit, "unregistered");
}

function judgeCard(card, visit) {
  const refused = obstacleOfVisit(visit);
  if (refused) return refused;
  const reason = obstacle(card, visit.day);
  if (reason) return verdict("not_now", reason);
  const limits = ticketLimits(card, visit);
  if (visit.earlierAt !== null) return verdict("already", null, limits, { earlier_at: visit.earlierAt });
  return verdict(card.kind === "community" || limits.child > 0 ? "counts" : "welcome", null, limits);
}

/** A code that nobody here can check: the visitor is let in where there is room, the card is marked. */
function judgeUnknown(visit, reason) {
  const refused = obstacleOfVisit(visit);
  if (refused) return refused;
  const limits = ticketLimits({ kind: "personal", children: MOST_CHILDREN_ELSEWHERE }, visit);
  if (visit.earlierAt !== null) return verdict("already", reason, limits, { earlier_at: visit.earlierAt });
  return verdict("check", reason, limits);
}

function whyUnknown(reading, listDays) {
  if (reading.kind === "elsewhere") return "elsewhere";
  if (listDays === null) return "no_answer";
  return listDays > OLDEST_LIST_DAYS ? "old_list" : "unregistered";
}

/** The NOT NOW of the visit itself, whatever the card: the easiest to put right comes first (D10). */
function obstacleOfVisit(visit) {
  const { moment, opensAt, closesAt, placesLeft } = visit;
  // A ticket for a coming day is given out at any hour.
  if (opensAt !== null && moment < opensAt && dayOf(moment) === visit.day) {
    return verdict("not_now", "wrong_time", nobody(), { opens_at: opensAt });
  }
  if (closesAt !== null && moment > closesAt) return verdict("not_now", "wrong_time");
  if (placesLeft !== null && placesLeft < 1 && visit.earlierAt === null) return verdict("not_now", "full");
  return visit.limitReached ? verdict("not_now", "limit") : null;
}

function obstacle(card, day) {
  if (card.state === "stock") return "not_yet";
  if (card.last_on !== null && day > dayLater(card.last_on, card.grace_days ?? 0)) return "ended";
  if (card.first_on !== null && day < card.first_on) return "not_yet";
  const isBack = card.state === "suspended" && card.suspended_until !== null && day >= card.suspended_until;
  return card.state === "active" || isBack ? null : "not_in_use";
}

function ticketLimits(card, visit) {
  const helpers = { ...nobody(), assistant: MOST_HELPERS, interpreter: MOST_HELPERS };
  if (card.kind === "community") {
    return withinPlaces({ ...helpers, worker: MOST_WORKERS, under16: MOST_UNDER16 }, visit);
  }
  return withinPlaces({ ...helpers, adult: 1, child: visit.isCourse ? 0 : card.children }, visit);
}

/** What the places left allow; assistants and interpreters take none. */
function withinPlaces(limits, { placesLeft, childrenTakePlaces }) {
  if (placesLeft === null) return limits;
  const left = Math.max(placesLeft, 0);
  const adult = Math.min(limits.adult, left);
  const worker = Math.min(limits.worker, left);
  if (!childrenTakePlaces) return { ...limits, adult, worker };
  const child = Math.min(limits.child, left - adult);
  return { ...limits, adult, worker, child, under16: Math.min(limits.under16, left) };
}

function verdict(verdictClass, reason, limits = nobody(), { earlier_at: earlierAt = null, opens_at: opensAt = null } = {}) {
  return { class: verdictClass, reason, limits, earlier_at: earlierAt, opens_at: opensAt };
}

function at(moment) {
  return moment === null || moment === undefined ? null : new Date(moment).getTime();
}
