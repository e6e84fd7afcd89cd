/*
 * The door's HTTP calls, each with a time budget. Answers are plain JSON; every fault is an ApiFault with a code.
 */

const CALL_MS = 15000;
// A whole list of a nation on a slow line.
const SNAPSHOT_MS = 90000;
// A rescue file is recorded visit by visit, each safe on the disc before the next.
const RESCUE_MS = 120000;

/** A call that did not succeed: `code` no_answer, or the server's own; `status` 0 without an answer. */
export class ApiFault extends Error {
  constructor(code, status = 0, said = null) {
    super(said ?? code);
    this.code = code;
    this.status = status;
    this.said = said;
  }

  /** Whether the same call may succeed later without a change. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** Whether the server does not take this tablet's credential. */
  get isRefusal() {
    return this.status === 401;
  }
}

/**
 * Return the calls of the door under `base`, for example "/door/api/". `onContact(reached)` is told after every call
 * whether the server answered at all, `onRefused(code)` when it does not take this tablet.
 */
export function createApi({
  base, fetch = globalThis.fetch.bind(globalThis), onContact = () => {}, onRefused = () => {},
}) {
  const call = async (method, path, body, { budget = CALL_MS, signal, tag } = {}) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), budget);
    signal?.addEventListener("abort", () => giveUp.abort(), { once: true });
    try {
      const answer = await answerOf(await fetch(base + path, request(method, body, giveUp.signal, tag)));
      onContact(true);
      return answer;
    } catch (error) {
      const fault = error instanceof ApiFault ? error : new ApiFault("no_answer");
      if (fault.isRefusal) onRefused(fault.code);
      // A call that we gave up ourselves says nothing about the network.
      if (!signal?.aborted) onContact(fault.status !== 0 && fault.status < 500);
      throw fault;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    enrol: (code, name) => call("POST", "enrol", JSON.stringify({ code, name })),
    /** Fetch the list whole, or what changed since a cursor {epoch, n}; {unchanged, tag} when `tag` still holds. */
    snapshot: ({ cursor = null, tag = null } = {}) => call("GET", snapshotPath(cursor), undefined,
      { budget: SNAPSHOT_MS, tag: cursor && tag }),
    /** Ask the server's time; say how many registrations wait here, and how many seconds ago a self-test was all good. */
    status: (waiting = null, tested = null) => call("GET", statusPath({ waiting, tested })),
    /** Say that the practice deck was gone through, so many seconds ago. */
    practised: (secondsAgo) => call("POST", "practised", JSON.stringify({ seconds_ago: secondsAgo })),
    /** Ask for a new list key, where the browser has thrown the old one away. */
    newKey: () => call("POST", "key", "{}"),
    /** Send another tablet's rescue file, as it was saved. */
    sendRescue: (text) => call("POST", "rescue", text, { budget: RESCUE_MS }),
    check: (code, occurrence, options) => call("POST", "checks", JSON.stringify({ code, occurrence }), options),
    /** Ask about a booking whose word was said, by its ref. */
    checkBooking: (booking, occurrence, options) => call("POST", "checks", JSON.stringify({ booking, occurrence }), options),
    /** Send items that are JSON texts already, byte for byte as they were kept. */
    sendItems: (bodies) => call("POST", "scans", `{"items":[${bodies.join(",")}]}`),
  };
}

function statusPath(said) {
  const known = Object.entries(said).filter(([, value]) => value !== null);
  return known.length ? `status?${new URLSearchParams(known)}` : "status";
}

function snapshotPath(cursor) {
  return cursor ? `snapshot?${new URLSearchParams({ epoch: cursor.epoch, since: cursor.n })}` : "snapshot";
}

function request(method, body, signal, tag) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  if (tag) headers["If-None-Match"] = tag;
  return { method, body, headers, signal, credentials: "same-origin", cache: "no-store", redirect: "error" };
}

async function answerOf(response) {
  const tag = response.headers.get("ETag");
  if (response.status === 304) return { unchanged: true, tag };
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    // A proxy's page or a torn answer is no answer of the service.
    throw new ApiFault(response.ok ? "no_answer" : "fault", response.ok ? 0 : response.status);
  }
  if (!response.ok) {
    throw new ApiFault(answer?.error?.code ?? "fault", response.status, answer?.error?.message ?? null);
  }
  return tag ? { ...answer, tag } : answer;
}
