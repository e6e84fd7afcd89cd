/*
 * The rescue file: what waits on a tablet that reaches no network, sealed so that another tablet of the venue can carry
 * it and only the service can open it. AES-GCM under a key that HKDF derives from the list key.
 */

import { textOf } from "./keys.mjs";

export const FORMAT = "kaikukortti-rescue-1";
const PURPOSE = "kaikukortti rescue";
const IV_BYTES = 12;
const utf8 = new TextEncoder();

/**
 * Return the text of a rescue file from records of the outbox. `device` and `keyNumber` tell the service whose key
 * opens it; they, the format and the moment (milliseconds) cannot be changed unseen.
 */
export async function seal(records, { device, keyNumber, baseKey, at, subtle = globalThis.crypto.subtle }) {
  const head = { format: FORMAT, device, key_number: keyNumber, created: new Date(at).toISOString() };
  const iv = globalThis.crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await rescueKey(baseKey, subtle);
  const plain = utf8.encode(`{"items":[${records.map(({ body }) => body).join(",")}]}`);
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8.encode(headText(head)) }, key, plain);
  return JSON.stringify({ ...head, iv: textOf(iv), ciphertext: textOf(new Uint8Array(sealed)) });
}

/** Return the name under which a rescue file is saved: rescue-2026-11-20-1830.json, in the tablet's time. */
export function fileName(at) {
  const day = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const date = [day.getFullYear(), two(day.getMonth() + 1), two(day.getDate())].join("-");
  return `rescue-${date}-${two(day.getHours())}${two(day.getMinutes())}.json`;
}

/** Return whether a text looks like a rescue file at all: a photo chosen by mistake should not travel. */
export function isRescueFile(text) {
  try {
    return JSON.parse(text)?.format === FORMAT;
  } catch {
    return false;
  }
}

function headText({ format, device, key_number: keyNumber, created }) {
  return [format, device, keyNumber, created].join("\n");
}

function rescueKey(baseKey, subtle) {
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8.encode(PURPOSE) };
  return subtle.deriveKey(derivation, baseKey, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
}
