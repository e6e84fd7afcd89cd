/*
 * The sign of each verdict class, drawn as lines: a class can be told apart without colour.
 */

const SVG = "http://www.w3.org/2000/svg";
const CIRCLE = ["circle", { cx: 24, cy: 24, r: 20 }];
const CLOUD = ["path", { d: "M15 37h19.5a8.5 8.5 0 0 0 1.2-16.9A12 12 0 0 0 12.9 17 10.1 10.1 0 0 0 15 37Z" }];

const SIGNS = {
  welcome: [CIRCLE, ["path", { d: "m14.5 25 6.5 6.5L34 18" }]],
  counts: [
    ["circle", { cx: 17, cy: 16, r: 6.5 }],
    ["path", { d: "M5 39c0-8.5 5-13 12-13s12 4.5 12 13" }],
    ["circle", { cx: 34, cy: 21, r: 5 }],
    ["path", { d: "M33 30c6-.8 10 3 10 9" }],
  ],
  already: [CIRCLE, ["path", { d: "M24 12.5V25l8 5" }]],
  check: [CLOUD],
  not_now: [CIRCLE, ["path", { d: "M24 22v12.5" }], ["path", { d: "M24 14.5v.5" }]],
  technical: [["path", {
    d: "M40.5 13.5 33 21l-6-6 7.5-7.5A11.5 11.5 0 0 0 20 22L7.8 34.2a4.2 4.2 0 0 0 6 6L26 28a11.5 11.5 0 0 0 14.5-14.5Z",
  }]],
};

// Of a line in a list: in order, a step is needed, no sound.
const MARKS = {
  good: SIGNS.welcome,
  step: [["path", { d: "M24 4 44 24 24 44 4 24Z" }], ["path", { d: "M24 15v11" }], ["path", { d: "M24 32.5v.5" }]],
  silent: [["path", { d: "M7 18h8l11-9v30l-11-9H7Z" }], ["path", { d: "m33 18 10 12" }], ["path", { d: "m43 18-10 12" }]],
};

/** Return the sign of a verdict class as an SVG element; words beside it say the same. */
export function sign(verdictClass) {
  return drawn(SIGNS[verdictClass] ?? SIGNS.technical);
}

/** Return the mark of a line: good, step or silent; words beside it say the same. */
export function mark(name) {
  const svg = drawn(MARKS[name]);
  svg.classList.add(`mark-${name}`);
  return svg;
}

function drawn(parts) {
  const svg = node("svg", {
    viewBox: "0 0 48 48", width: 48, height: 48, "aria-hidden": "true", focusable: "false", fill: "none",
    stroke: "currentColor", "stroke-width": 3.5, "stroke-linecap": "round", "stroke-linejoin": "round",
  });
  for (const [tag, attributes] of parts) svg.append(node(tag, attributes));
  return svg;
}

function node(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
