// What a language server sends as documentation is written by whoever controls the slot: it is shown as text with a
// little form, never as markup that could do something.

const KEPT = new Set([
  "P", "BR", "HR", "PRE", "CODE", "EM", "STRONG", "B", "I", "DEL", "UL", "OL", "LI", "BLOCKQUOTE", "H1", "H2", "H3", "H4", "H5", "H6",
  "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "SPAN",
]);
/** Left out with all that is in them. */
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "SVG", "MATH", "NOSCRIPT", "TEXTAREA", "SELECT"]);
/** Documentation is short; a long one is cut. */
const NODES_MAX = 2_000;
/** Deeper nesting says nothing to a reader. */
const DEPTH_MAX = 20;

const TAG = /<([a-z][a-z0-9]*)\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const COLOURED = /^<span class="(?:\u037c\w+ ?)+">$/;

/** Tags without attributes: even a document that nobody shows has the browser complain of handlers in it. */
export const bare = (html: string): string => html.replace(TAG, (tag, name: string) => (COLOURED.test(tag) ? tag : `<${name}>`));

/** The same text with known elements only and no attribute but the classes that colour code. */
export function sanitized(html: string): string {
  const source = new DOMParser().parseFromString(bare(html), "text/html").body;
  const target = document.implementation.createHTMLDocument("").createElement("div");
  let left = NODES_MAX;
  const copy = (from: Node, into: Node, depth: number): void => {
    for (const child of from.childNodes) {
      if (left-- <= 0) return;
      if (child.nodeType === Node.TEXT_NODE) into.appendChild(into.ownerDocument!.createTextNode(child.textContent ?? ""));
      else if (child instanceof Element) copyElement(child, into, depth);
    }
  };
  const copyElement = (child: Element, into: Node, depth: number): void => {
    const name = child.nodeName.toUpperCase();
    if (DROPPED.has(name)) return;
    if (!KEPT.has(name) || depth > DEPTH_MAX) return copy(child, into, depth + 1);
    const element = into.ownerDocument!.createElement(name);
    // The highlighter's own classes look like "ͼ1a"; others could borrow the looks of our buttons.
    const classes = [...child.classList].filter((it) => it.startsWith("\u037c"));
    if (name === "SPAN" && classes.length > 0) element.className = classes.join(" ");
    into.appendChild(element);
    if (depth <= DEPTH_MAX) copy(child, element, depth + 1);
  };
  copy(source, target, 0);
  return target.innerHTML;
}
