/* Sounds and vibration of the six classes; no sound or motor is no fault. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createFeedback, signalOf } from "../../static/door/feedback.mjs";

const CLASSES = ["welcome", "counts", "already", "check", "not_now", "technical"];

function fakeAudio(played) {
  const parameter = { setValueAtTime() {}, linearRampToValueAtTime() {} };
  return class {
    currentTime = 0;

    createOscillator() {
      const oscillator = { frequency: {}, connect: (next) => next, start: (time) => played.push([oscillator.frequency.value, time]), stop() {} };
      return oscillator;
    }

    createGain() {
      return { gain: parameter, connect: (next) => next };
    }
  };
}

test("WELCOME rises, ALREADY says the same twice, the others with a sound have one note", () => {
  const pitches = Object.fromEntries(CLASSES.map((name) => [name, signalOf(name).notes.map(([hertz]) => hertz)]));
  assert.ok(pitches.welcome.length === 2 && pitches.welcome[1] > pitches.welcome[0]);
  assert.ok(pitches.already.length === 2 && pitches.already[0] === pitches.already[1]);
  assert.equal(pitches.counts.length, 1);
  assert.equal(pitches.check.length, 1);
});

test("NOT NOW and TECHNICAL make no sound and do not vibrate: no buzzer", () => {
  for (const name of ["not_now", "technical", "unheard of"]) assert.deepEqual(signalOf(name), { notes: [], vibration: [] });
});

test("vibration: one short, one short, two short, one long", () => {
  assert.equal(signalOf("welcome").vibration.length, 1);
  assert.equal(signalOf("counts").vibration.length, 1);
  assert.equal(signalOf("already").vibration.length, 3);
  assert.ok(signalOf("check").vibration[0] > signalOf("welcome").vibration[0]);
});

test("nothing sounds before the first touch nor while sounds are off", () => {
  const played = [];
  const feedback = createFeedback({ Audio: fakeAudio(played), vibrate: () => {} });
  feedback.give("welcome");
  assert.equal(played.length, 0);
  feedback.wake();
  feedback.give("welcome");
  assert.equal(played.length, 2);
  feedback.set(false);
  feedback.give("welcome");
  assert.equal(played.length, 2);
});

test("the motor waits for the first touch, which the browser asks for", () => {
  const felt = [];
  const motor = { userActivation: { hasBeenActive: false }, vibrate: (pattern) => felt.push(pattern) };
  const own = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: motor, configurable: true });
  const feedback = createFeedback({ Audio: undefined });
  feedback.give("welcome");
  assert.deepEqual(felt, []);
  motor.userActivation.hasBeenActive = true;
  feedback.give("welcome");
  assert.deepEqual(felt, [signalOf("welcome").vibration]);
  if (own) Object.defineProperty(globalThis, "navigator", own);
  else delete globalThis.navigator;
});

test("a broken speaker or motor stops nobody", () => {
  const Audio = class {
    constructor() {
      throw new Error("no sound");
    }
  };
  const vibrate = () => {
    throw new Error("no motor");
  };
  const feedback = createFeedback({ Audio, vibrate });
  feedback.wake();
  for (const name of CLASSES) feedback.give(name);
  createFeedback({ Audio: undefined, vibrate }).wake();
});
