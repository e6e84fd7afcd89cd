/*
 * The few ways in which the tablet's screens touch the page. Text goes in as text, never as markup.
 */

/** Return the one element of a page that carries a data hook; throws when the template has none. */
export function hook(name, root = document) {
  const found = root.querySelector(`[data-${name}]`);
  if (!found) throw new Error(`The page has no data-${name}.`);
  return found;
}

/** Make an element; `text` is its text, every other entry an attribute; children follow. */
export function make(tag, { text, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
}

/** Put a text into an element and hide the element while there is none. */
export function tell(node, text) {
  node.textContent = text ?? "";
  node.hidden = !text;
}
