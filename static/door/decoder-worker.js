/*
 * The decoder: a classic worker, so that it can load the vendored script as it is. It is served under /door/ with a
 * policy of its own that lets WebAssembly compile here and nowhere else. Answers {id, text, format} or {id, text: null}.
 *
 * The page says where static files live: decoder-worker.js?static=/static/
 */
"use strict";

const READER = "vendor/zxing-wasm-3.1.4/";
const OPTIONS = { formats: ["QRCode", "Code39"], maxNumberOfSymbols: 1, tryInvert: false };

const staticBase = ownBase(new URL(self.location.href).searchParams.get("static") || "/static/");
let canvas = null;

function ownBase(path) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) throw new TypeError("Static files come from our own origin only.");
  return url.pathname;
}

function loadReader() {
  const address = `${staticBase}${READER}reader.js`;
  const policy = self.trustedTypes?.createPolicy("kaiku", { createScriptURL: (same) => same });
  importScripts(policy ? policy.createScriptURL(address) : address);
  return self.ZXingWASM.prepareZXingModule({
    overrides: { locateFile: (file) => `${staticBase}${READER}${file}` },
    fireImmediately: true,
  });
}

function pixels(frame) {
  if (!(frame instanceof ImageBitmap)) return frame;
  if (canvas?.width !== frame.width || canvas?.height !== frame.height) {
    canvas = new OffscreenCanvas(frame.width, frame.height);
  }
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(frame, 0, 0);
  frame.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function decode({ id, frame }) {
  try {
    const [found] = await self.ZXingWASM.readBarcodes(pixels(frame), OPTIONS);
    self.postMessage(found?.isValid ? { id, text: found.text, format: found.format } : { id, text: null });
  } catch {
    // One frame that cannot be read is no fault of the decoder: the next one comes in a moment.
    self.postMessage({ id, text: null });
  }
}

self.addEventListener("message", (event) => decode(event.data));

try {
  loadReader().then(
    () => self.postMessage({ ready: true }),
    () => self.postMessage({ ready: false }),
  );
} catch {
  self.postMessage({ ready: false });
}
