/*
 * The holder's own pages: out at once, and closed when the time is over. Without this script the server closes the
 * card as well, and the button for leaving is an ordinary form.
 */

const A_SECOND_MS = 1000;
const WARNED_AT_S = 60;

/** data-leave="address" on a form: close the card by its address and be somewhere else at once, leaving no way back. */
export function bindLeave(page, { send = sendBeacon, go = replace } = {}) {
  for (const form of page.querySelectorAll('form[data-leave]')) {
    form.addEventListener('submit', (event) => {
      if (!send(form.action)) return;
      event.preventDefault();
      page.body.replaceChildren();
      go(form.dataset.leave);
    });
  }
}

/**
 * data-closes-in="seconds" data-closed="address": say so a minute before, then leave the page. The seconds run from
 * now on by the device's clock, so it need not be right; a device that slept finds the page over when it wakes.
 */
export function bindClosing(page, { now = Date.now, every = setInterval, go = replace } = {}) {
  const place = page.querySelector('[data-closes-in]');
  if (!place) return;
  const opened = now();
  const soon = place.querySelector('[data-soon]');
  const look = () => {
    const left = Number(place.dataset.closesIn) - (now() - opened) / 1000;
    if (left <= 0) {
      page.body.replaceChildren();
      go(place.dataset.closed);
    } else if (left <= WARNED_AT_S && soon && !soon.textContent) {
      soon.textContent = soon.dataset.soon;
    }
  };
  look();
  every(look, A_SECOND_MS);
  page.addEventListener('visibilitychange', look);
}

/** A page that the browser kept and shows again on the way back is asked for anew: the card may be closed by now. */
export function bindReturn(window) {
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });
}

function sendBeacon(address) {
  return navigator.sendBeacon(address);
}

function replace(address) {
  window.location.replace(address);
}
