/*
 * The lines of a paper list: says what is wrong with a number while it is typed, and takes Enter, which a hand scanner
 * sends after a number, to the next field rather than to the server. The page works without this.
 */

import { read } from "./number.mjs";
import { drawHint, hintFor } from "./numberhint.mjs";

const settings = JSON.parse(document.querySelector("[data-card-texts]").textContent);
for (const input of document.querySelectorAll("input[data-paper-number]")) addHint(input);

function addHint(input) {
  const place = document.createElement("p");
  place.className = "number-hint";
  place.id = `${input.id}-live`;
  place.setAttribute("role", "status");
  input.after(place);
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());

  function check(isDone) {
    const reading = read(input.value, settings.prefixes);
    const hint = input.value.trim() ? hintFor(reading, isDone) : null;
    // A line that is well formed needs no word: ten of them would only be noise.
    drawHint(place, hint?.tone === "good" ? null : hint, reading.text ?? "", settings.texts);
  }

  input.addEventListener("input", () => check(false));
  input.addEventListener("change", () => check(true));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    check(true);
    nextField(input)?.focus();
  });
}

function nextField(input) {
  const fields = [...input.form.querySelectorAll("input.control")];
  return fields[fields.indexOf(input) + 1];
}
