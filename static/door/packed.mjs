/*
 * The tablet's list as bytes: records of 24 bytes, sorted by the keyed hash that they begin with. Unpacks what the server
 * sends, applies changes, finds a card. Plain bytes; what they look like is said in venues/snapshot.py.
 */

export const RECORD = 24;
const HASH = 8;
const [REF, FIRST_ON, LAST_ON, BACK_ON, AREA, TRAITS] = [8, 16, 18, 20, 22, 23];
const STATES = ["active", "suspended", "off", "gone"];
const GONE = 3;
const DAY_ZERO = Date.UTC(2000, 0, 1);
const DAY_MS = 24 * 3600 * 1000;

/** Return records from base64 of their planes: the first byte of each, then the second of each, and so on. */
export function fromPlanes(text, size) {
  const planes = atob(text);
  if (planes.length !== size * RECORD) throw new RangeError("The list is not as long as it says.");
  const records = new Uint8Array(planes.length);
  let from = 0;
  for (let place = 0; place < RECORD; place += 1) {
    for (let to = place; to < records.length; to += RECORD) {
      records[to] = planes.charCodeAt(from);
      from += 1;
    }
  }
  return records;
}

/** Return the place of the record with a hash, counted in bytes; -1 when there is none. */
export function find(records, hash) {
  let low = 0;
  let high = records.length / RECORD;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(records, middle * RECORD, hash, 0);
    if (order === 0) return middle * RECORD;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

/** Return the list that changes lead to: a changed record takes its place, a tombstone takes it away. */
export function applied(records, changes) {
  const merged = new Uint8Array(records.length + changes.length);
  let [from, change, to] = [0, 0, 0];
  const copy = (source, start, end) => {
    merged.set(source.subarray(start, end), to);
    to += end - start;
  };
  for (; change < changes.length; change += RECORD) {
    const start = from;
    while (from < records.length && compare(records, from, changes, change) < 0) from += RECORD;
    copy(records, start, from);
    if (from < records.length && compare(records, from, changes, change) === 0) from += RECORD;
    if (changes[change + TRAITS] >> 6 !== GONE) copy(changes, change, change + RECORD);
  }
  copy(records, from, records.length);
  return merged.slice(0, to);
}

/** Return {ref, card, contact} of the record at a place; `areas` are those of the snapshot. */
export function unpack(records, place, areas) {
  const traits = records[place + TRAITS];
  const area = areas[records[place + AREA]] ?? {};
  return {
    ref: hex(records.subarray(place + REF, place + REF + HASH)),
    card: {
      kind: traits & 32 ? "community" : "personal",
      state: STATES[traits >> 6],
      first_on: day(records, place + FIRST_ON),
      last_on: day(records, place + LAST_ON),
      suspended_until: day(records, place + BACK_ON),
      grace_days: area.grace_days ?? 0,
      children: traits & 31,
    },
    contact: area.contact ?? "",
  };
}

/** Return bytes as hexadecimal digits. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function compare(one, from, other, start) {
  for (let place = 0; place < HASH; place += 1) {
    const difference = one[from + place] - other[start + place];
    if (difference) return difference;
  }
  return 0;
}

function day(records, place) {
  const count = records[place] * 256 + records[place + 1];
  return count ? new Date(DAY_ZERO + count * DAY_MS).toISOString().slice(0, 10) : null;
}
