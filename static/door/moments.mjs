/*
 * Days and hours as people at the door read them, always in Finnish time. Moments are ISO texts or milliseconds.
 * The shapes are those of the service's own sentences: 18.42 everywhere, 5.12. and 5.12 and 5 Dec.
 */

const ZONE = "Europe/Helsinki";
const LOCALES = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" };

/** Return the hour: 18.42. */
export function hour(moment) {
  const { hour: hours, minute } = parts(moment, "en", { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  return `${Number(hours)}.${minute}`;
}

/** Return the day without its year: 5.12., 5.12 or 5 Dec. */
export function shortDay(moment, language) {
  const { day, month } = dayParts(moment, language);
  if (language === "en") return `${day} ${month}`;
  return language === "fi" ? `${day}.${month}.` : `${day}.${month}`;
}

/** Return weekday and day: la 5.12. or Sat 5 Dec. */
export function weekDay(moment, language) {
  const { weekday } = parts(moment, language, { weekday: "short" });
  return `${weekday} ${shortDay(moment, language)}`;
}

/** Return a day with its year: 31.1.2027 or 31 Jan 2027. */
export function fullDay(moment, language) {
  const { day, month, year } = dayParts(moment, language);
  return language === "en" ? `${day} ${month} ${year}` : `${day}.${month}.${year}`;
}

/** Return the Finnish calendar day of a moment: 2026-12-05. */
export function dayOf(moment) {
  const { year, month, day } = parts(moment, "en", { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

/** Return the calendar day so many days later: 2028-02-28 and 2 give 2028-03-01. */
export function dayLater(day, days) {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

function dayParts(moment, language) {
  const month = language === "en" ? "short" : "numeric";
  return parts(moment, language === "en" ? "en" : "fi", { day: "numeric", month, year: "numeric" });
}

function parts(moment, language, options) {
  const format = new Intl.DateTimeFormat(LOCALES[language] ?? LOCALES.fi, { timeZone: ZONE, ...options });
  return Object.fromEntries(format.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
}
