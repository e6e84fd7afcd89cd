/*
 * Reads card numbers in the browser: the twin of kaikukortti/rules/number.py, driven by the same
 * tests/vectors/numbers.json. Plain text in, plain values out; no page, no network, no words for people.
 */

import { holdsOne } from "./identitycode.mjs";

const LENGTH = 11;
const LONGEST_TEXT = 64;
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const REPAIRS = { O: "0", I: "1", L: "1" };
const PRACTICE_PREFIX = "UU";
// A mask is A for a letter, 9 for a digit, * for either: kaikukortti/rules/legacy.py.
const MEANINGS = { A: /^[A-Z]$/u, 9: /^[0-9]$/u, "*": /^[A-Z0-9]$/u };
const MASK = /^[A9*]{4,24}$/u;

// Python's idea of white space, which is not that of \s.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACES = new RegExp(SPACE, "gu");
const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "gu");
const HYPHENS = /[-\u2010\u2011\u2013\u2014]/gu;
const CONTROLS = /[\p{Cc}\p{Cf}]/u;
const ELSEWHERE = /^[A-Z0-9-]{4,24}$/u;

/**
 * Read what a camera, a hand scanner or a person gave; every text has an answer. `masks` are the shapes of numbers from
 * before this service, with blanks between.
 * Returns {kind: "own", number} | {kind: "elsewhere", code} | {kind: "malformed", problem, positions, text}.
 */
export function read(text, prefixes, masks = "") {
  const plain = readable(text);
  if (plain === null) return malformed("unreadable", [], "");
  if (holdsOne(plain)) return malformed("identity", [], "");

  const raw = plain.replace(SPACES, "");
  const compact = raw.replace(HYPHENS, "");
  if (!compact) return malformed("empty", [], "");
  const own = prefixes.includes(compact.slice(0, 2)) ? readOwn(compact) : null;
  if (own?.kind === "own") return own;
  if (compact.startsWith(PRACTICE_PREFIX) && Array.from(compact).length === LENGTH) return readPractice(compact);
  if (fits(masks, compact)) return { kind: "own", number: compact.slice(0, 2) + repaired(compact.slice(2)) };
  return own ?? readForeign(raw, compact, prefixes);
}

/** Return the number that a text would be if it is one of ours: what a list is searched for before anything is judged. */
export function candidate(text) {
  const symbols = Array.from((readable(text) ?? "").replace(SPACES, "").replace(HYPHENS, ""));
  return symbols.slice(0, 2).join("") + repaired(symbols.slice(2).join(""));
}

/** Return the number as people read it: EK 3F8M 2X9T S. */
export function grouped(number) {
  return [number.slice(0, 2), number.slice(2, 6), number.slice(6, 10), number.slice(10)].join(" ").trim();
}

/** Return the text in capitals, or null for what no card, keyboard or scanner gives: long or with controls. */
function readable(text) {
  if (Array.from(text).length > LONGEST_TEXT) return null;
  const plain = text.normalize("NFKC").replace(EDGES, "").toUpperCase();
  return CONTROLS.test(plain) ? null : plain;
}

function readForeign(raw, compact, prefixes) {
  const slip = prefixSlip(compact, prefixes);
  if (slip) return malformed("prefix", slip, compact);
  if (ELSEWHERE.test(raw)) return { kind: "elsewhere", code: raw };
  const odd = places(Array.from(compact), (symbol) => !ALPHABET.includes(symbol));
  return malformed(odd.length ? "symbol" : "length", odd, compact);
}

function readPractice(compact) {
  const own = readOwn(compact);
  return own.kind === "own" ? malformed("practice", [], own.number) : own;
}

function fits(masks, code) {
  const symbols = Array.from(code);
  return masks.split(/\s+/u).some((mask) => MASK.test(mask) && mask.length === symbols.length
    && symbols.every((symbol, index) => MEANINGS[mask[index]].test(symbol)));
}

function repaired(text) {
  return text.replace(/[OIL]/gu, (symbol) => REPAIRS[symbol]);
}

function readOwn(compact) {
  const symbols = Array.from(compact.slice(0, 2) + repaired(compact.slice(2)));
  const odd = places(symbols, (symbol, index) => index >= 2 && !SYMBOLS.includes(symbol));
  if (odd.length) return malformed("symbol", odd, compact);
  if (symbols.length !== LENGTH) return malformed("length", [], compact);
  if (symbols[LENGTH - 1] !== checkSymbol(symbols.slice(0, LENGTH - 1))) return malformed("checksum", [], compact);
  return { kind: "own", number: symbols.join("") };
}

/** Return the wrong places of a prefix that is one slip away from ours when all the rest fits, else null. */
function prefixSlip(compact, prefixes) {
  const symbols = Array.from(compact);
  if (symbols.length !== LENGTH) return null;
  for (const prefix of [...prefixes].sort()) {
    const wrong = [1, 2].filter((place) => symbols[place - 1] !== prefix[place - 1]);
    const swapped = symbols[1] + symbols[0] === prefix;
    if (wrong.length !== 1 && !swapped) continue;
    if (readOwn(prefix + symbols.slice(2).join("")).kind === "own") return wrong;
  }
  return null;
}

/** Return the ISO 7064 MOD 37,36 check symbol of a list of symbols. */
function checkSymbol(symbols) {
  let carry = 18;
  for (const symbol of symbols) carry = (((carry || 36) * 2) % 37 + ALPHABET.indexOf(symbol)) % 36;
  return ALPHABET[(37 - ((carry || 36) * 2) % 37) % 36];
}

function places(symbols, isOdd) {
  return symbols.flatMap((symbol, index) => (isOdd(symbol, index) ? [index + 1] : []));
}

function malformed(problem, positions, text) {
  return { kind: "malformed", problem, positions, text };
}
