/* data-error-summary: a page that comes back with errors puts the reader at their list, and a link at its field. */

/** Move the focus to the error summary of the page and let its links focus the field they name. */
export function focusErrorSummary(page) {
  const summary = page.querySelector('[data-error-summary]');
  if (!summary) return;
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && page.getElementById(link.getAttribute('href').slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest('.field, fieldset') ?? field).scrollIntoView({ block: 'start' });
    field.focus({ preventScroll: true });
  });
  summary.focus();
}
