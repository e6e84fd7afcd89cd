/*
 * Finds a Finnish personal identity code in a text, so that none is ever taken in: the twin of
 * kaikukortti/rules/identitycode.py, driven by the same tests/vectors/numbers.json.
 */

const HYPHENS = /[\u2010-\u2015\u2212]/gu;
const CANDIDATE = /(?<!\p{Nd})(\d{6})\s*([-+A-FU-Y])\s*(\d{3})\s*([0-9A-Z])(?![0-9A-Z])/gu;
const CENTURIES = { "+": 1800, "-": 1900, U: 1900, V: 1900, W: 1900, X: 1900, Y: 1900 };
const CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY";

/** Return whether a text holds an identity code with a right check symbol; blanks and small letters hide none. */
export function holdsOne(text) {
  const plain = text.normalize("NFKC").toUpperCase().replace(HYPHENS, "-");
  const squeezed = plain.replace(/(?<=\p{Nd})[\s.](?=\p{Nd})/gu, "");
  return [plain, squeezed].some((tried) => Array.from(tried.matchAll(CANDIDATE)).some(isValid));
}

function isValid([, digits, sign, serial, check]) {
  const [day, month, year] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].map(Number);
  const isDay = existsOn(day, month, (CENTURIES[sign] ?? 2000) + year);
  return isDay && Number(serial) >= 2 && check === CHECK[Number(digits + serial) % 31];
}

function existsOn(day, month, year) {
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}
