/*
 * "Ready for tonight": from what was found on the tablet to lines for people, each good or with one plain next step.
 * Plain values; how it is found out is probes.mjs's, how it looks selftestsheet.mjs's.
 */

import { dayOf, hour } from "./moments.mjs";

const DAY_MS = 24 * 3600 * 1000;
const LEAST_FREE_BYTES = 50 * 1024 * 1024;
// The service reckons with what the clock is off; a minute is what people see on the wall.
const CLOCK_MS = 60 * 1000;

/**
 * Return the lines of a test: [{name, isGood, say: {key, values}, step: key or null, act: mend | null}]. `found` is what
 * probes.mjs found out, `now` milliseconds.
 */
export function evaluate(found, now) {
  return [
    line("network", network(found.network)),
    line("list", list(found.list, now)),
    line("queue", queue(found.queue)),
    line("camera", camera(found.camera)),
    line("sound", sound(found.sound)),
    line("storage", storage(found.storage)),
    line("page", page(found.page)),
    line("clock", clock(found.clock)),
  ];
}

/** Return whether all is well. */
export function isInOrder(lines) {
  return lines.every(({ isGood }) => isGood);
}

function line(name, { isGood = false, say, step = null, act = null }) {
  const [key, values = {}] = say;
  return { name, isGood, say: { key, values }, step, act };
}

function network({ isReached }) {
  if (isReached) return { isGood: true, say: ["test_network_good"] };
  return { say: ["test_network_none"], step: "test_network_step" };
}

function list({ isEvicted, isAble, listAt, hasList }, now) {
  if (isEvicted) return { say: ["test_list_gone"], step: "test_list_gone_step", act: "mend" };
  if (!isAble) return { say: ["test_list_unable"], step: "test_https_step" };
  if (!hasList || listAt === null) return { say: ["test_list_none"], step: "test_list_step" };
  const days = Math.round((Date.parse(dayOf(now)) - Date.parse(dayOf(listAt))) / DAY_MS);
  if (days <= 0) return { isGood: true, say: ["test_list_good", { time: hour(listAt) }] };
  return { say: days === 1 ? ["test_list_yesterday"] : ["test_list_old", { days }], step: "test_list_step" };
}

function queue({ waiting, parked }) {
  if (parked) return { say: ["test_queue_parked", { count: parked }], step: "test_queue_parked_step" };
  if (waiting) return { say: ["test_queue_waiting", { count: waiting }], step: "test_queue_step" };
  return { isGood: true, say: ["test_queue_good"] };
}

function camera({ fault, isDecoding }) {
  if (!isDecoding) return { say: ["test_camera_decoder"], step: "test_camera_decoder_step" };
  if (fault === null) return { isGood: true, say: ["test_camera_good"] };
  // A ticket office may have a hand scanner and nothing else: that is no fault.
  if (fault === "not_found") return { isGood: true, say: ["test_camera_none"] };
  const step = { not_allowed: "test_camera_allow", not_offered: "test_https_step" }[fault] ?? "test_camera_free";
  return { say: ["test_camera_closed"], step };
}

function sound(heard) {
  if (heard === "played") return { isGood: true, say: ["test_sound_good"] };
  if (heard === "off") return { isGood: true, say: ["test_sound_off"] };
  return { say: ["test_sound_none"], step: "test_sound_step" };
}

function storage({ freeBytes, isPersisted }) {
  if (freeBytes === null) return { say: ["test_storage_unknown"], step: "test_https_step" };
  if (freeBytes < LEAST_FREE_BYTES) return { say: ["test_storage_full"], step: "test_storage_step" };
  if (!isPersisted) return { say: ["test_storage_loose"], step: "test_storage_keep" };
  return { isGood: true, say: ["test_storage_good"] };
}

function page({ isOffered, isKept }) {
  if (isKept) return { isGood: true, say: ["test_page_good"] };
  return { say: ["test_page_none"], step: isOffered ? "test_page_step" : "test_https_step" };
}

function clock({ offset, isMet, hasJumped }) {
  if (!isMet) return { say: ["test_clock_unknown"], step: "test_network_step" };
  const minutes = Math.round(Math.abs(offset) / 60000);
  if (Math.abs(offset) > CLOCK_MS) {
    return { say: [offset > 0 ? "test_clock_ahead" : "test_clock_behind", { minutes }], step: "test_clock_step" };
  }
  return hasJumped ? { say: ["test_clock_turned"], step: "test_clock_step" } : { isGood: true, say: ["test_clock_good"] };
}
