/*
 * The keys of the tablet: made from the list key, which arrives once, and kept so that they can be used and not read
 * out. On plain http browsers offer no such keys: then there are none, and the tablet works with a network only.
 */

const LENGTH = 32;

/**
 * Return {list, rescue} from the list key as the server writes it (base64url of 32 bytes): `list` hashes cards
 * (HMAC-SHA-256), from `rescue` the key of rescue files is derived (HKDF). Null where the browser has no keys.
 * Throws TypeError for anything that is no list key.
 */
export async function importListKey(text, subtle = globalThis.crypto?.subtle) {
  if (!subtle) return null;
  const bytes = bytesOf(text);
  if (bytes.length !== LENGTH) throw new TypeError("This is no list key.");
  const [list, rescue] = await Promise.all([
    subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]),
  ]);
  return { list, rescue };
}

/**
 * Keep what the server gave at enrolment, or to a browser that has thrown everything away: {list_key, key_number}.
 * The list begins afresh; records that wait stay.
 */
export async function keepEnrolment(store, given) {
  const keys = await importListKey(given.list_key);
  await store.forget("snapshot");
  await store.forget("list");
  if (keys) await store.keepKeys(keys);
  await store.remember("key_number", given.key_number ?? 1);
  await store.remember("enrolled", true);
}

/** Return bytes from base64url without its padding. */
export function bytesOf(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** Return base64url without padding. */
export function textOf(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}
