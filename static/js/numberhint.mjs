/*
 * Turns the reading of a typed number into a hint for the person who types: which sentence, how serious, which
 * symbols to mark. The sentences are the page's; `drawHint` puts them beside the field.
 */

const PATTERN = /%\((\w+)\)s/gu;

/** Return {tone: "quiet"|"fault"|"good", key, values, marks} for a reading; `done` once the person pressed Enter. */
export function hintFor(reading, done = false) {
  if (reading.kind === "own") return { tone: "good", key: "number_good", values: {}, marks: [] };
  if (reading.kind === "elsewhere") return { tone: "quiet", key: "number_elsewhere", values: {}, marks: [] };
  const { problem, positions, text } = reading;
  if (problem === "symbol") {
    const key = positions.length === 1 ? "number_symbol_one" : "number_symbol_many";
    return { tone: "fault", key, values: { places: positions.join(", ") }, marks: positions };
  }
  if (problem === "length" || problem === "empty") return lengthHint(Array.from(text).length, done);
  return { tone: "fault", key: `number_${problem}`, values: {}, marks: positions };
}

/** Show a hint: its sentence, and the symbols with the impossible ones marked. */
export function drawHint(place, hint, text, words) {
  place.replaceChildren();
  place.dataset.tone = hint?.tone ?? "quiet";
  if (!hint) return;
  const sentence = document.createElement("span");
  sentence.textContent = fill(words[hint.key], hint.values);
  place.append(sentence);
  if (hint.marks.length) place.append(markedSymbols(text, hint.marks));
}

/** Put values into the %(name)s places of a sentence. */
export function fill(sentence, values = {}) {
  return sentence.replace(PATTERN, (whole, name) => (name in values ? String(values[name]) : whole));
}

function lengthHint(count, done) {
  const tone = done || count > 11 ? "fault" : "quiet";
  if (count === 0) return { tone, key: "number_empty", values: {}, marks: [] };
  return { tone, key: count > 11 ? "number_long" : "number_short", values: { count }, marks: [] };
}

function markedSymbols(text, marks) {
  const row = document.createElement("span");
  row.className = "number-marks";
  // The sentence has already said which places are meant; the row is for the eye.
  row.setAttribute("aria-hidden", "true");
  Array.from(text).forEach((symbol, index) => {
    const box = document.createElement(marks.includes(index + 1) ? "mark" : "span");
    box.textContent = symbol;
    row.append(box);
  });
  return row;
}
