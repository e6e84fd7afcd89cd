/* A store in memory with the interface of static/door/store.mjs, for tests; Node has no IndexedDB. */

export function fakeStore() {
  const outbox = [];
  const meta = new Map();
  const recent = new Map();
  let order = 0;
  return {
    outbox,
    isFull: false,
    async append(record) {
      if (this.isFull) throw new Error("QuotaExceededError");
      order += 1;
      outbox.push({ ...structuredClone(record), order });
    },
    records: async (state) => structuredClone(outbox.filter((record) => record.state === state)),
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
    listRecent: async () => [...recent.values()],
    keepRecent: async (visit) => recent.set(visit.scan_id, visit),
    async forgetRecent(before) {
      for (const visit of recent.values()) if (visit.at < before) recent.delete(visit.scan_id);
    },
  };
}
