/*
 * Keeps mobile cards for times without a network. Its scope is /mobile/ alone, and it keeps nothing but the pages that
 * were opened on this telephone, with the few files that they are made of.
 *
 * A page is asked from the network first. Where that does not answer in time, the kept one is shown, marked as kept.
 * A page that the service has withdrawn (410) or does not know (404) is forgotten here too.
 */

const CACHE = "kaiku-mobile-1";
const PREFIX = "kaiku-mobile-";
const PATIENCE = 3000; // milliseconds
const ANYHOW = { ignoreSearch: true, ignoreVary: true };
const GONE = [404, 410];

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), dropOlder()])));
addEventListener("message", (event) => {
  const { page, files } = event.data ?? {};
  if (page && files) event.waitUntil(keepFirst(page, files));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    const arriving = fetch(request).then((answer) => remember(request.url, answer));
    event.waitUntil(arriving.catch(() => undefined));
    event.respondWith(inTime(arriving, request.url));
  } else if (url.pathname.includes("/static/")) {
    const arriving = fetch(request).then((answer) => remember(request.url, answer));
    event.waitUntil(arriving.catch(() => undefined));
    event.respondWith(keptOr(arriving, request.url));
  }
});

/** Return the network's answer, or the kept page where the network fails or takes too long. */
async function inTime(arriving, address) {
  const kept = await find(address);
  if (!kept) return arriving;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, undefined));
  const answer = await Promise.race([arriving.catch(() => undefined), late]);
  return answer && answer.status < 500 ? answer : marked(kept);
}

/** Return the kept file at once, or the network's; the kept one is renewed meanwhile. */
async function keptOr(arriving, address) {
  return (await find(address)) ?? arriving;
}

/** Keep what came, forget what has gone. */
async function remember(address, answer) {
  const cache = await caches.open(CACHE);
  if (answer.ok) await cache.put(nameOf(address), answer.clone());
  else if (GONE.includes(answer.status)) await cache.delete(nameOf(address), ANYHOW);
  return answer;
}

/** Keep a page that was open before this worker was, and its files. */
async function keepFirst(page, files) {
  const addresses = [page, ...files].filter((address) => new URL(address).origin === self.location.origin);
  await Promise.all(addresses.map((address) => fetch(address).then((answer) => remember(address, answer))));
}

/** Return a kept page that says of itself that it is kept: the mark stands in its first element. */
async function marked(kept) {
  const text = await kept.text();
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(text.replace('data-shown="now"', 'data-shown="kept"'), { headers });
}

async function find(address) {
  const cache = await caches.open(CACHE);
  return cache.match(nameOf(address), ANYHOW);
}

/** The language of a page is a part of its address that makes no other page. */
function nameOf(address) {
  const url = new URL(address);
  return url.origin + url.pathname;
}

async function dropOlder() {
  const names = await caches.keys();
  return Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}
