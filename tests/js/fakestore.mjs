/* A store in memory with the interface of static/door/store.mjs, for tests; Node has no IndexedDB. */

export function fakeStore() {
  const outbox = [];
  const meta = new Map();
  const recent = new Map();
  const keys = new Map();
  let order = 0;
  let run = 0;
  return {
    outbox,
    isFull: false,
    async append(fix) {
      if (this.isFull) throw new DOMException("The disc is full.", "QuotaExceededError");
      order += 1;
      run += 1;
      outbox.push({ ...structuredClone(fix("a1b2c3d4", run)), order });
    },
    async noteEpoch(epoch) {
      if (meta.has("epoch") && meta.get("epoch") !== epoch) {
        for (const record of outbox.filter(({ state }) => state === "sent")) record.state = "waiting";
      }
      meta.set("epoch", epoch);
    },
    recallKey: async (name) => keys.get(name),
    async keepKeys(kept) {
      for (const [name, key] of Object.entries(kept)) keys.set(name, key);
    },
    records: async (state) => structuredClone(outbox.filter((record) => record.state === state)),
    record: async (id) => structuredClone(outbox.find(({ scan_id: other }) => other === id)),
    countRecords: async (state) => outbox.filter((record) => record.state === state).length,
    async amend(scanId, changes) {
      const record = outbox.find(({ scan_id: id }) => id === scanId);
      if (record) Object.assign(record, changes, { body: record.body });
    },
    async forgetSent(before) {
      for (const record of outbox.filter(({ state, sent_at: at }) => state === "sent" && at < before)) {
        outbox.splice(outbox.indexOf(record), 1);
      }
    },
    recall: async (name) => meta.get(name),
    remember: async (name, value) => meta.set(name, value),
    forget: async (name) => meta.delete(name),
    async rememberUnless(name, value, isBetter) {
      if (!isBetter(meta.get(name) ?? null)) meta.set(name, value);
    },
    listRecent: async () => [...recent.values()],
    keepRecent: async (visit) => recent.set(visit.scan_id, visit),
    async forgetRecent(before) {
      for (const visit of recent.values()) if (visit.at < before) recent.delete(visit.scan_id);
    },
  };
}
