/* data-copy="text" on a button: copy the text. data-copied="word" is said when it is done. */

const SAID_MS = 3000;

/** Show the marked buttons, which stand hidden in the page, where copying is possible, and let them copy. */
export function bindCopy(page, clipboard = globalThis.navigator?.clipboard, later = setTimeout) {
  if (!clipboard) return;
  for (const button of page.querySelectorAll('[data-copy]')) {
    const label = button.textContent;
    button.hidden = false;
    button.setAttribute('aria-live', 'polite');
    button.addEventListener('click', async () => {
      await clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied ?? label;
      later(() => { button.textContent = label; }, SAID_MS);
    });
  }
}
