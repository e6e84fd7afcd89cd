/* data-print on a button prints the page; data-open-in-print on details opens them on paper. */

/** Show the marked buttons, which stand hidden in the page, and let them print. */
export function bindPrint(page, print = () => window.print()) {
  for (const button of page.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => print());
  }
}

/** Open the marked details while the page is printed and close again what was closed. */
export function openDetailsInPrint(window) {
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...window.document.querySelectorAll('details[data-open-in-print]:not([open])')];
    for (const details of opened) details.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
}
