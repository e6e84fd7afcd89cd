/*
 * Reads card numbers in the browser: the twin of kaikukortti/rules/number.py, driven by the same
 * tests/vectors/numbers.json. Plain text in, plain values out; no page, no network, no words for people.
 */

const LENGTH = 11;
const LONGEST_TEXT = 64;
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const REPAIRS = { O: "0", I: "1", L: "1" };

// Python's idea of white space, which is not that of \s.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACES = new RegExp(SPACE, "gu");
const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "gu");
const HYPHENS = /[-\u2010\u2011\u2013\u2014]/gu;
const CONTROLS = /[\p{Cc}\p{Cf}]/u;
const ELSEWHERE = /^[A-Z0-9-]{4,24}$/u;

/**
 * Read what a camera, a hand scanner or a person gave; every text has an answer.
 * Returns {kind: "own", number} | {kind: "elsewhere", code} | {kind: "malformed", problem, positions, text}.
 */
export function read(text, prefixes) {
  if (Array.from(text).length > LONGEST_TEXT) return malformed("unreadable", [], "");
  const plain = text.normalize("NFKC").replace(EDGES, "").toUpperCase();
  if (CONTROLS.test(plain)) return malformed("unreadable", [], "");

  const raw = plain.replace(SPACES, "");
  const compact = raw.replace(HYPHENS, "");
  if (!compact) return malformed("empty", [], "");
  if (prefixes.includes(compact.slice(0, 2))) return readOwn(compact);

  const slip = prefixSlip(compact, prefixes);
  if (slip) return malformed("prefix", slip, compact);
  if (ELSEWHERE.test(raw)) return { kind: "elsewhere", code: raw };
  const odd = places(Array.from(compact), (symbol) => !ALPHABET.includes(symbol));
  return malformed(odd.length ? "symbol" : "length", odd, compact);
}

/** Return the number as people read it: EK 3F8M 2X9T S. */
export function grouped(number) {
  return [number.slice(0, 2), number.slice(2, 6), number.slice(6, 10), number.slice(10)].join(" ").trim();
}

function readOwn(compact) {
  const symbols = Array.from(compact).map((symbol, index) => (index < 2 ? symbol : REPAIRS[symbol] ?? symbol));
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
