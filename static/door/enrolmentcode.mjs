/*
 * The enrolment code: sixteen Crockford symbols, from a QR or typed. Plain values.
 */

const LENGTH = 16;
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const REPAIRS = { O: "0", I: "1", L: "1" };

/** Return the code as the server takes it: capitals, look-alikes repaired, no spaces or hyphens. */
export function plainCode(text) {
  const compact = text.normalize("NFKC").toUpperCase().replace(/[\s\u2010\u2011\u2013\u2014-]/gu, "");
  return compact.replace(/[OIL]/gu, (symbol) => REPAIRS[symbol]);
}

/** Return what is wrong with a typed code as {key, values}, else null. */
export function codeProblem(text) {
  const symbols = Array.from(plainCode(text));
  const odd = symbols.flatMap((symbol, index) => (SYMBOLS.includes(symbol) ? [] : [index + 1]));
  if (odd.length) return { key: "enrol_code_symbols", values: { places: odd.join(", ") } };
  if (symbols.length !== LENGTH) return { key: "enrol_code_short", values: { count: symbols.length } };
  return null;
}
