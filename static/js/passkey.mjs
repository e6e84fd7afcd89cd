/* Passkeys: JSON options of the server in, what the device signed out as JSON. Nothing is kept, nothing is sent here. */

/** Return whether this browser knows passkeys. */
export function knowsPasskeys(scope = globalThis) {
  return Boolean(scope.PublicKeyCredential && scope.navigator?.credentials);
}

/** Let the device make ("create") or use ("get") a passkey and return its answer as the server reads it. */
export async function ask(kind, options, credentials = globalThis.navigator.credentials) {
  if (kind !== "create" && kind !== "get") throw new TypeError(`No such request: ${kind}`);
  return plain(await credentials[kind]({ publicKey: binary(options) }));
}

/** Return the options with their texts of bytes as bytes. */
export function binary(options) {
  const known = { ...options, challenge: bytes(options.challenge) };
  if (options.user) known.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) known[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return known;
}

/** Return a credential as plain data, its bytes as base64url. */
export function plain(credential) {
  const { response } = credential;
  const told = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = text(response[name]);
  }
  if (response.getTransports) told.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: {},
    response: told,
  };
}

/** Return the bytes of a base64url text. */
export function bytes(base64url) {
  const binaryText = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binaryText, (symbol) => symbol.charCodeAt(0));
}

/** Return bytes as base64url text, without padding. */
export function text(buffer) {
  const symbols = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(symbols).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
