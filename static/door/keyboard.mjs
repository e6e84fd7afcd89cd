/*
 * Hand scanners type: a burst of quick keys that ends with Enter. This tells a burst from a person's keys by the
 * time between them. A pure machine; times are passed in.
 */

const MEAN_GAP_MS = 100;
const QUICK_MS = 120;
// A busy tablet may hand over one key late: only a real pause begins a new text.
const PAUSE_MS = 500;
const SHORTEST = 4;
const LONGEST = 128;

/** Return {feed(key, at)}, which answers {text, isBurst}: text when a burst has just ended, isBurst while one runs. */
export function createBurst(meanGap = MEAN_GAP_MS) {
  let typed = "";
  let keys = 0;
  let first = 0;
  let last = -Infinity;

  function end(at) {
    const isBurst = typed.length >= SHORTEST && at - last <= PAUSE_MS && at - first <= keys * meanGap;
    const text = isBurst ? typed : null;
    typed = "";
    return { text, isBurst };
  }

  function feed(key, at) {
    if (key === "Enter" || key === "Tab") return end(at);
    // Shift and the like come between the letters of a burst and are no letters.
    if (Array.from(key).length !== 1) return { text: null, isBurst: false };
    const gap = at - last;
    if (!typed || gap > PAUSE_MS) {
      typed = "";
      keys = 0;
      first = at;
    }
    keys += 1;
    typed = (typed + key).slice(-LONGEST);
    last = at;
    return { text: null, isBurst: gap <= QUICK_MS };
  }

  return { feed };
}

/** Listen to a page's keys and tell `onScan(text)`; keys that go into a field are left alone. */
export function listenToScanner(page, onScan) {
  const burst = createBurst();
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isField(event.target)) return;
    const { text, isBurst } = burst.feed(event.key, event.timeStamp);
    // Quick letters must not press the button that has the focus, nor Enter register a visit.
    if (isBurst) event.preventDefault();
    if (text !== null) onScan(text);
  }, { capture: true });
}

function isField(target) {
  return target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
}
