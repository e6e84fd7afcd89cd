/*
 * Verdicts that the tablet gives alone, and how any verdict is shown: plain values, no page, no network.
 * The rule about cards is the server's; a tablet without an answer lets the visitor in and says CHECK.
 */

import { nobody } from "./counts.mjs";

const CLASSES = ["welcome", "counts", "already", "check", "not_now", "technical"];
const REGISTRABLE = ["welcome", "counts", "already", "check"];
const CHILDREN_UNCHECKED = 3;

/** Return whether visits with this verdict may be registered. */
export function isRegistrable(verdict) {
  return REGISTRABLE.includes(verdict.class);
}

/** TECHNICAL: what was read is no card number, so nobody is asked. `texts` holds every language's words. */
export function malformed(texts) {
  return local("technical", "malformed", versions(texts, "say_malformed"), versions(texts, "next_malformed"), nobody());
}

/** TECHNICAL: the service answered with a fault of ours; `message` is its own sentence, if it had one. */
export function fault(texts, message = null) {
  const next = message ? Object.fromEntries(Object.keys(texts).map((language) => [language, message])) : null;
  return local("technical", null, versions(texts, "say_fault"), next, nobody());
}

/** CHECK: no answer in time; one adult comes in, and whoever is with them can be counted. */
export function noAnswer(texts, occurrence) {
  const child = occurrence?.kind === "course" ? 0 : CHILDREN_UNCHECKED;
  const limits = { ...nobody(), adult: 1, child, assistant: 1, interpreter: 1 };
  return local("check", "no_answer", versions(texts, "say_no_answer"), null, limits);
}

/** Return the server's verdict when this page can show it, else null. */
export function understood(answer) {
  const verdict = answer?.verdict;
  if (!verdict || !CLASSES.includes(verdict.class) || !verdict.say) return null;
  return { ...verdict, limits: { ...nobody(), ...verdict.limits }, hold: answer.hold ?? null };
}

/** Return whether a later answer tells staff something else than what they have seen. */
export function differs(shown, later) {
  return shown.class !== later.class && !(shown.reason === "no_answer" && ["welcome", "check"].includes(later.class));
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
