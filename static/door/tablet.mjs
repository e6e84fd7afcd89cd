/*
 * Makes the parts of the tablet and joins them: one object that the wiring hands round. No rules of its own.
 */

import { createApi } from "./api.mjs";
import { keepChoice, look, occurrenceOf } from "./base.mjs";
import { createCameraPanel } from "./camerapanel.mjs";
import { createClock } from "./clock.mjs";
import { createCodeField } from "./codefield.mjs";
import { hook } from "./dom.mjs";
import { createFeedback, signalOf } from "./feedback.mjs";
import { listenToScanner } from "./keyboard.mjs";
import { createKeptBookings } from "./keptbookings.mjs";
import { createCardList } from "./list.mjs";
import { createNews } from "./news.mjs";
import { createOutbox } from "./outbox.mjs";
import { createPractice } from "./practice.mjs";
import { practised } from "./practicesounds.mjs";
import { createPracticeVisits, splitVisits } from "./practicevisits.mjs";
import { createQuiet } from "./quiet.mjs";
import { createRecordedScreen } from "./recordedscreen.mjs";
import { showRefused } from "./refused.mjs";
import { createRound } from "./round.mjs";
import { createScreen } from "./screen.mjs";
import { createSealed } from "./sealed.mjs";
import { createSender } from "./sender.mjs";
import { createSession } from "./session.mjs";
import { createLate } from "./tally.mjs";
import { createVerdictScreen } from "./verdictscreen.mjs";
import { createVisits } from "./visits.mjs";

/** Make the tablet's parts over a store, and join them. */
export function tabletOver({ store, config, language }) {
  const tablet = { store, language, now: () => Date.now(), choice: null, settings: { isRinging: true }, late: createLate() };
  const clock = createClock();
  const onChange = () => look(tablet);
  const api = createApi({
    base: config.urls.api,
    onContact: (isReached) => session.noteContact(isReached),
    onRefused: (code) => showRefused(tablet, code),
  });
  const sealed = createSealed({ store });
  const list = createCardList({ store, sealed });
  const bookings = createKeptBookings({ store, sealed });
  const waiting = async () => (await outbox.counts()).waiting;
  const news = createNews({ store, api });
  const calls = { ...api, status: news.status };
  const session = createSession({ api: calls, store, list, bookings, clock, waiting, onChange: () => follow(tablet) });
  const outbox = createOutbox({ store, send: api.sendItems, venue: session.venueId, onChange });
  const sender = createSender({ outbox });
  Object.assign(tablet, rehearsalOf(tablet, { session, news, texts: config.texts }));
  const { practice, rehearsed } = tablet;
  const screen = createScreen(document, { before: () => (practice.isOn ? `${language.say("practice_word")}.` : "") });
  const feedback = createFeedback({ signal: (name) => (practice.isOn ? practised(signalOf(name)) : signalOf(name)) });
  const live = createVisits({ api, outbox, store, session, list, clock, texts: config.texts });
  const visits = splitVisits(live, rehearsed, () => practice.isOn);
  const quiet = createQuiet({ isOpen: () => screen.current !== null || practice.isOn || hook("number").value !== "" });
  Object.assign(tablet, { api, clock, session, news, outbox, sender, screen, feedback, quiet, visits });
  tablet.round = roundOf(tablet, config.texts);
  bindReading(tablet, config.urls.worker);
  return tablet;
}

/** Practice and its visits, which share nothing with the live ones but the deck and the words. */
function rehearsalOf(tablet, { session, news, texts }) {
  const rehearsed = createPracticeVisits({ session, texts, onMet: (name) => practice.meet(name) });
  const practice = createPractice({
    onChange: () => tablet.onPractice(),
    onDone: () => news.notePractised().catch(() => {}),
  });
  return { practice, rehearsed, onPractice: () => {} };
}

/** After whatever changed what the tablet knows: a server with another past gets what it may have lost. */
async function follow(tablet) {
  const before = await tablet.outbox.counts();
  await tablet.outbox.noteEpoch(tablet.session.snapshot.epoch);
  if ((await tablet.outbox.counts()).waiting > before.waiting) tablet.sender.send();
  await look(tablet);
}

function roundOf(tablet, texts) {
  const { visits, clock, settings, sender, screen, feedback, session, language, now, quiet, practice } = tablet;
  const venue = () => session.snapshot.venue;
  const round = createRound({
    visits, sender, screen, feedback, language, texts,
    occurrence: () => occurrenceOf(tablet),
    isRinging: () => settings.isRinging,
    serverNow: () => now() - clock.offset(),
    onChecking() {
      quiet.stir();
      practice.stir();
      tablet.camera.say("checking");
    },
    onShown(verdict) {
      tablet.camera.say(null);
      if (verdict.class !== "technical") tablet.field.clear();
      // A fault may mean that the programme here is not the server's any more.
      if (verdict.class === "technical" && verdict.reason === null) session.refresh().catch(() => {});
    },
    onOver: (text) => tablet.camera.forgetOthers(text),
    onRecorded: (visit) => keepChoice(tablet, visit),
  });
  const verdict = createVerdictScreen({ language, now, venue, onRegister: round.register, onBack: round.back });
  const recorded = createRecordedScreen({ language, now, venue, onUndo: round.undo, onDone: round.done });
  round.show({ verdict, recorded });
  tablet.views = { verdict, recorded };
  return round;
}

function bindReading(tablet, worker) {
  const { round, store, feedback, session, language, practice, rehearsed } = tablet;
  tablet.camera = createCameraPanel({ worker, store, language, onRead: (text) => round.read(text, "camera") });
  const isAwaited = (text) => practice.isOn && rehearsed.isInDeck(text);
  tablet.field = createCodeField({ language, shapes: () => session.snapshot, onCode: round.read, isAwaited });
  listenToScanner(document, (text) => round.read(text, "scanner"));
  for (const touch of ["pointerdown", "keydown"]) {
    document.addEventListener(touch, () => {
      feedback.wake();
      round.touched();
    }, { capture: true });
  }
  // Nobody sees a ring on a screen that is away.
  document.addEventListener("visibilitychange", () => round.touched());
  const lost = hook("scanner-lost");
  const showFocus = () => {
    lost.hidden = document.hasFocus();
  };
  for (const change of ["focus", "blur"]) window.addEventListener(change, showFocus);
  lost.addEventListener("click", () => hook("ready-focus").focus());
  showFocus();
}
