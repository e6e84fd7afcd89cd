/*
 * The enrolment page: the code from the address or typed, a name, one call, and on to the tablet's page. What was
 * typed stays when something is wrong.
 */

import { createApi } from "./api.mjs";
import { readConfig } from "./config.mjs";
import { hook, tell } from "./dom.mjs";
import { bindLanguageButtons, createLanguage } from "./language.mjs";
import { askToKeep, planHint } from "./install.mjs";
import { keepEnrolment } from "./keys.mjs";
import { bindTextSize } from "./preferences.mjs";
import { codeProblem, plainCode } from "./enrolmentcode.mjs";
import { openStore } from "./store.mjs";

const KNOWN_FAULTS = ["enrolment_unknown", "enrolment_used", "enrolment_expired"];

const config = readConfig();
const language = createLanguage(config);
const api = createApi({ base: config.urls.api });
const problems = { code: null, name: null, fault: null };
let isSending = false;

bindLanguageButtons(language);
bindTextSize();
language.onChange(draw);
takeFragment();
window.addEventListener("hashchange", takeFragment);
hook("enrol-form").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
document.documentElement.dataset.ready = "";

/** Move the code from the address into the field: it should not stay in the browser's history. */
function takeFragment() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!code) return;
  hook("enrol-code").value = code;
  history.replaceState(null, "", location.pathname + location.search);
  hook("enrol-name").focus();
}

async function submit() {
  if (isSending) return;
  const code = hook("enrol-code").value;
  const name = hook("enrol-name").value.trim();
  problems.code = codeProblem(code);
  problems.name = name ? null : { key: "enrol_name_missing" };
  problems.fault = null;
  draw();
  if (problems.code) return hook("enrol-code").focus();
  if (problems.name) return hook("enrol-name").focus();
  return send(plainCode(code), name);
}

async function send(code, name) {
  setSending(true);
  try {
    const enrolled = await api.enrol(code, name);
    await keep(enrolled);
    const { venue } = enrolled;
    const names = { fi: venue.name_fi, sv: venue.name_sv, en: venue.name_en };
    hook("enrol-status").textContent = language.say("enrol_done", { venue: language.pick(names) });
    location.assign(config.urls.door);
  } catch (fault) {
    setSending(false);
    problems.fault = faultWords(fault);
    draw();
    hook("enrol-fault").focus();
  }
}

/** Keep the keys, and ask the browser to keep everything; it may refuse. */
async function keep(enrolled) {
  try {
    const store = await openStore();
    await keepEnrolment(store, enrolled);
    await planHint(store);
    await askToKeep();
  } catch {
    // The tablet's own page says so when nothing can be kept.
  }
}

function faultWords(fault) {
  if (KNOWN_FAULTS.includes(fault.code)) return { key: fault.code };
  if (fault.code === "no_answer") return { key: "enrol_no_answer" };
  if ([400, 422].includes(fault.status)) return { key: "enrol_invalid" };
  return { key: "enrol_fault" };
}

function setSending(sending) {
  isSending = sending;
  hook("enrol-submit").setAttribute("aria-disabled", String(sending));
  hook("enrol-status").textContent = sending ? language.say("enrol_sending") : "";
}

function draw() {
  const words = (problem) => (problem ? language.say(problem.key, problem.values) : "");
  for (const field of ["code", "name"]) {
    tell(hook(`${field}-problem`), words(problems[field]));
    hook(`enrol-${field}`).setAttribute("aria-invalid", String(Boolean(problems[field])));
  }
  hook("enrol-fault").hidden = !problems.fault;
  hook("enrol-fault-words").textContent = words(problems.fault);
}
