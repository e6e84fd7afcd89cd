/*
 * A camera that reads codes, for the tablet at the door and for the issuing desk. Owns the stream and the loop of
 * frames; what a code means, and the words for a fault, are the caller's.
 */

import { DecoderFailed, startDecoder } from "./decoder.mjs";
import { createSightings } from "./sightings.mjs";

const FAULTS = {
  NotAllowedError: "not_allowed",
  SecurityError: "not_allowed",
  NotFoundError: "not_found",
  OverconstrainedError: "not_found",
};
const SLOWEST_FRAME_MS = 250;
const FASTEST_FRAME_MS = 60;

/** Return whether this browser gives cameras to this address (it does not without https). */
export function isCameraOffered() {
  return Boolean(globalThis.navigator?.mediaDevices?.getUserMedia);
}

/**
 * A camera bound to a video element.
 *
 * `onRead({text, format})` is called once for each code that comes into view; `onState(state, fault)` with
 * off | starting | on | failed, and for failed one of not_allowed | not_found | in_use | decoder | not_offered.
 */
export class Camera {
  #video;
  #worker;
  #onRead;
  #onState;
  #stream = null;
  #decoder = null;
  #sightings = createSightings();
  #run = 0;

  constructor({ video, worker, onRead, onState = () => {} }) {
    this.#video = video;
    this.#worker = worker;
    this.#onRead = onRead;
    this.#onState = onState;
  }

  get isOn() {
    return this.#stream !== null;
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  /** The id of the camera in use, or null. */
  get chosen() {
    return this.#track?.getSettings?.().deviceId ?? null;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0] ?? null;
  }

  /** Open the camera (a certain one, or the one that looks away from the reader) and begin to read. */
  async start(deviceId = null) {
    this.stop();
    const run = this.#run;
    this.#onState("starting", null);
    try {
      const stream = await bothOrNeither(openStream(deviceId), this.#warmDecoder());
      if (run === this.#run) await this.#show(stream, run);
      else stopTracks(stream);
    } catch (error) {
      if (run === this.#run) this.#fail(faultOf(error));
    }
  }

  /** Close the camera; the decoder stays warm for the next start. */
  stop() {
    this.#run += 1;
    if (this.#stream) stopTracks(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
    this.#onState("off", null);
  }

  /** Tell again of what lies in view, except of one text. */
  forgetOthers(text) {
    this.#sightings.forgetOthers(text);
  }

  /** Switch the light on or off; returns whether it obeyed. */
  async torch(lit) {
    try {
      await this.#track.applyConstraints({ advanced: [{ torch: lit }] });
      return true;
    } catch {
      return false;
    }
  }

  /** Return the cameras as [{id, label}]; labels are empty until a camera has been allowed. */
  async cameras() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  async #warmDecoder() {
    this.#decoder ??= await startDecoder(this.#worker);
  }

  async #show(stream, run) {
    this.#stream = stream;
    this.#video.srcObject = stream;
    this.#track.addEventListener("ended", () => {
      if (run === this.#run) this.#fail("not_found");
    });
    await this.#video.play();
    if (run !== this.#run) return;
    this.#onState("on", null);
    this.#loop(run);
  }

  async #loop(run) {
    while (run === this.#run) {
      await nextFrame(this.#video);
      if (run !== this.#run || document.hidden || !this.#video.videoWidth) continue;
      try {
        const found = await this.#decoder.read(await grab(this.#video));
        if (run === this.#run && found) this.#tell(found);
      } catch (error) {
        if (error instanceof DecoderFailed && run === this.#run) this.#fail("decoder");
      }
    }
  }

  #tell(found) {
    if (this.#sightings.isNew(found.text, found.format, performance.now())) this.#onRead(found);
  }

  #fail(fault) {
    if (fault === "decoder") {
      this.#decoder?.stop();
      this.#decoder = null;
    }
    this.stop();
    this.#onState("failed", fault);
  }
}

function openStream(deviceId) {
  if (!isCameraOffered()) throw new DOMException("No camera on this address.", "NotOffered");
  const place = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: "environment" } };
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, ...place };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

/** Return the stream once the decoder is there too; without it the camera's lamp must not stay lit. */
async function bothOrNeither(stream, decoder) {
  const [opened, started] = await Promise.allSettled([stream, decoder]);
  if (opened.status === "rejected") throw opened.reason;
  if (started.status === "fulfilled") return opened.value;
  stopTracks(opened.value);
  throw started.reason;
}

function faultOf(error) {
  if (error instanceof DecoderFailed) return "decoder";
  if (error.name === "NotOffered") return "not_offered";
  return FAULTS[error.name] ?? "in_use";
}

function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** Resolve at the next camera frame, at most about 16 times a second, and now and then when no frame is told. */
function nextFrame(video) {
  return new Promise((resolve) => {
    setTimeout(() => {
      const timer = setTimeout(resolve, SLOWEST_FRAME_MS);
      video.requestVideoFrameCallback?.(() => {
        clearTimeout(timer);
        resolve();
      });
    }, FASTEST_FRAME_MS);
  });
}

let sketch = null;

/** Return the current picture: a bitmap where the worker can unpack it, else plain pixels. */
function grab(video) {
  if (typeof OffscreenCanvas === "function") return createImageBitmap(video);
  sketch ??= document.createElement("canvas");
  sketch.width = video.videoWidth;
  sketch.height = video.videoHeight;
  const context = sketch.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0);
  return context.getImageData(0, 0, sketch.width, sketch.height);
}
