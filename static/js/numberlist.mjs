/* A list of card numbers as text, one a line. Plain values in and out: nothing of the page. */

/** Return the list's text with a number at its end, how many it holds, and whether the number stood there before. */
export function added(text, number) {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const isThere = lines.some((line) => plain(line) === plain(number));
  if (!isThere) lines.push(number);
  return { text: `${lines.join("\n")}\n`, count: lines.length, isThere };
}

function plain(line) {
  return line.toUpperCase().replace(/[\s-]/g, "");
}
