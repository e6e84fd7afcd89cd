/*
 * Finds out how the tablet stands for "Ready for tonight": tries each part as it will be used. What the findings mean is
 * selftest.mjs's.
 */

import { Camera, isCameraOffered } from "../js/camera.mjs";
import { startDecoder } from "../js/decoder.mjs";
import { hook } from "./dom.mjs";
import { isEvicted } from "./eviction.mjs";
import { askToKeep } from "./install.mjs";

// The first card of the practice deck as a QR symbol: its rows from the top, the leftmost module the highest bit.
const QR_TEXT = "UUHARJ0004X";
const QR_ROWS = [
  0x1fc57f, 0x105241, 0x175f5d, 0x17415d, 0x17495d, 0x104541, 0x1fd57f, 0x000e00, 0x0ecd06, 0x01a4ac, 0x0fd15f,
  0x022d93, 0x1ce406, 0x001587, 0x1fcddd, 0x1056e6, 0x174947, 0x17589a, 0x1756a4, 0x10534c, 0x1fc712,
];
const MODULE_PX = 8;
const QUIET_MODULES = 4;
// Somebody may have to allow the camera first.
const CAMERA_MS = 20 * 1000;

/** Try everything; call it from a touch, for the sound. Resolves with what selftest.mjs evaluates. */
export async function probe(tablet, { urls }) {
  const heard = tablet.feedback.trial();
  const network = await meet(tablet);
  const [sound, list, queue, camera, storage, page] = await Promise.all([
    heard, listOf(tablet), tablet.outbox.counts(), cameraOf(urls.worker), storageOf(), pageOf(urls.door),
  ]);
  const { clock } = tablet;
  const time = { offset: clock.offset(), isMet: network.isReached, hasJumped: clock.hasJumped() };
  return { network, sound, list, queue, camera, storage, page, clock: time };
}

/** Greet the server; where it answers, fetch the list and send what waits, so that the test finds them done. */
async function meet({ session, sender }) {
  try {
    await session.meet();
  } catch {
    return { isReached: false };
  }
  await Promise.all([session.refresh().catch(() => {}), sender.send()]);
  return { isReached: true };
}

async function listOf({ store, session }) {
  return {
    isEvicted: isEvicted(document.cookie, await store.recall("enrolled")),
    isAble: globalThis.isSecureContext,
    listAt: session.fetchedAt,
    hasList: session.listDays !== null,
  };
}

async function cameraOf(worker) {
  const [fault, isDecoding] = await Promise.all([cameraFault(worker), readsOwnCode(worker)]);
  return { fault, isDecoding };
}

/** Open the camera for a moment, unless it is open; resolves with null or what camera.mjs calls the fault. */
function cameraFault(worker) {
  if (hook("camera").dataset.state === "on") return null;
  if (!isCameraOffered()) return "not_offered";
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  return new Promise((resolve) => {
    const camera = new Camera({
      video,
      worker,
      onRead: () => {},
      onState(state, fault) {
        if (state === "on") settle(null);
        if (state === "failed") resolve(fault);
      },
    });
    const settle = (fault) => {
      clearTimeout(timer);
      resolve(fault);
      camera.stop();
    };
    const timer = setTimeout(() => settle("not_allowed"), CAMERA_MS);
    camera.start();
  });
}

/** Give the decoder a code of our own making: resolves with whether it reads what is written. */
async function readsOwnCode(worker) {
  try {
    const decoder = await startDecoder(worker);
    const found = await decoder.read(ownCode()).finally(() => decoder.stop());
    return found?.text === QR_TEXT;
  } catch {
    return false;
  }
}

function ownCode() {
  const side = (QR_ROWS.length + 2 * QUIET_MODULES) * MODULE_PX;
  const picture = new ImageData(side, side);
  const dots = new Uint32Array(picture.data.buffer);
  dots.fill(0xffffffff);
  for (let place = 0; place < dots.length; place += 1) {
    const row = Math.floor(place / side / MODULE_PX) - QUIET_MODULES;
    const column = Math.floor((place % side) / MODULE_PX) - QUIET_MODULES;
    const isInside = column >= 0 && column < QR_ROWS.length;
    if (isInside && ((QR_ROWS[row] ?? 0) >> (QR_ROWS.length - 1 - column)) & 1) dots[place] = 0xff000000;
  }
  return picture;
}

async function storageOf() {
  const { storage } = navigator;
  if (!storage?.estimate) return { freeBytes: null, isPersisted: false };
  const isPromised = await askToKeep();
  try {
    const [{ quota = 0, usage = 0 }, isPersisted] = await Promise.all([storage.estimate(), storage.persisted()]);
    return { freeBytes: quota - usage, isPersisted: isPersisted || isPromised };
  } catch {
    return { freeBytes: null, isPersisted: false };
  }
}

/** Whether the page would start without a network: a worker is there for it, and it lies in its cache. */
async function pageOf(address) {
  const worker = navigator.serviceWorker;
  if (!worker || !globalThis.caches) return { isOffered: false, isKept: false };
  try {
    const [registration, kept] = await Promise.all([worker.getRegistration(address), caches.match(address)]);
    return { isOffered: true, isKept: Boolean(registration?.active) && Boolean(kept) };
  } catch {
    return { isOffered: true, isKept: false };
  }
}
