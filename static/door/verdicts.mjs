/*
 * Verdicts as the screen takes them, whether the tablet gave them or the server, and how they compare: plain values, no
 * page, no network. What the tablet judges by is rule.mjs.
 */

import { nobody } from "./counts.mjs";
import { sayingsOf } from "./sayings.mjs";

const CLASSES = ["welcome", "counts", "already", "check", "not_now", "technical"];
const REGISTRABLE = ["welcome", "counts", "already", "check"];

/** Return whether visits with this verdict may be registered. */
export function isRegistrable(verdict) {
  return REGISTRABLE.includes(verdict.class);
}

/**
 * Return a verdict of rule.mjs as the screen takes it. `found` is {ref, card, contact} of the list or null, `words` the
 * texts of the snapshot. Of the card it tells kind, last day and children, and that only where the visitor comes in.
 */
export function given(judged, found, words) {
  const lastOn = found?.card.last_on ?? null;
  const { say, next } = sayingsOf(judged, { texts: words, lastOn, contact: found?.contact });
  const isShown = found && isRegistrable(judged);
  const card = isShown
    ? { kind: found.card.kind, ref: found.ref, valid_until: lastOn, children: found.card.children } : null;
  const already = judged.earlier_at === null ? null : { at: new Date(judged.earlier_at).toISOString() };
  return { class: judged.class, reason: judged.reason, say, next, card, limits: judged.limits, already, hold: null };
}

/** Return what is wrong with a text that is no card number, as the screen takes it; `texts` holds every language's words. */
export function malformed(judged, texts) {
  if (judged.reason !== "malformed") return given(judged, null, {});
  return local("technical", "malformed", versions(texts, "say_malformed"), versions(texts, "next_malformed"), nobody());
}

/** TECHNICAL: the service answered with a fault of ours; `message` is its own sentence, if it had one. */
export function fault(texts, message = null) {
  const next = message ? Object.fromEntries(Object.keys(texts).map((language) => [language, message])) : null;
  return local("technical", null, versions(texts, "say_fault"), next, nobody());
}

/** TECHNICAL: the browser could not keep the visit, so nothing was recorded. */
export function notKept(texts) {
  return local("technical", "not_kept", versions(texts, "not_kept"), versions(texts, "storage_failed"), nobody());
}

/** Return the server's verdict when this page can show it, else null. */
export function understood(answer) {
  const verdict = answer?.verdict;
  if (!verdict || !CLASSES.includes(verdict.class) || !verdict.say) return null;
  return { ...verdict, limits: { ...nobody(), ...verdict.limits }, hold: answer.hold ?? null,
    booking: answer.booking ?? null };
}

/** Return whether the server's verdict asks for another screen than the one that is shown. */
export function isAnother(shown, later) {
  return shown.class !== later.class || shown.reason !== later.reason
    || (shown.booking?.ref ?? null) !== (later.booking?.ref ?? null)
    || Object.entries(later.limits).some(([kind, most]) => most !== shown.limits[kind]);
}

/**
 * Return the server's verdict on a card that was recorded here and may not have arrived there yet: where it lets the
 * visitor in, the visit is still recorded already, and its places and its hold count.
 */
export function stillAlready(own, answer) {
  return ["welcome", "counts"].includes(answer.class) ? { ...own, limits: answer.limits, hold: answer.hold } : answer;
}

/** Return whether a later answer tells staff something else than what they have seen: who was let in stays so. */
export function differs(shown, later) {
  return shown.class !== later.class && !(shown.class === "check" && ["welcome", "counts"].includes(later.class));
}

/** Return {heading, sentence} from the word of a class and what is said: no word is shown twice. */
export function spoken(word, said) {
  if (!bare(said).startsWith(bare(word))) return { heading: word, sentence: said };
  // A new sentence begins with a capital letter, so "klo 18.42. Lisätäänkö" parts at its second full stop.
  const end = said.search(/[.!?]\s+\p{Lu}/u);
  if (end < 0) return { heading: said, sentence: "" };
  return { heading: said.slice(0, end + 1), sentence: said.slice(end + 1).trim() };
}

function local(verdictClass, reason, say, next, limits) {
  return { class: verdictClass, reason, say, next, card: null, limits, already: null, hold: null };
}

function versions(texts, key) {
  return Object.fromEntries(Object.entries(texts).map(([language, words]) => [language, words[key]]));
}

function bare(text) {
  return text.toLocaleLowerCase("fi").replace(/[.!?]+$/u, "");
}
