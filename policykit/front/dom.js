// Elements of the page.  Text of a policy enters it as text nodes only.

// characters that reorder the text around them: shown by name, never left to act
const REORDER = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

// An element: attributes, then children; strings become text nodes.
function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") Object.assign(element.style, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child != null));
  return element;
}

// Text of a policy or of a file: a text node, and a visible name in place of every character that reorders text.
function verbatim(parent, text) {
  for (const piece of text.split(new RegExp(`(${REORDER.source})`))) {
    if (!piece) continue;
    if (piece.length === 1 && REORDER.test(piece)) {
      const name = `U+${piece.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      parent.append(h("span", { class: "pk-control", title: name }, name));
    } else parent.append(piece);
  }
  return parent;
}
const isolated = (text, attributes = {}) => verbatim(h("bdi", attributes), text ?? "");
const languageTag = (code) => ["zh-CN", "en", "zh-CN"][code] ?? null;
