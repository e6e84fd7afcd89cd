/*
 * What the server has written into the page: addresses, languages and words. Read once, at start.
 */

/** Return {urls, languages, language, texts, demo} of this page. */
export function readConfig(page = document) {
  return JSON.parse(page.getElementById("door-config").textContent);
}
