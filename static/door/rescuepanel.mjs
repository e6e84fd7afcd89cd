/*
 * The part of the sheet "waiting" about rescue files: save what waits here as a sealed file, or send the file that
 * another tablet of the venue has saved.
 */

import { hook } from "./dom.mjs";
import { fileName, isRescueFile, seal } from "./rescue.mjs";
import { saveFile } from "./savefile.mjs";

const KNOWN_FAULTS = ["rescue_damaged", "rescue_foreign"];

/** Bind the buttons to the parts of the tablet. */
export function bindRescue({ outbox, store, session, api, language, now }) {
  const input = hook("rescue-file");
  const say = (key, values) => {
    hook("rescue-say").textContent = language.say(key, values);
  };
  hook("rescue-save").addEventListener("click", () => save({ outbox, store, session, say, now }));
  hook("rescue-send").addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    const text = await file.text();
    // Without this, choosing the same file once more would be no change.
    input.value = "";
    await send({ text, api, say, language });
  });
}

async function save({ outbox, store, session, say, now }) {
  const device = session.snapshot.device?.id;
  const [baseKey, keyNumber, records] = await Promise.all(
    [store.recallKey("rescue"), store.recall("key_number"), outbox.sendable()]);
  if (!baseKey || !device) return say("rescue_no_key");
  if (!records.length) return say("waiting_none");
  const at = now();
  saveFile(await seal(records, { device, keyNumber, baseKey, at }), fileName(at));
  return say("rescue_saved", { name: fileName(at) });
}

async function send({ text, api, say, language }) {
  if (!isRescueFile(text)) return say("rescue_not_file");
  say("rescue_sending");
  try {
    const { answers } = await api.sendRescue(text);
    hook("rescue-say").textContent = arrived(answers, language);
  } catch (fault) {
    say(faultKey(fault));
  }
  return undefined;
}

/** Return in words what became of a file's registrations. */
export function arrived(answers, { say }) {
  const count = (...results) => answers.filter(({ result }) => results.includes(result)).length;
  const words = [say("rescue_sent", { fresh: count("accepted", "flagged"), known: count("replay") })];
  const parked = count("parked", "conflict");
  if (parked) words.push(say("rescue_parked", { count: parked }));
  return words.join(" ");
}

function faultKey(fault) {
  if (KNOWN_FAULTS.includes(fault.code)) return fault.code;
  return fault.code === "no_answer" ? "rescue_no_answer" : "rescue_fault";
}
