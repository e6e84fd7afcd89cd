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

/** Return {notes, vibration} of a verdict class. */
export function signalOf(verdictClass) {
  return SIGNALS[verdictClass] ?? SIGNALS.technical;
}

/** Return {wake, give(class), isOn, set(on)}; `wake` must be called from a touch or a key, as browsers ask. */
export function createFeedback({ Audio = globalThis.AudioContext, vibrate = vibration() } = {}) {
  let context = null;
  let isOn = true;

  return {
    get isOn() {
      return isOn;
    },
    set(on) {
      isOn = on;
    },
    wake() {
      attempt(() => {
        context ??= Audio ? new Audio() : null;
        if (context?.state === "suspended") context.resume().catch(() => {});
      });
    },
    give(verdictClass) {
      const { notes, vibration: pattern } = signalOf(verdictClass);
      if (isOn && context) attempt(() => notes.forEach((note) => play(context, note)));
      if (pattern.length) attempt(() => vibrate(pattern));
    },
  };
}

function play(context, [hertz, start, length]) {
  const begin = context.currentTime + start;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
  gain.gain.linearRampToValueAtTime(0, begin + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + length);
}

function vibration() {
  return (pattern) => globalThis.navigator?.vibrate?.(pattern);
}

function attempt(act) {
  try {
    act();
  } catch {
    // A tablet without a speaker or a motor still reads cards.
  }
}
