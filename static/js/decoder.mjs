/*
 * The page's side of the decoder worker: starts it, waits for its hello, asks about one frame at a time.
 * Knows nothing of cameras and cards.
 */

import { scriptAddress } from "./trusted.mjs";

const HELLO_MS = 10000;
const FRAME_MS = 5000;

/** Thrown when the decoder does not start or no longer answers. */
export class DecoderFailed extends Error {}

/** Start the worker and resolve with {read(frame), stop()}; rejects with DecoderFailed. */
export async function startDecoder(address) {
  const worker = new Worker(scriptAddress(address));
  try {
    const hello = await message(worker, (data) => "ready" in data, HELLO_MS);
    if (!hello.ready) throw new DecoderFailed("The decoder cannot start.");
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return readerOf(worker);
}

function readerOf(worker) {
  let last = 0;

  async function read(frame) {
    last += 1;
    const id = last;
    const answer = message(worker, (data) => data.id === id, FRAME_MS);
    worker.postMessage({ id, frame }, [frame instanceof ImageData ? frame.data.buffer : frame]);
    const { text, format } = await answer;
    return text === null ? null : { text, format };
  }

  return { read, stop: () => worker.terminate() };
}

/** Resolve with the first message that fits; reject when the worker breaks or stays silent. */
function message(worker, fits, milliseconds) {
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const settle = (end, value) => {
      clearTimeout(timer);
      listening.abort();
      end(value);
    };
    const fail = () => settle(reject, new DecoderFailed("The decoder does not answer."));
    // A policy that forbids WebAssembly leaves the worker silent, so silence must be a fault too.
    const timer = setTimeout(fail, milliseconds);
    worker.addEventListener("message", (event) => {
      if (fits(event.data)) settle(resolve, event.data);
    }, { signal: listening.signal });
    worker.addEventListener("error", fail, { signal: listening.signal });
  });
}
