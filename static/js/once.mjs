/* data-once on a form: a second press while the first is on its way changes nothing. */

const PATIENCE_MS = 8000;

/** Let each marked form be sent once; after a while, or on the way back to the page, it may be sent again. */
export function bindOnce(page, later = setTimeout) {
  const sent = new WeakSet();
  page.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || !('once' in form.dataset)) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    later(() => sent.delete(form), PATIENCE_MS);
  });
}
