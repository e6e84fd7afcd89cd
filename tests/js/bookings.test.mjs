/* Tonight's bookings: the list, the search, what a screen begins with, and a visit by a word from reading to record. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { bookingLines, matching, ownCardWords, planned, tonight } from "../../static/door/bookings.mjs";
import { initial, nobody } from "../../static/door/counts.mjs";
import { bookingsOf, createKeptBookings, withBookings, withoutBookings } from "../../static/door/keptbookings.mjs";
import { createPracticeVisits } from "../../static/door/practicevisits.mjs";
import { ringsFor } from "../../static/door/ring.mjs";
import { createSealed } from "../../static/door/sealed.mjs";
import { recordedAgain } from "../../static/door/today.mjs";
import { isAnother } from "../../static/door/verdicts.mjs";
import { createVisits } from "../../static/door/visits.mjs";
import { fakeStore } from "./fakestore.mjs";

const NOW = Date.parse("2026-11-22T18:00:00+02:00");
const MINUTE = 60 * 1000;
const booking = (word, more = {}) => ({
  ref: `ref-${word}`, word, kind: "single", counts: { adult: 1, child: 2 }, own_cards: 0, needs: [], arrives: null, redeemed: false,
  redeemed_at: null, ...more,
});
const EVENING = { id: 12, kind: "performance", day: "2026-11-22", starts_at: "2026-11-22T17:00:00Z", places_left: 0,
  bookings: [booking("Omena"), booking("Orava"), booking("Kuusi")] };
const LATER = { ...EVENING, id: 13, bookings: [booking("Pilvi")] };
const TOMORROW = { ...EVENING, id: 14, day: "2026-11-23", bookings: [booking("Huomen")] };
const language = { say: (key, values = {}) => [key, ...Object.values(values)].join(" "), count: (kind, many) => `${many} ${kind}` };
const words = (groups) => groups.map(({ occurrence, bookings }) => [occurrence?.id ?? null, ...bookings.map(({ word }) => word)]);
const seen = (more = {}) => ({ current: LATER, recent: [], fetchedAt: NOW - 10 * MINUTE, now: NOW, ...more });

test("tonight is the current event first, then the day's others, then those without an event", () => {
  const known = { occurrences: [EVENING, LATER, TOMORROW], houseBookings: [
    { ...booking("Talo"), day: "2026-11-22" }, { ...booking("Muu"), day: "2026-11-23" }] };
  assert.deepEqual(words(tonight(known, seen())), [[13, "Pilvi"], [12, "Kuusi", "Omena", "Orava"], [null, "Talo"]]);
  assert.deepEqual(words(tonight(known, seen({ current: TOMORROW })))[0], [14, "Huomen"]);
  assert.deepEqual(tonight({ occurrences: [{ ...EVENING, bookings: undefined }] }, seen({ current: null })), []);
});

test("a letter or two find a word, its beginning first", () => {
  const groups = tonight({ occurrences: [EVENING, LATER] }, seen());
  assert.deepEqual(words(matching(groups, "o")), [[12, "Omena", "Orava"]]);
  assert.deepEqual(words(matching(groups, " OR ")), [[12, "Orava"]]);
  assert.deepEqual(words(matching(groups, "ilv")), [[13, "Pilvi"]], "where no word begins so");
  assert.deepEqual(matching(groups, "x"), []);
});

test("what has been redeemed is known from the service and from here, whichever is newer", () => {
  const one = { ...EVENING, bookings: [booking("Omena", { redeemed: true, redeemed_at: "2026-11-22T15:00:00Z" }), booking("Kuusi")] };
  const redeemed = (recent) => tonight({ occurrences: [one] }, seen({ current: one, recent }))[0].bookings.map((row) => row.isRedeemed);
  assert.deepEqual(redeemed([]), [false, true], "Kuusi, Omena");
  const here = { booking: "ref-Kuusi", at: NOW, undone: false };
  assert.deepEqual(redeemed([here]), [true, true]);
  assert.deepEqual(redeemed([{ ...here, undone: true, undone_at: NOW }]), [false, true]);
  const takenBack = { booking: "ref-Omena", at: NOW - 20 * MINUTE, undone: true, undone_at: NOW };
  assert.deepEqual(redeemed([takenBack]), [false, false], "the service does not know yet");
  assert.deepEqual(redeemed([{ ...takenBack, undone_at: NOW - 15 * MINUTE }]), [false, true]);
});

test("a booking is told by counts, needs and hour; own cards by how many were read", () => {
  const group = booking("Metsä", { kind: "group", counts: { worker: 2, under16: 6 }, own_cards: 4, needs: ["step_free"],
    arrives: "2026-11-22T16:30:00Z" });
  assert.deepEqual(bookingLines(group, language),
    ["2\u00a0worker, 6\u00a0under16", "booked_group", "4 own_cards", "booked_arrives 18.30", "need_step_free"]);
  assert.equal(ownCardWords(group, language), "4 own_cards");
  assert.equal(ownCardWords({ ...group, own_read: 1 }, language), "own_cards_read 1 4");
  assert.equal(ownCardWords(booking("Omena"), language), "");
});

test("a screen begins with what is planned, within the limits, and with nobody who is in already", () => {
  const limits = { ...nobody(), worker: 9, under16: 5 };
  const wanted = planned(booking("Metsä", { counts: { worker: 2, under16: 6 } }), limits);
  assert.deepEqual(initial(limits, "counts", wanted), { ...nobody(), worker: 2, under16: 5 });
  assert.deepEqual(initial(limits, "already", wanted), nobody());
  assert.deepEqual(initial({ ...nobody(), adult: 1 }, "welcome", nobody()), { ...nobody(), adult: 1 });
});

test("nothing is registered by itself for more people than the holder", () => {
  const welcome = { class: "welcome", card: { kind: "personal", children: 0 } };
  assert.ok(ringsFor({ ...welcome, booking: null }));
  assert.ok(ringsFor({ ...welcome, booking: booking("Omena", { counts: { adult: 1 } }) }));
  assert.ok(!ringsFor({ ...welcome, booking: booking("Omena", { counts: { adult: 1, assistant: 1 } }) }));
});

test("a booking that the service knows of is another screen", () => {
  const shown = { class: "counts", reason: null, limits: { adult: 1 } };
  assert.ok(isAnother(shown, { ...shown, booking: booking("Omena") }));
  assert.ok(!isAnother({ ...shown, booking: booking("Omena") }, { ...shown, booking: booking("Omena") }));
});

// --- on the disc

async function keptOn(store) {
  const subtle = globalThis.crypto.subtle;
  const key = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  if (!await store.recallKey("list")) await store.keepKeys({ list: key });
  return createKeptBookings({ store, sealed: createSealed({ store }) });
}

test("bookings lie on the disc sealed, apart from the programme, and are put back", async () => {
  const store = fakeStore();
  const snapshot = { n: 7, occurrences: [EVENING], house_bookings: [booking("Talo")] };
  const kept = await keptOn(store);
  assert.equal(await kept.recall(), null);
  await kept.keep(bookingsOf(snapshot));
  const onDisc = JSON.stringify([withoutBookings(snapshot), Array.from((await store.recall("bookings")).ciphertext)]);
  const bytes = new TextDecoder("latin1").decode((await store.recall("bookings")).ciphertext);
  for (const word of ["Omena", "Talo"]) assert.ok(!onDisc.includes(word) && !bytes.includes(word));
  assert.deepEqual(withBookings(withoutBookings(snapshot), await (await keptOn(store)).recall()), snapshot);
  await store.remember("bookings", { ...await store.recall("bookings"), iv: new Uint8Array(12) });
  assert.equal(await kept.recall(), null, "what was changed is as good as none");
  assert.equal(await store.recall("bookings"), undefined);
});

test("without keys, as on plain http, nothing lies on the disc", async () => {
  const store = fakeStore();
  const kept = createKeptBookings({ store, sealed: createSealed({ store, subtle: null }) });
  await kept.keep(bookingsOf({ occurrences: [EVENING] }));
  assert.deepEqual([await store.recall("bookings"), await kept.recall()], [undefined, null]);
});

// --- a visit by a word

const TEXTS = Object.fromEntries(["fi", "sv", "en"].map((code) => [code, { say_fault: "f", practice_event: "p" }]));

function made(checkBooking, { store = fakeStore() } = {}) {
  let number = 0;
  const outbox = { append: async (item) => store.append(() => ({ ...item, scan_id: item.scan_id, state: "waiting" })),
    counts: async () => ({ waiting: 0 }) };
  const visits = createVisits({
    api: { checkBooking, check: () => assert.fail("no card was read") },
    outbox, store,
    session: { snapshot: { prefixes: ["EK"], masks: "", areas: [], texts: {}, n: 7 }, listDays: null, isConnected: true },
    list: { cursor: null, lookUp: () => assert.fail("no card was read") },
    clock: { offset: () => 0, hasJumped: () => false },
    texts: TEXTS, now: () => NOW,
    id: () => {
      number += 1;
      return `id${number}`;
    },
  });
  return { visits, store };
}
const away = async () => {
  throw new Error("no network");
};

test("a word without a network: counts with what is planned, though the event is full and no list is held", async () => {
  const { visits, store } = made(away);
  const visit = visits.beginBooked(EVENING.bookings[0], EVENING);
  const { verdict } = await visits.ask(visit);
  assert.deepEqual([verdict.class, verdict.isByWord, verdict.isUnanswered, verdict.card, verdict.limits.child],
    ["counts", true, true, null, 2]);
  assert.equal(verdict.say.en, "Booked in advance. How many tickets?");
  await visits.register(visit, verdict, { ...nobody(), adult: 1, child: 1 });
  const { booking: ref, occurrence, code, ref: card, entry, shown } = store.outbox[0];
  assert.deepEqual({ ref, occurrence, code, card, entry, shown },
    { ref: "ref-Omena", occurrence: 12, code: undefined, card: undefined, entry: "typed", shown: "counts" });
  const [recent] = await store.listRecent();
  assert.deepEqual([recent.booking, recent.kind], ["ref-Omena", "booked"]);
  assert.ok(!JSON.stringify(recent).includes('"Omena"'), "the word stays sealed");
});

test("the same word again is recorded already, another word is not, and an undo names the booking", async () => {
  const { visits, store } = made(away);
  const [first, second] = EVENING.bookings;
  const visit = visits.beginBooked(first, EVENING);
  const recorded = await visits.register(visit, (await visits.ask(visit)).verdict, { ...nobody(), adult: 1 });
  const classOf = async (one) => (await visits.ask(visits.beginBooked(one, EVENING))).verdict.class;
  assert.deepEqual([await classOf(first), await classOf(second)], ["already", "counts"]);
  await visits.undo(recorded);
  assert.deepEqual([store.outbox[1].booking, store.outbox[1].undoes], ["ref-Omena", "id1"]);
  assert.equal(await classOf(first), "counts");
  assert.equal(await classOf({ ...second, isRedeemed: true, redeemed_at: "2026-11-22T15:00:00Z" }), "already");
});

test("a group's word offers workers and young clients", async () => {
  const { visits } = made(away);
  const group = booking("Metsä", { kind: "group", counts: { worker: 2, under16: 6 }, own_cards: 4 });
  const { verdict } = await visits.ask(visits.beginBooked(group, null));
  assert.deepEqual([verdict.class, verdict.limits.worker, verdict.limits.under16, verdict.limits.adult], ["counts", 9, 30, 0]);
});

test("the service's verdict on a word counts; what it refuses or does not know leaves the tablet's to stand", async () => {
  const answer = { verdict: { class: "not_now", reason: "not_in_use", say: { fi: "Ei" }, limits: {} }, hold: null, booking: null };
  const refused = await made(async (ref, occurrence) => {
    assert.deepEqual([ref, occurrence], ["ref-Omena", 12]);
    return answer;
  }).visits.ask(made(away).visits.beginBooked(EVENING.bookings[0], EVENING));
  assert.deepEqual([refused.verdict.class, refused.verdict.booking.word], ["not_now", "Omena"]);
  const known = { ...booking("Omena"), own_read: 1 };
  const asked = made(async () => ({ ...answer, verdict: { ...answer.verdict, class: "counts" }, booking: known }));
  const { verdict } = await asked.visits.ask(asked.visits.beginBooked(EVENING.bookings[0], EVENING));
  assert.equal(verdict.booking.own_read, 1);
  assert.ok(!verdict.isGone);
});

test("a booking that the service has no more is told, and nothing is planned for it", async () => {
  const answer = { verdict: { class: "check", reason: "elsewhere", say: { fi: "Voit päästää." }, limits: { adult: 1 } }, booking: null };
  const { visits, store } = made(async () => answer);
  const visit = visits.beginBooked(EVENING.bookings[0], EVENING);
  const { verdict } = await visits.ask(visit);
  assert.deepEqual([verdict.isGone, verdict.booking, verdict.isByWord], [true, null, true]);
  await visits.register(visit, verdict, { ...nobody(), adult: 1 });
  assert.equal(store.outbox[0].booking, "ref-Omena", "the registration still says which word it was");
});

test("a word of today can be undone after a reload", () => {
  const record = { body: JSON.stringify({ booking: "ref-Omena", occurrence: 12, entry: "typed", shown: "counts" }) };
  assert.deepEqual(recordedAgain({ scan_id: "a" }, record).base, { booking: "ref-Omena", occurrence: 12 });
});

test("practice has one booking to rehearse, and it is known again until the practice ends", async () => {
  const rehearsed = createPracticeVisits({ session: { snapshot: { practice: [], texts: {}, areas: [] } }, texts: TEXTS, now: () => NOW });
  const evening = rehearsed.evening();
  const [made] = evening.bookings;
  const visit = rehearsed.beginBooked(made);
  const { verdict } = await rehearsed.ask(visit);
  assert.deepEqual([verdict.class, verdict.booking.counts], ["counts", { adult: 1, child: 2 }]);
  await rehearsed.register(visit, verdict, { ...nobody(), adult: 1 });
  const shown = () => tonight({ occurrences: [rehearsed.evening()] },
    seen({ current: rehearsed.evening(), recent: rehearsed.listRecent() }))[0].bookings[0].isRedeemed;
  assert.ok(shown());
  assert.equal((await rehearsed.ask(rehearsed.beginBooked(made))).verdict.class, "already");
  rehearsed.forget();
  assert.ok(!shown());
});
