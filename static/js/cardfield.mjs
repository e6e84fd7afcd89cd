/*
 * A field for a card number on an ordinary page (the issuing desk): says what is wrong while it is typed, and offers
 * the camera where there is one. The page works without this; words and addresses come from its data-card-texts block.
 *
 * <input data-card-number> in a form; with data-card-submit the form is sent as soon as the camera has read a card, with
 * data-card-stay the camera stays open for the next one.
 */

import { Camera, isCameraOffered } from "./camera.mjs";
import { read } from "./number.mjs";
import { drawHint, hintFor } from "./numberhint.mjs";

const settings = JSON.parse(document.querySelector("[data-card-texts]").textContent);
for (const input of document.querySelectorAll("input[data-card-number]")) {
  const check = addHint(input);
  if (isCameraOffered()) addCamera(input, check);
}

/** Put a live hint below the field and hold back a form whose number cannot be; returns the check. */
function addHint(input) {
  const place = make("p", "number-hint", { id: hintId(input), role: "status" });
  input.after(place);
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());

  function check(isDone) {
    const reading = read(input.value, settings.prefixes);
    drawHint(place, input.value ? hintFor(reading, isDone) : null, reading.text ?? "", settings.texts);
    return reading.kind !== "malformed";
  }

  input.addEventListener("input", () => check(false));
  input.form?.addEventListener("submit", (event) => {
    // An empty field is the server's to judge: it knows whether the number is needed.
    if (!input.value.trim() || check(true)) return;
    event.preventDefault();
    input.focus();
  });
  // What the server has refused already carries its own words.
  if (input.value && input.getAttribute("aria-invalid") !== "true") check(false);
  return check;
}

function addCamera(input, check) {
  const { texts, worker } = settings;
  const tools = make("div", "card-field-tools");
  const button = make("button", "button button-secondary", { type: "button", "aria-expanded": "false" });
  const { panel, video, say } = cameraPanel(input.id);
  button.textContent = texts.camera_open;
  button.setAttribute("aria-controls", panel.id);
  tools.append(button);
  // The hint stands right below the field; the camera follows it.
  document.getElementById(hintId(input)).after(tools, panel);

  const camera = new Camera({
    video,
    worker,
    onRead: ({ text }) => take(text),
    onState(state, fault) {
      panel.querySelector(".camera").dataset.state = state;
      const key = { starting: "camera_starting", on: "camera_aim" }[state];
      say.textContent = fault ? texts[`camera_${fault}`] : texts[key] ?? "";
    },
  });

  function take(text) {
    const reading = read(text, settings.prefixes);
    input.value = reading.number ?? reading.code ?? text.slice(0, 64);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (!check(true)) return;
    if (!("cardStay" in input.dataset)) {
      close();
      input.focus();
    }
    if ("cardSubmit" in input.dataset) input.form.requestSubmit();
  }

  function open() {
    panel.hidden = false;
    button.textContent = texts.camera_close;
    button.setAttribute("aria-expanded", "true");
    panel.scrollIntoView({ block: "nearest" });
    camera.start();
  }

  function close() {
    camera.stop();
    panel.hidden = true;
    button.textContent = texts.camera_open;
    button.setAttribute("aria-expanded", "false");
  }

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  window.addEventListener("pagehide", close);
}

/** Return the panel that shows the camera's picture, hidden until it is asked for. */
function cameraPanel(id) {
  const panel = make("div", "card-field-panel", { id: `${id}-camera` });
  const frame = make("div", "camera", { "data-state": "off" });
  const video = make("video", "camera-picture", { playsinline: "", "aria-hidden": "true", tabindex: "-1" });
  const caption = make("div", "camera-say");
  const say = make("p", "camera-words", { role: "status" });
  video.muted = true;
  caption.append(say);
  frame.append(video, make("div", "camera-frame", { "aria-hidden": "true" }), caption);
  panel.append(frame);
  panel.hidden = true;
  return { panel, video, say };
}

function hintId(input) {
  return `${input.id}-live`;
}

function make(tag, className, attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
