/*
 * One tablet of the fault run: the scripts of static/door without their page, told what to do on lines of JSON, telling
 * what it has done. It says "kept" where the page says that the visit is recorded, and not before.
 */

import { createInterface } from "node:readline";

import { createApi } from "../../static/door/api.mjs";
import { createClock } from "../../static/door/clock.mjs";
import { initial } from "../../static/door/counts.mjs";
import { newId } from "../../static/door/ids.mjs";
import { importListKey } from "../../static/door/keys.mjs";
import { createCardList } from "../../static/door/list.mjs";
import { createOutbox } from "../../static/door/outbox.mjs";
import { createSealed } from "../../static/door/sealed.mjs";
import { createSender } from "../../static/door/sender.mjs";
import { createSession } from "../../static/door/session.mjs";
import { isRegistrable } from "../../static/door/verdicts.mjs";
import { createVisits } from "../../static/door/visits.mjs";
import { fileStore } from "./filestore.mjs";

const PATIENT_MS = 1000;
const MEET_MS = 2500;
const BUDGET_MS = 300;

const { url, credential, listKey, journal, flaw, turned } = JSON.parse(process.argv[2]);

// A pipe is written at once: what was told outlives a kill.
const tell = (kind, facts = {}) => process.stdout.write(`${JSON.stringify({ kind, ...facts })}\n`);

const trueNow = Date.now;
let turn = turned;
Date.now = () => trueNow() + turn;

const store = await fileStore(journal);
await store.keepKeys(await importListKey(listKey));
const clock = createClock();
const onChange = () => outbox?.noteEpoch(session.snapshot.epoch);
const api = createApi({ base: `${url}/door/api/`, fetch: withCredential });
const list = createCardList({ store, sealed: createSealed({ store }) });
let outbox = null;
const waiting = async () => (await outbox.counts()).waiting;
const session = createSession({ api, store, list, clock, waiting, onChange });
outbox = createOutbox({ store, send: flawed(api.sendItems), venue: session.venueId });
const sender = createSender({ outbox, schedule: (act, pause) => setTimeout(act, Math.min(pause, PATIENT_MS)) });
let asked = {};
const visits = createVisits({
  api: { ...api, check }, outbox, store, session, list, clock, texts: { fi: {} }, id: idTold, budget: BUDGET_MS,
});

await session.recall();
tell("ready");
sender.send();
meet();
setInterval(meet, MEET_MS);
setInterval(() => sender.send({ patient: true }), PATIENT_MS);

let turnOf = Promise.resolve();
for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...wish } = JSON.parse(line);
  if (act === "visit") turnOf = turnOf.then(() => visit(wish)).then(() => tell("free"));
  if (act === "turn") turn = wish.by;
  if (act === "send") sender.send().then(() => outbox.counts()).then((counts) => tell("holds", counts));
}

/** A fetch of a browser that has the tablet's cookie. */
function withCredential(address, { headers, ...request }) {
  const { credentials, ...known } = request;
  return fetch(address, { ...known, headers: { ...headers, Cookie: `__Host-kaiku-device=${credential}` } });
}

async function check(...given) {
  const mine = asked;
  const answer = await api.check(...given);
  mine.class = answer.verdict.class;
  return answer;
}

function idTold() {
  const id = newId();
  tell("made", { id });
  return id;
}

async function meet() {
  await session.meet().then(session.refresh).catch(() => {});
}

/** Read a card, and register the visit where the verdict lets it; perhaps undo it. */
async function visit({ card, occurrence, undo, party }) {
  asked = {};
  const evening = session.snapshot.occurrences.find(({ id }) => id === occurrence) ?? (occurrence && { id: occurrence });
  const one = visits.begin(card, "scanner", evening);
  const asking = new AbortController();
  const { verdict: first, update } = await visits.ask(one, asking.signal);
  const verdict = await update ?? first;
  const counts = isRegistrable(verdict) ? countsOf(verdict, party) : {};
  if (!counts.adult) return tell("turned", { card, class: verdict.class, asked: asked.class });
  const recorded = await visits.register(one, verdict, counts);
  asking.abort();
  told(recorded.scan_id, { card, asked: asked.class });
  sender.send();
  if (!undo) return;
  await visits.undo(recorded);
  told(store.outbox.at(-1).scan_id, { card });
  sender.send();
}

function countsOf({ class: verdictClass, limits }, party) {
  // Who was here before adds tickets on purpose.
  const first = initial(limits, verdictClass === "already" ? "welcome" : verdictClass);
  return { ...first, child: party ? limits.child : 0 };
}

function told(id, facts) {
  const { body } = store.outbox.find(({ scan_id: other }) => other === id);
  const { occurred, offset_ms: offset, undoes, shown, series, run } = JSON.parse(body);
  tell("kept", { id, occurred, offset, undoes, shown, series, run, ...facts });
}

/** What a tablet must never do, to show that the run finds it. */
function flawed(send) {
  if (flaw === "forgetful") return (bodies) => send(bodies).catch(() => ({ answers: bodies.map(taken) }));
  if (flaw === "renumbering") {
    return async (bodies) => {
      const items = bodies.map((body) => ({ ...JSON.parse(body), scan_id: idTold() }));
      const { answers } = await send(items.map((item) => JSON.stringify(item)));
      return { answers: answers.map((answer, place) => ({ ...answer, scan_id: JSON.parse(bodies[place]).scan_id })) };
    };
  }
  return send;
}

function taken(body) {
  return { scan_id: JSON.parse(body).scan_id, result: "accepted" };
}
