/*
 * The camera's part of the base: start, stop, light, choice of camera, and what is said about a fault.
 */

import { Camera, isCameraOffered } from "../js/camera.mjs";
import { hook, make } from "./dom.mjs";

const STATE_WORDS = { off: "camera_off", starting: "camera_starting", on: "camera_aim" };

/** Return {begin, say, forgetOthers, redraw}; `onRead(text)` for each code that comes into view. */
export function createCameraPanel({ worker, store, language, onRead }) {
  const panel = hook("camera");
  const select = hook("camera-select");
  const torch = hook("camera-torch");
  let state = "off";
  let fault = null;
  let isLit = false;
  let passing = null;

  const camera = new Camera({
    video: hook("camera-video"),
    worker,
    onRead: ({ text }) => onRead(text),
    onState(next, why) {
      state = next;
      fault = why;
      isLit = false;
      redraw();
      if (next === "on") showCameras();
    },
  });

  function redraw() {
    panel.dataset.state = state;
    hook("camera-say").textContent = language.say(passing ?? (fault ? `camera_${fault}` : STATE_WORDS[state]));
    hook("camera-start").hidden = state === "on" || state === "starting" || fault === "not_offered";
    hook("camera-stop").hidden = state !== "on";
    torch.hidden = state !== "on" || !camera.hasTorch;
    torch.setAttribute("aria-pressed", String(isLit));
  }

  async function showCameras() {
    const cameras = await camera.cameras();
    const options = cameras.map(({ id, label }, index) => make("option", {
      value: id, text: label || language.say("camera_number", { number: index + 1 }),
    }));
    select.replaceChildren(...options);
    if (camera.chosen) select.value = camera.chosen;
    hook("camera-choice").hidden = cameras.length < 2;
  }

  async function open(id) {
    await camera.start(id ?? null);
    if (camera.isOn) await store.remember("camera", { id: camera.chosen });
  }

  hook("camera-start").addEventListener("click", async () => open((await store.recall("camera"))?.id));
  hook("camera-stop").addEventListener("click", async () => {
    camera.stop();
    await store.forget("camera");
    hook("camera-start").focus();
  });
  torch.addEventListener("click", async () => {
    if (await camera.torch(!isLit)) isLit = !isLit;
    redraw();
  });
  select.addEventListener("change", () => open(select.value));
  // A tablet that comes back from the background may have lost its camera.
  document.addEventListener("visibilitychange", async () => {
    const before = await store.recall("camera");
    if (before && !document.hidden && state === "failed" && fault !== "not_offered") open(before.id);
  });

  return {
    /** Start by itself where the camera has been allowed before: nobody should be asked out of the blue. */
    async begin() {
      if (!isCameraOffered()) {
        state = "failed";
        fault = "not_offered";
        return redraw();
      }
      const before = await store.recall("camera");
      if (before || await isGranted()) return open(before?.id);
      return redraw();
    },
    /** Say something else than the camera's state, until it is called with null. */
    say(key) {
      passing = key;
      redraw();
    },
    forgetOthers: (text) => camera.forgetOthers(text),
    redraw,
  };
}

async function isGranted() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false;
  }
}
