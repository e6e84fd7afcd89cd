/* data-confirm="question" on a button or a form: ask before something that cannot be taken back. */

/** Ask the question of the pressed button, or of its form, before the form is sent. */
export function bindConfirm(page, ask = (question) => window.confirm(question)) {
  page.addEventListener('submit', (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !ask(question)) event.preventDefault();
  });
}
