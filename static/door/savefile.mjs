/*
 * Saves a text as a file of the reader's, the way browsers offer it: in the folder for downloads.
 */

import { make } from "./dom.mjs";

const HELD_MS = 60 * 1000;

/** Offer a text as a file under a name. */
export function saveFile(text, name, type = "application/json") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name, hidden: "" });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click; how long that takes it does not say.
  setTimeout(() => URL.revokeObjectURL(address), HELD_MS);
}
