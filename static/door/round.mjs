/*
 * One round at the door: a card is read, the verdict shown, the visit registered, perhaps undone, and the next card is
 * awaited. Knows the order of things; asking, keeping and drawing are other modules'.
 */

import { isRegistrable } from "./verdicts.mjs";

const SHEETS = ["picker", "waiting"];
// A hand scanner's second beep on the same card is no second visitor.
const ECHO_MS = 2500;

/**
 * Return {read, back, register, undo, done, show}. `parts` holds the visits, sender, screen, feedback and language of
 * the tablet, `occurrence()`, and the hooks onChecking, onShown(verdict), onOver(text) and onRecorded(visit).
 */
export function createRound(parts) {
  const { visits, sender, screen, feedback, language, now = () => Date.now() } = parts;
  let views = null;
  let visit = null;
  let verdict = null;
  let recorded = null;
  let asking = null;
  let isKeeping = false;

  /** Read a text; what comes while another visit is open is passed over, and said. */
  async function read(text, entry) {
    if (screen.current === "refused" || isAsking() || isEcho(text, entry)) return;
    if (entry === "camera" && SHEETS.includes(screen.current)) return;
    if (screen.current === "verdict" && isRegistrable(verdict)) {
      if (text !== visit.text) views.verdict.strip(language.say("another_waits"));
      return;
    }
    leave();
    await ask(text, entry);
  }

  function isAsking() {
    return asking !== null && verdict === null;
  }

  function isEcho(text, entry) {
    return entry !== "typed" && text === visit?.text && now() - visit.at < ECHO_MS;
  }

  async function ask(text, entry) {
    const waiting = new AbortController();
    asking = waiting;
    verdict = null;
    visit = { ...visits.begin(text, entry, parts.occurrence()), text };
    parts.onChecking();
    const { verdict: first, late } = await visits.ask(visit, waiting.signal);
    if (waiting.signal.aborted || screen.current === "refused") return;
    verdict = first;
    views.verdict.draw(verdict, visit.occurrence);
    screen.show("verdict", views.verdict.said(verdict));
    feedback.give(verdict.class);
    parts.onShown(verdict);
    late?.then((answer) => answer && !waiting.signal.aborted && views.verdict.late(answer));
  }

  /** Leave what is on the screen for a new card. */
  function leave() {
    asking?.abort();
    asking = null;
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

  async function register(counts) {
    await keep(views.verdict, async () => {
      recorded = await visits.register(visit, verdict, counts);
      asking?.abort();
      asking = null;
      views.recorded.draw(recorded, visit.occurrence);
      screen.show("recorded", views.recorded.heading());
      parts.onRecorded(visit);
    });
  }

  async function undo() {
    await keep(views.recorded, async () => {
      await visits.undo(recorded);
      views.recorded.drawUndone();
      screen.show("recorded", views.recorded.heading());
      parts.onRecorded(visit);
    });
  }

  /** Keep something in the outbox once, however often it is pressed, and send it. */
  async function keep(view, act) {
    if (isKeeping) return;
    isKeeping = true;
    try {
      await act();
      sender.send();
    } catch {
      view.problem(language.say("not_kept"));
    } finally {
      isKeeping = false;
    }
  }

  return {
    read,
    back,
    register,
    undo,
    done: back,
    /** Give the views once they are made: {verdict, recorded}. */
    show: (made) => {
      views = made;
    },
  };
}
