/*
 * Several cards one after the other: what the card field reads goes into a list, one number a line. The list is an
 * ordinary text field that works without this; a hand scanner may type into either.
 *
 * <form data-card-adder data-into="id of the list" hidden> around <input data-card-number data-card-submit data-card-stay>
 */

import "./cardfield.mjs"; // first: its check holds back what cannot be a number
import { read } from "./number.mjs";
import { added } from "./numberlist.mjs";

function bind(form) {
  const input = form.querySelector("[data-card-number]");
  const list = document.getElementById(form.dataset.into);
  const say = form.querySelector("[data-card-count]");
  const { prefixes } = JSON.parse(document.querySelector("[data-card-texts]").textContent);
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    const isHeldBack = event.defaultPrevented || !input.value.trim();
    event.preventDefault();
    if (isHeldBack) return;
    const reading = read(input.value, prefixes);
    const { text, count, isThere } = added(list.value, reading.number ?? reading.code ?? input.value.trim());
    list.value = text;
    const words = count === 1 ? form.dataset.one : form.dataset.many.replace("%(count)s", String(count));
    say.textContent = isThere ? `${form.dataset.twice} ${words}` : words;
    input.value = "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (event.submitter) input.focus(); // not when the camera has read: no keyboard is to cover its picture
  });
}

document.querySelectorAll("[data-card-adder]").forEach(bind);
