/*
 * One round at the door: a card is read, the verdict shown, the visit registered, perhaps undone, and the next card is
 * awaited. Knows the order of things; asking, keeping and drawing are other modules'.
 */

import { createHoldWatch } from "./hold.mjs";
import { createRing, ringsFor } from "./ring.mjs";
import { isAnother, isRegistrable, notKept } from "./verdicts.mjs";

const SHEETS = ["picker", "waiting", "today", "settings", "selftest", "bookings"];
// The same card read twice is no second visitor (peers.md D6); later it is asked for more tickets.
const ECHO_MS = 5000;

/**
 * Return {read, open, back, drop, touched, register, undo, done, show}. `parts` holds the visits, sender, screen, feedback, language
 * and texts of the tablet, `occurrence()`, `isRinging()`, `serverNow()`, and the hooks onChecking, onShown(verdict),
 * onOver(text) and onRecorded(visit); a test gives its own `timing` {now, later, cancel}.
 */
export function createRound(parts) {
  const { visits, sender, screen, feedback, language, texts, now = () => Date.now() } = parts;
  let views = null;
  let visit = null;
  let verdict = null;
  let recorded = null;
  let asking = null;
  let isKeeping = false;
  const ring = createRing({
    onTick: (seconds) => views.verdict.ring(seconds),
    onEnd: () => register(views.verdict.party()),
    ...parts.timing,
  });
  const holds = createHoldWatch({
    onOver: () => views.verdict.strip(language.say("hold_over")), serverNow: parts.serverNow, ...parts.timing,
  });

  /** Read a text; what comes while another visit is open is passed over, and said. */
  async function read(text, entry) {
    if (screen.current === "refused" || isAsking() || isEcho(text, entry)) return;
    if (entry === "camera" && SHEETS.includes(screen.current)) return;
    if (screen.current === "verdict" && isRegistrable(verdict)) {
      if (text !== visit.text) views.verdict.strip(language.say("another_waits"));
      return;
    }
    leave();
    await ask({ ...visits.begin(text, entry, parts.occurrence()), text });
  }

  /** Open a booking whose word was said, for the event that it is for. */
  async function open(booking, occurrence) {
    if (screen.current === "refused" || isAsking()) return;
    leave();
    await ask(visits.beginBooked(booking, occurrence));
  }

  function isAsking() {
    return asking !== null && verdict === null;
  }

  function isEcho(text, entry) {
    return entry !== "typed" && text === visit?.text && now() - visit.at < ECHO_MS;
  }

  async function ask(begun) {
    const waiting = new AbortController();
    asking = waiting;
    verdict = null;
    visit = begun;
    parts.onChecking();
    const { verdict: first, update, late } = await visits.ask(visit, waiting.signal);
    if (waiting.signal.aborted || screen.current === "refused") return;
    show(first);
    const whileOpen = (act) => (answer) => {
      if (!waiting.signal.aborted && screen.current === "verdict") act(answer);
    };
    update?.then(whileOpen(settle));
    late?.then(whileOpen((answer) => answer && views.verdict.late(answer)));
  }

  function show(given) {
    verdict = given;
    stopTimers();
    const rings = parts.isRinging() && ringsFor(verdict);
    views.verdict.draw(verdict, visit.occurrence, { rings });
    const words = views.verdict.said(verdict);
    screen.show("verdict", rings ? `${words} ${language.say("ring_said")}` : words);
    feedback.give(verdict.class);
    parts.onShown(verdict);
    holds.watch(verdict.hold);
    if (rings) ring.start();
  }

  /** A touch or a key: whoever is at the screen decides, so nothing is registered by itself any more. */
  function touched() {
    if (ring.stop()) views.verdict.openCounts();
  }

  function stopTimers() {
    ring.stop();
    holds.stop();
  }

  /** The server was in time: its verdict counts, and is drawn where it is another. Too late, and a cloud says so. */
  function settle(answer) {
    if (answer && isAnother(verdict, answer)) return show(answer);
    verdict = answer ?? { ...verdict, isUnanswered: true };
    holds.watch(verdict.hold);
    return views.verdict.settle(verdict);
  }

  /** Leave what is on the screen for a new card. */
  function leave() {
    asking?.abort();
    asking = null;
    stopTimers();
    views.recorded.stop();
  }

  /** Go back to reading; while the next card is being asked about, its verdict comes instead. */
  function back() {
    if (isAsking()) return;
    const { text } = visit;
    leave();
    screen.close();
    parts.onOver(text);
  }

  /** Drop what is going on and record nothing: when practice begins, and when it ends. */
  function drop() {
    leave();
    if (["verdict", "recorded"].includes(screen.current)) screen.close();
  }

  async function register(counts) {
    stopTimers();
    if (screen.current !== "verdict") return;
    await keep(showNotKept, async () => {
      recorded = await visits.register(visit, verdict, counts);
      asking?.abort();
      asking = null;
      views.recorded.draw(recorded, visit.occurrence);
      screen.show("recorded", views.recorded.heading());
      parts.onRecorded(visit);
    });
  }

  async function undo() {
    await keep(() => views.recorded.problem(language.say("not_kept")), async () => {
      await visits.undo(recorded);
      views.recorded.drawUndone();
      screen.show("recorded", views.recorded.heading());
      parts.onRecorded(visit);
    });
  }

  /** Nothing is left of a welcome that the tablet could not keep: it is a technical fault, and says so. */
  function showNotKept() {
    stopTimers();
    verdict = notKept(texts);
    views.verdict.draw(verdict, visit.occurrence);
    screen.show("verdict", views.verdict.said(verdict));
  }

  /** Keep something in the outbox once, however often it is pressed, and send it; else `fail()`. */
  async function keep(fail, act) {
    if (isKeeping) return;
    isKeeping = true;
    try {
      await act();
      sender.send();
    } catch {
      fail();
    } finally {
      isKeeping = false;
    }
  }

  return {
    read,
    open,
    back,
    drop,
    touched,
    register,
    undo,
    done: back,
    /** Give the views once they are made: {verdict, recorded}. */
    show: (made) => {
      views = made;
    },
  };
}
