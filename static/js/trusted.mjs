/*
 * The one Trusted Types policy of our pages, named "kaiku": it lets a worker start, from our own origin only.
 * A page may create the policy once, so whoever needs it imports this module.
 */

const policy = globalThis.trustedTypes?.createPolicy("kaiku", { createScriptURL: ownAddress });

/** Return the address of a worker script as the browser wants it; throws TypeError for another origin. */
export function scriptAddress(address) {
  return policy ? policy.createScriptURL(address) : ownAddress(address);
}

function ownAddress(address) {
  const url = new URL(address, globalThis.location.href);
  if (url.origin !== globalThis.location.origin) throw new TypeError("A worker comes from our own origin only.");
  return url.href;
}
