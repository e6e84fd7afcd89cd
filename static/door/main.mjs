/*
 * Wires the tablet: makes the parts, joins them, and starts what runs by the clock. No rules of its own.
 */

import { createApi } from "./api.mjs";
import { createCameraPanel } from "./camerapanel.mjs";
import { createClock } from "./clock.mjs";
import { createCodeField } from "./codefield.mjs";
import { readConfig } from "./config.mjs";
import { hook, tell } from "./dom.mjs";
import { createFeedback } from "./feedback.mjs";
import { listenToScanner } from "./keyboard.mjs";
import { bindLanguageButtons, createLanguage } from "./language.mjs";
import { current, isComing } from "./occurrences.mjs";
import { createOutbox } from "./outbox.mjs";
import { drawPicker } from "./picker.mjs";
import { bindSound, bindTextSize } from "./preferences.mjs";
import * as ready from "./ready.mjs";
import { createRecordedScreen } from "./recordedscreen.mjs";
import { createRound } from "./round.mjs";
import { createScreen } from "./screen.mjs";
import { createSender } from "./sender.mjs";
import { createSession } from "./session.mjs";
import { openStore } from "./store.mjs";
import { createVerdictScreen } from "./verdictscreen.mjs";
import { createVisits } from "./visits.mjs";
import { drawWaiting } from "./waiting.mjs";

const LOOK_MS = 15 * 1000;
const MEET_MS = 60 * 1000;
const REFRESH_MS = 10 * 60 * 1000;
const RECENT_KEPT_MS = 48 * 3600 * 1000;

const config = readConfig();
const language = createLanguage(config);
const now = () => Date.now();

bindLanguageButtons(language);
bindTextSize();
openStore().then(start, () => {
  hook("storage-failed").hidden = false;
});

async function start(store) {
  const tablet = tabletOver(store);
  bindSheets(tablet);
  bindRefresh(tablet);
  await bindSound(tablet);
  language.onChange(() => redraw(tablet));
  await tablet.session.recall();
  await Promise.all([look(tablet), tablet.camera.begin()]);
  document.documentElement.dataset.ready = "";
  tablet.sender.start();
}

/** Make the tablet's parts and join them. */
function tabletOver(store) {
  const tablet = { store, choice: null, held: { waiting: 0, parked: 0 } };
  const clock = createClock();
  const onChange = () => look(tablet);
  const api = createApi({
    base: config.urls.api,
    onContact: (isReached) => session.noteContact(isReached),
    onRefused: (code) => showRefused(tablet, code),
  });
  const session = createSession({ api, store, clock, onChange });
  const outbox = createOutbox({ store, send: api.sendItems, venue: session.venueId, onChange });
  const sender = createSender({ outbox });
  const screen = createScreen();
  const feedback = createFeedback();
  const visits = createVisits({ api, outbox, store, session, clock, texts: config.texts });
  Object.assign(tablet, { clock, session, outbox, sender, screen, feedback });
  tablet.round = roundOf(tablet, visits);
  bindReading(tablet);
  return tablet;
}

function roundOf(tablet, visits) {
  const { sender, screen, feedback, session } = tablet;
  const round = createRound({
    visits, sender, screen, feedback, language,
    occurrence: () => occurrenceOf(tablet),
    onChecking: () => tablet.camera.say("checking"),
    onShown(verdict) {
      tablet.camera.say(null);
      if (verdict.class !== "technical") tablet.field.clear();
      // A fault may mean that the programme here is not the server's any more.
      if (verdict.class === "technical" && verdict.reason === null) session.refresh().catch(() => {});
    },
    onOver: (text) => tablet.camera.forgetOthers(text),
    onRecorded: (visit) => keepChoice(tablet, visit),
  });
  const verdict = createVerdictScreen({ language, now, onRegister: round.register, onBack: round.back });
  const recorded = createRecordedScreen({ language, now, onUndo: round.undo, onDone: round.done });
  round.show({ verdict, recorded });
  tablet.views = { verdict, recorded };
  return round;
}

function bindReading(tablet) {
  const { round, store, feedback, session } = tablet;
  tablet.camera = createCameraPanel({
    worker: config.urls.worker, store, language, onRead: (text) => round.read(text, "camera"),
  });
  tablet.field = createCodeField({ language, prefixes: () => session.snapshot.prefixes, onCode: round.read });
  listenToScanner(document, (text) => round.read(text, "scanner"));
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => feedback.wake());
  const lost = hook("scanner-lost");
  const showFocus = () => {
    lost.hidden = document.hasFocus();
  };
  for (const change of ["focus", "blur"]) window.addEventListener(change, showFocus);
  lost.addEventListener("click", () => hook("ready-focus").focus());
  showFocus();
}

function bindSheets(tablet) {
  const { screen, round, sender } = tablet;
  const closeSheet = () => {
    screen.close();
    tablet.camera.forgetOthers(null);
  };
  hook("open=\"picker\"").addEventListener("click", () => showPicker(tablet, closeSheet));
  hook("open=\"waiting\"").addEventListener("click", () => {
    screen.show("waiting");
    look(tablet);
    sender.send();
  });
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", closeSheet);
  screen.onEscape("verdict", round.back);
  screen.onEscape("recorded", round.done);
  screen.onEscape("picker", closeSheet);
  screen.onEscape("waiting", closeSheet);
}

/** What runs by the clock: the screen's own look, a greeting to the server, the programme. */
function bindRefresh(tablet) {
  const { session, clock, outbox, store } = tablet;
  const meet = () => session.meet().catch(() => {});
  const refresh = () => session.refresh().catch(() => {});
  const whenSeen = (act) => () => {
    if (!document.hidden) act();
  };
  setInterval(() => look(tablet), LOOK_MS);
  setInterval(whenSeen(() => (session.daysOld === null ? refresh() : meet())), MEET_MS);
  setInterval(whenSeen(refresh), REFRESH_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return clock.slept();
    return Promise.all([meet(), refresh()]);
  });
  window.addEventListener("online", meet);
  meet().then(refresh);
  outbox.forgetOld();
  store.forgetRecent(now() - RECENT_KEPT_MS);
}

function showPicker(tablet, closeSheet) {
  const onPick = (id) => {
    tablet.choice = { id, at: now() };
    closeSheet();
    look(tablet);
  };
  const { occurrences } = tablet.session.snapshot;
  drawPicker({ occurrences, current: occurrenceOf(tablet), now: now(), language, onPick });
  tablet.screen.show("picker");
}

async function showRefused(tablet, code) {
  tablet.refusal = code;
  const { waiting } = await tablet.outbox.counts();
  hook("refused-why").textContent = language.say(code === "device_revoked" ? code : "device_unknown");
  tell(hook("refused-kept"), waiting ? language.say("refused_kept", { count: waiting }) : "");
  if (tablet.screen.current !== "refused") tablet.screen.show("refused");
}

/** Look again: everything on the base that changes by itself. */
async function look(tablet) {
  const { session, outbox, store, screen } = tablet;
  const occurrence = occurrenceOf(tablet);
  ready.drawVenue(session, language);
  ready.drawEvent(occurrence, now(), language);
  tablet.held = await outbox.counts();
  const { isConnected, reachedAt, daysOld } = session;
  ready.drawStatus({ isConnected, reachedAt, daysOld, ...tablet.held }, language);
  ready.drawTally(await store.listRecent(), occurrence, now(), language);
  if (screen.current === "waiting") {
    const held = await outbox.held();
    drawWaiting({ held, venueId: session.venueId(), language, onSend: () => tablet.sender.send() });
  }
}

function redraw(tablet) {
  for (const part of [tablet.camera, tablet.field, tablet.views.verdict, tablet.views.recorded]) part.redraw();
  if (tablet.refusal) showRefused(tablet, tablet.refusal);
  look(tablet);
}

function occurrenceOf({ session, choice }) {
  return current(session.snapshot.occurrences, choice, now());
}

/** A coming day stays chosen while tickets for it are handed out. */
function keepChoice(tablet, visit) {
  if (tablet.choice && isComing(visit.occurrence, now())) tablet.choice.at = now();
  look(tablet);
}
