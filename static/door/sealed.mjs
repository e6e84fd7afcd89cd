/*
 * What the tablet hashes and hides with: cards are looked up by a hash under the list key, and the list lies on the disc
 * encrypted under a key of the tablet's own. Neither key can be read out. On plain http browsers have no such keys.
 */

const HASH = 8;
const IV_BYTES = 12;
const AES = "AES-GCM";
const utf8 = new TextEncoder();

/** Return {isAble, renew, hashOf, digest, seal, open} over the tablet's store. */
export function createSealed({ store, subtle = globalThis.crypto?.subtle }) {
  let listKey = null;
  let storageKey = null;

  /** Return the list key, null where there is none. */
  async function recallListKey() {
    listKey ??= await store.recallKey("list") ?? null;
    return listKey;
  }

  async function ownKey() {
    storageKey ??= await store.recallKey("storage") ?? null;
    if (storageKey) return storageKey;
    const made = await subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
    await store.keepKeys({ storage: made });
    storageKey = made;
    return made;
  }

  return {
    /** Whether this browser can hash and hide, and the tablet has a list key. */
    isAble: async () => Boolean(subtle && await recallListKey()),
    /** Look for the list key again: it may have been given anew. */
    renew() {
      listKey = null;
    },
    /** Return the keyed hash of a number, as the list holds it; null without a key. */
    async hashOf(number) {
      const key = subtle ? await recallListKey() : null;
      return key && new Uint8Array(await subtle.sign("HMAC", key, utf8.encode(number))).slice(0, HASH);
    },
    digest: async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes)),
    /** Return {iv, ciphertext} of bytes; `head` is kept in clear and cannot be changed unseen. */
    async seal(bytes, head) {
      const iv = globalThis.crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const hidden = { name: AES, iv, additionalData: utf8.encode(head) };
      return { iv, ciphertext: new Uint8Array(await subtle.encrypt(hidden, await ownKey(), bytes)) };
    },
    /** Return the bytes again; rejects when they or their head were changed, or the key is another. */
    async open({ iv, ciphertext }, head) {
      const hidden = { name: AES, iv, additionalData: utf8.encode(head) };
      return new Uint8Array(await subtle.decrypt(hidden, await ownKey(), ciphertext));
    },
  };
}
