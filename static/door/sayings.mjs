/*
 * What a verdict says and what to do next, in every language, when the tablet judges alone. The sentences come with the
 * snapshot, so that wording can be put right without a release; those built in here stand in for what it lacks.
 */

import { fullDay, hour } from "./moments.mjs";

const LANGUAGES = ["fi", "sv", "en"];
const NEXT_STEPS = { ended: "next_contact", not_in_use: "next_contact", not_yet: "next_register", full: "next_full" };

/* One line a sentence: key, fi, sv, en. The keys and open places are those of venues/wording.py. */
const BUILT_IN = Object.fromEntries([
  ["welcome", "Tervetuloa! Kortti on voimassa.", "Välkommen! Kortet är giltigt.", "Welcome! The card is valid."],
  ["counts", "Voimassa. Montako lippua?", "Giltigt. Hur många biljetter?", "Valid. How many tickets?"],
  ["already", "Käynti on jo kirjattu klo {time}. Lisätäänkö lippuja?",
    "Besöket är redan registrerat kl. {time}. Lägga till biljetter?",
    "The visit was recorded at {time} already. Add tickets?"],
  ["check", "Voit päästää kävijän sisään. Tarkistamme kortin myöhemmin.",
    "Du kan släppa in besökaren. Vi kontrollerar kortet senare.",
    "You may let the visitor in. We will check the card later."],
  ["technical", "Tekninen häiriö, vika ei ole kävijässä. Kirjoita kortin tunnus.",
    "Tekniskt fel, det beror inte på besökaren. Skriv in kortets kod.",
    "A technical hitch, not the visitor's doing. Type the number of the card."],
  ["booked", "Varattu ennakkoon. Montako lippua?", "Bokat på förhand. Hur många biljetter?",
    "Booked in advance. How many tickets?"],
  ["ended", "Kortin viimeinen päivä oli {day}. Kortin uusii paikka, josta sen sait.",
    "Kortets sista dag var {day}. Det förnyas där du fick det.",
    "The last day of the card was {day}. It is renewed at the place where you got it."],
  ["not_yet", "Korttia ei ole vielä otettu käyttöön.", "Kortet har inte tagits i bruk ännu.",
    "The card has not been taken into use yet."],
  ["not_in_use", "Tämä kortti ei ole käytössä. Ota yhteyttä paikkaan, josta sen sait.",
    "Det här kortet är inte i bruk. Kontakta stället där du fick det.",
    "This card is not in use. Contact the place where you got it."],
  ["wrong_time", "Ovet avautuvat klo {time}.", "Dörrarna öppnas kl. {time}.", "The doors open at {time}."],
  ["wrong_time_over", "Tämän tilaisuuden ovet on jo suljettu.", "Dörrarna till det här evenemanget är redan stängda.",
    "The doors of this event are closed already."],
  ["full", "Tähän tilaisuuteen ei ole enää paikkoja.", "Det finns inga platser kvar till det här evenemanget.",
    "There are no places left for this event."],
  ["limit", "Tämän kuukauden käynnit tässä kohteessa on jo käytetty.", "Månadens besök här är redan använda.",
    "This month's visits here have been used."],
  ["limit_year", "Kortin tämän vuoden liput on jo käytetty.", "Årets biljetter på det här kortet är redan använda.",
    "This year's tickets of this card have been used."],
  ["practice_card", "Tämä on harjoituskortti. Se luetaan vain harjoittelussa.",
    "Det här är ett övningskort. Det läses bara vid övning.", "This is a practice card. It is read in practice only."],
  ["live_card", "Tämä on oikea kortti. Lopeta harjoittelu, niin voit kirjata käynnin.",
    "Det här är ett riktigt kort. Avsluta övningen för att registrera besöket.",
    "This is a real card. End the practice to record it."],
  ["next_contact", "Kävijä pitää korttinsa. Neuvoja: {contact}", "Besökaren behåller kortet. Hjälp: {contact}",
    "The visitor keeps the card. Help: {contact}"],
  ["next_register", "Kortin antanut paikka ottaa sen käyttöön hetkessä. Neuvoja: {contact}",
    "Stället som gav kortet tar det i bruk på en minut. Hjälp: {contact}",
    "The place that gave the card takes it into use in a minute. Help: {contact}"],
  ["next_full", "Toisena päivänä voi olla paikkoja.", "En annan dag kan det finnas platser.",
    "There may be places on another day."],
].map(([key, fi, sv, en]) => [key, { fi, sv, en }]));

/**
 * Return {say, next} for a verdict of rule.mjs: {fi, sv, en} each, `next` null where no step is needed. `texts` are the
 * snapshot's; `lastOn` is the last day on the card, `contact` the telephone of its area.
 */
export function sayingsOf(verdict, { texts = {}, lastOn = null, contact = "" } = {}) {
  const values = (language) => ({
    time: clockOf(verdict.earlier_at ?? verdict.opens_at),
    day: lastOn ? fullDay(lastOn, language) : "",
    contact: contact.replaceAll(" ", "\u00a0"),
  });
  const step = verdict.class === "not_now" ? NEXT_STEPS[verdict.reason] : undefined;
  const written = (key) => Object.fromEntries(LANGUAGES.map((language) => [language,
    fill((texts[key] ?? BUILT_IN[key])[language] ?? BUILT_IN[key][language], values(language))]));
  return { say: written(keyOf(verdict)), next: step ? written(step) : null };
}

/** Return {say, next} for a booking whose word was said and whose card nobody has read. */
export function bookedSaying(texts = {}) {
  const given = texts.booked ?? {};
  return { say: Object.fromEntries(LANGUAGES.map((language) => [language, given[language] ?? BUILT_IN.booked[language]])),
    next: null };
}

/** The keys of the sentences that are built in, with their places: for a test against the service's own. */
export const builtIn = BUILT_IN;

function keyOf(verdict) {
  if (verdict.reason === "wrong_time" && verdict.opens_at === null) return "wrong_time_over";
  const isReason = verdict.class === "not_now" || ["practice_card", "live_card"].includes(verdict.reason);
  return isReason && BUILT_IN[verdict.reason] ? verdict.reason : verdict.class;
}

function clockOf(moment) {
  return moment === null || moment === undefined ? "" : hour(moment);
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/gu, (whole, name) => values[name] ?? whole);
}
