/*
 * Sounds and vibration of the verdict classes, none of them a buzzer. Missing sound or vibration is never a fault.
 */

const LOW = 523;
const MID = 659;
const HIGH = 784;

// Notes as [hertz, start, length] in seconds; vibration as the browser takes it, in milliseconds.
const SIGNALS = {
  welcome: { notes: [[MID, 0, 0.12], [HIGH, 0.13, 0.18]], vibration: [60] },
  counts: { notes: [[MID, 0, 0.18]], vibration: [60] },
  already: { notes: [[LOW, 0, 0.12], [LOW, 0.2, 0.12]], vibration: [60, 90, 60] },
  check: { notes: [[MID, 0, 0.18]], vibration: [220] },
  not_now: { notes: [], vibration: [] },
  technical: { notes: [], vibration: [] },
};
const LOUDNESS = 0.18;
// By choice only: low and soft, so that the room hears no verdict.
const SOFT_NOTE = [392, 0, 0.2];
const SOFT_LOUDNESS = 0.07;
const WAKING_MS = 1000;

/** Return {notes, vibration} of a verdict class. */
export function signalOf(verdictClass) {
  return SIGNALS[verdictClass] ?? SIGNALS.technical;
}

/**
 * Return {wake, give(class), trial, isOn, set(on), setSoftNote(on)}; `wake` must be called from a touch or a key, as
 * browsers ask. `signal(class)` tells what is heard and felt.
 */
export function createFeedback({ Audio = globalThis.AudioContext, vibrate = vibration(), signal = signalOf } = {}) {
  let context = null;
  let isOn = true;
  let hasSoftNote = false;

  function wake() {
    attempt(() => {
      context ??= Audio ? new Audio() : null;
      if (context?.state === "suspended") context.resume().catch(() => {});
    });
  }

  return {
    get isOn() {
      return isOn;
    },
    set(on) {
      isOn = on;
    },
    /** Give "Not now" a soft low note, or none as usual. */
    setSoftNote(on) {
      hasSoftNote = on;
    },
    wake,
    /** Try the speaker, from a touch: resolves with played, off (switched off by staff) or failed. */
    async trial() {
      if (!isOn) return "off";
      wake();
      try {
        await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, WAKING_MS))]);
        if (context.state !== "running") return "failed";
        for (const note of signalOf("welcome").notes) play(context, note, LOUDNESS);
        return "played";
      } catch {
        return "failed";
      }
    },
    give(verdictClass) {
      const { notes, vibration: pattern } = signal(verdictClass);
      if (isOn && context) attempt(() => notes.forEach((note) => play(context, note, LOUDNESS)));
      const isSoft = hasSoftNote && verdictClass === "not_now";
      if (isOn && context && isSoft) attempt(() => play(context, SOFT_NOTE, SOFT_LOUDNESS));
      if (pattern.length) attempt(() => vibrate(pattern));
    },
  };
}

function play(context, [hertz, start, length], loudness) {
  const begin = context.currentTime + start;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(loudness, begin + 0.01);
  gain.gain.linearRampToValueAtTime(0, begin + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + length);
}

function vibration() {
  // Before the first touch a browser refuses, and complains of it in its console.
  const isTouched = () => globalThis.navigator?.userActivation?.hasBeenActive ?? true;
  return (pattern) => isTouched() && globalThis.navigator?.vibrate?.(pattern);
}

function attempt(act) {
  try {
    act();
  } catch {
    // A tablet without a speaker or a motor still reads cards.
  }
}
