/*
 * The outbox: every visit goes through it, with a network or without. A body is fixed when it is appended and sent
 * byte for byte until the server has answered for it; nothing is dropped. When to send is sender.mjs.
 *
 * States of a record: waiting → sent (kept seven days, and sent once more to a server that was put back to an earlier
 * state) | parked | conflict (kept and shown).
 */

import { numbered } from "./series.mjs";

const BATCH = 100;
const KEPT_SENT_MS = 7 * 24 * 3600 * 1000;
const STATES = { accepted: "sent", flagged: "sent", replay: "sent", parked: "parked", conflict: "conflict" };
const TOO_BAD = [400, 413, 415, 422];

/**
 * Return the outbox over a store. `send(bodies)` resolves with {answers} or rejects with an ApiFault;
 * `venue()` names the venue that the tablet belongs to now, null while unknown.
 */
export function createOutbox({ store, send, venue, now = () => Date.now(), onChange = () => {} }) {
  let epochNoted = null;

  /** Keep an item durably; only then may the screen say that it is recorded. Rejects when the browser cannot. */
  async function append(item) {
    await store.append((series, run) => ({
      scan_id: item.scan_id,
      body: numbered(item, series, run),
      state: "waiting",
      venue: venue(),
      queued_at: now(),
      sent_at: null,
      answer: null,
    }));
    onChange();
  }

  /** Send what waits, oldest first, until all is answered; rejects with the ApiFault that stopped it. */
  async function flush() {
    for (;;) {
      const batch = (await sendable()).slice(0, BATCH);
      if (!batch.length) return;
      await sendBatch(batch);
    }
  }

  /** A record of another venue waits until the tablet belongs there again: sent now, it would count for this one. */
  async function sendable() {
    const here = venue();
    const waiting = await store.records("waiting");
    return waiting.filter((record) => record.venue === null || here === null || record.venue === here);
  }

  async function sendBatch(batch) {
    let answers;
    try {
      ({ answers } = await send(batch.map(({ body }) => body)));
    } catch (fault) {
      if (!TOO_BAD.includes(fault.status)) throw fault;
      // One bad item must not hold up the others: find it by halves, and keep it for a person to see.
      if (batch.length === 1) return settle(batch[0], { result: "parked", say: null, said: fault.said });
      const half = Math.ceil(batch.length / 2);
      await sendBatch(batch.slice(0, half));
      return sendBatch(batch.slice(half));
    }
    await settleAll(batch, answers);
  }

  async function settleAll(batch, answers) {
    const byId = new Map((answers ?? []).map((answer) => [answer.scan_id, answer]));
    const answered = batch.filter(({ scan_id: id }) => STATES[byId.get(id)?.result]);
    if (!answered.length) throw new UnansweredBatch();
    for (const record of answered) await settle(record, byId.get(record.scan_id));
  }

  async function settle(record, answer) {
    const state = STATES[answer.result];
    await store.amend(record.scan_id, { state, answer, sent_at: state === "sent" ? now() : null });
    onChange();
  }

  /** Follow the server's epoch: after another one, what was sent in the last seven days is sent once more. */
  async function noteEpoch(epoch) {
    if (epoch === null || epoch === epochNoted) return;
    await store.noteEpoch(epoch);
    epochNoted = epoch;
    onChange();
  }

  return {
    append,
    flush,
    noteEpoch,
    /** Return the records that may be sent for the venue that the tablet belongs to now. */
    sendable,
    /** Return {waiting, parked}: how many of each. */
    async counts() {
      const [waiting, parked, conflict] = await Promise.all(
        ["waiting", "parked", "conflict"].map((state) => store.countRecords(state)));
      return { waiting, parked: parked + conflict };
    },
    /** Return the records that people should be able to see: {waiting, parked}. */
    async held() {
      const [waiting, parked, conflict] = await Promise.all(
        ["waiting", "parked", "conflict"].map((state) => store.records(state)));
      return { waiting, parked: [...parked, ...conflict] };
    },
    forgetOld: () => store.forgetSent(now() - KEPT_SENT_MS),
  };
}

/** The server took a batch but answered for none of it: try later. */
export class UnansweredBatch extends Error {}
