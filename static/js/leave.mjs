/* What a client shows is seen for as long as it is shown: an open page asks now and then, and goes when the answer is no. */

const EVERY_MS = 20000;

/** Watch the leave of an open page; without it the page is emptied and left. Returns the function that asks. */
export function watch(page, { ask, leave, every = (call) => setInterval(call, EVERY_MS) }) {
  const mark = page.querySelector('[data-leave-check]');
  if (!mark) return async () => {};
  const check = async () => {
    if (page.visibilityState === 'hidden') return;
    let mayStay;
    try {
      mayStay = await answered(await ask(mark.dataset.leaveCheck));
    } catch {
      return; // without a network nothing is known, and nothing new can be shown either
    }
    if (mayStay) return;
    page.querySelector('main').replaceChildren();
    leave(mark.dataset.leaveAfter);
  };
  page.addEventListener('visibilitychange', check);
  every(check);
  return check;
}

async function answered(answer) {
  if (answer.status >= 500) return true;
  return answer.ok && (await answer.json()).shown === true;
}

if (typeof window !== 'undefined') {
  const check = watch(document, {
    ask: (address) => fetch(address, { cache: 'no-store', redirect: 'manual' }),
    leave: (address) => window.location.replace(address),
  });
  // A page that the browser kept whole is shown again without a request.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) check();
  });
}
