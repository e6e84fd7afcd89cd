/*
 * What the tablet tells of itself beside visits: that the practice deck was gone through, and when the self-test found
 * all in order. Kept until the server has heard it; told as so many seconds ago, because the clock may be wrong.
 */

const PRACTISED = "practised";
const SELFTEST = "selftest";
// The server takes no older news: by then the tablet would have to be enrolled again anyway.
const OLDEST_S = 400 * 24 * 3600;

/** Return {status(waiting), notePractised, noteTest(isInOrder), lastTest} over the store and the calls. */
export function createNews({ store, api, now = () => Date.now() }) {
  const secondsSince = (moment) => Math.min(Math.max(0, Math.round((now() - moment) / 1000)), OLDEST_S);

  /** Ask the server's status and tell what is new. The answer does not wait for the rest: a clock is measured by it. */
  async function status(waiting) {
    const test = await lastTest();
    const isNews = test?.isInOrder && !test.isTold;
    const answer = await api.status(waiting, isNews ? secondsSince(test.at) : null);
    if (isNews) store.remember(SELFTEST, { ...test, isTold: true }).catch(() => {});
    tellPractised().catch(() => {});
    return answer;
  }

  async function tellPractised() {
    const practised = await store.recall(PRACTISED);
    if (!practised) return;
    await api.practised(secondsSince(practised.at));
    await store.forget(PRACTISED);
  }

  async function lastTest() {
    return await store.recall(SELFTEST) ?? null;
  }

  return {
    status,
    lastTest,
    /** Keep that all verdicts were met, and tell it now or with the next status. */
    async notePractised() {
      await store.remember(PRACTISED, { at: now() });
      await tellPractised().catch(() => {});
    },
    /** Keep the result of a self-test for the screen, and for the server where all was in order. */
    noteTest: (isInOrder) => store.remember(SELFTEST, { at: now(), isInOrder, isTold: false }),
  };
}
