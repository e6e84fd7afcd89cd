/* data-passkey="create|get" on a form: its button lets the device answer, and the form is sent with the answer. */
import { ask, knowsPasskeys } from "./passkey.mjs";

/** Show the button where the browser knows passkeys, and let it fill in and send the form. */
export function bindPasskey(form, { scope = globalThis, request = ask } = {}) {
  if (!knowsPasskeys(scope)) return;
  const start = form.querySelector("[data-passkey-start]");
  const refused = form.querySelector("[data-passkey-refused]");
  form.querySelector("[data-passkey-without]").hidden = true;
  start.hidden = false;
  start.addEventListener("click", async (event) => {
    event.preventDefault();
    refused.hidden = true;
    start.disabled = true;
    try {
      const answer = await request(form.dataset.passkey, JSON.parse(form.dataset.options));
      form.elements.namedItem("response").value = JSON.stringify(answer);
      form.submit();
    } catch {
      // The device says why in its own words: cancelled, too late, unknown key. The person tries again or another way.
      refused.textContent = form.dataset.refused;
      refused.hidden = false;
    } finally {
      start.disabled = false;
    }
  });
}

if (globalThis.document) {
  for (const form of document.querySelectorAll("form[data-passkey]")) bindPasskey(form);
}
