/*
 * Keeps the tablet's page, so that it starts without a network. The server writes `self.KEEP` = {version, page, enrol,
 * files: [{url, source, integrity}]} above this text. Calls of the door never come here: what is not in the list is
 * none of this worker's business. A new version waits until the page says that nothing is going on.
 */
"use strict";

const { version, page, enrol, files } = self.KEEP;
const FAMILY = "kaiku-door-";
const CACHE = FAMILY + version;
const KEPT = new Set(files.map(({ url }) => url));

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === page) event.respondWith(kept(page, request));
  } else if (KEPT.has(url.pathname + url.search)) {
    event.respondWith(part(url.pathname + url.search, event));
  }
});

/** Fetch every file past the browser's own cache; one that is missing or another than was promised fails all. */
async function fill() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(files.map((file) => keep(cache, file)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function keep(cache, { url, source, integrity }) {
  const response = await fetch(source, { cache: "reload", credentials: "same-origin", redirect: "error", integrity });
  if (!response.ok) throw new TypeError(`${source} answered ${response.status}`);
  await cache.put(url, response);
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(FAMILY) && name !== CACHE).map((name) => caches.delete(name)));
}

/** The page of enrolment comes from the network, so its parts must, too: the two have to be of one version. */
async function part(address, { request, clientId }) {
  const client = clientId ? await self.clients.get(clientId) : null;
  if (client && new URL(client.url).pathname === enrol) return fetch(request);
  return kept(address, request);
}

async function kept(address, request) {
  const cache = await caches.open(CACHE);
  return await cache.match(address, { ignoreVary: true }) ?? fetch(request);
}
