// A document of a repository as plain data. Raw HTML is shown as the text that it is; nothing here makes markup.
import type { SyntaxNode, Tree } from "@lezer/common";

export type Inline =
  | { is: "text"; text: string }
  | { is: "code"; text: string }
  | { is: "em" | "strong" | "del"; of: Inline[] }
  | { is: "link"; href: string; of: Inline[] }
  | { is: "image"; src: string; alt: string }
  | { is: "break" };

export type Block =
  | { is: "heading"; level: number; of: Inline[] }
  | { is: "paragraph"; of: Inline[] }
  | { is: "code"; text: string; language: string }
  | { is: "quote"; of: Block[] }
  | { is: "list"; ordered: boolean; start: number; items: { done?: boolean; of: Block[] }[] }
  | { is: "table"; head: Inline[][]; rows: Inline[][][] }
  | { is: "rule" };

/** More than this of anything is no document for people. */
const DEPTH_MAX = 12;
const NODES_MAX = 20_000;

const LEVELS: Record<string, number> = {
  ATXHeading1: 1, ATXHeading2: 2, ATXHeading3: 3, ATXHeading4: 4, ATXHeading5: 5, ATXHeading6: 6, SetextHeading1: 1, SetextHeading2: 2,
};
/** Signs of the notation itself: not shown. */
const MARKS = /^(HeaderMark|QuoteMark|ListMark|EmphasisMark|StrikethroughMark|CodeMark|LinkMark|TaskMarker|TableDelimiter|LinkTitle|LinkLabel|URL)$/;

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", copy: "©", mdash: "—", ndash: "–", hellip: "…", rarr: "→", larr: "←", times: "×" };

class Reader {
  private left = NODES_MAX;
  private readonly references = new Map<string, string>();
  private readonly text: string;

  constructor(text: string, tree: Tree) {
    this.text = text;
    for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
      if (node.name !== "LinkReference") continue;
      const [label, url] = [node.getChild("LinkLabel"), node.getChild("URL")];
      if (label && url) this.references.set(key(this.of(label)), trimUrl(this.of(url)));
    }
  }

  private of(node: { from: number; to: number }): string {
    return this.text.slice(node.from, node.to);
  }

  blocks(parent: SyntaxNode, depth = 0): Block[] {
    const found: Block[] = [];
    if (depth > DEPTH_MAX) return [{ is: "paragraph", of: [{ is: "text", text: this.of(parent) }] }];
    for (let node = parent.firstChild; node && this.left > 0; node = node.nextSibling) {
      this.left -= 1;
      const block = this.block(node, depth);
      if (block) found.push(block);
    }
    return found;
  }

  private block(node: SyntaxNode, depth: number): Block | undefined {
    const level = LEVELS[node.name];
    if (level) return { is: "heading", level, of: trimmed(this.inlines(node)) };
    switch (node.name) {
      case "Paragraph":
      case "Task":
        return { is: "paragraph", of: trimmed(this.inlines(node)) };
      case "HTMLBlock":
      case "ProcessingInstructionBlock":
        return { is: "paragraph", of: [{ is: "text", text: this.of(node) }] };
      case "FencedCode":
      case "CodeBlock":
        return { is: "code", text: node.getChildren("CodeText").map((it) => this.of(it)).join(""), language: this.info(node) };
      case "Blockquote":
        return { is: "quote", of: this.blocks(node, depth + 1) };
      case "BulletList":
      case "OrderedList":
        return this.list(node, depth);
      case "Table":
        return this.table(node);
      case "HorizontalRule":
        return { is: "rule" };
      default:
        return undefined;
    }
  }

  private info(node: SyntaxNode): string {
    const info = node.getChild("CodeInfo");
    return info ? this.of(info).split(/\s/)[0]! : "";
  }

  private list(node: SyntaxNode, depth: number): Block {
    const items = node.getChildren("ListItem");
    const first = items[0]?.getChild("ListMark");
    return {
      is: "list",
      ordered: node.name === "OrderedList",
      start: first ? parseInt(this.of(first), 10) || 1 : 1,
      items: items.map((item) => {
        const marker = item.getChild("Task")?.getChild("TaskMarker");
        return { ...(marker && { done: /x/i.test(this.of(marker)) }), of: this.blocks(item, depth + 1) };
      }),
    };
  }

  private table(node: SyntaxNode): Block {
    const cells = (row: SyntaxNode) => row.getChildren("TableCell").map((cell) => trimmed(this.inlines(cell)));
    const head = node.getChild("TableHeader");
    return { is: "table", head: head ? cells(head) : [], rows: node.getChildren("TableRow").map(cells) };
  }

  /** The text between a node's children, and what they are. */
  private inlines(parent: SyntaxNode, depth = 0, from = parent.from, end = parent.to): Inline[] {
    const found: Inline[] = [];
    let at = from;
    const plain = (to: number) => to > at && found.push({ is: "text", text: this.text.slice(at, to).replace(/\n[ \t]*(>[ \t]?)*/g, "\n") });
    for (let node = parent.firstChild; node && this.left > 0; node = node.nextSibling) {
      if (node.from < from || node.to > end) continue;
      this.left -= 1;
      plain(node.from);
      at = node.to;
      if (!MARKS.test(node.name) || (node.name === "URL" && parent.name !== "Link" && parent.name !== "Image")) found.push(...this.inline(node, depth));
    }
    plain(end);
    return found;
  }

  private inline(node: SyntaxNode, depth: number): Inline[] {
    if (depth > DEPTH_MAX) return [{ is: "text", text: this.of(node) }];
    switch (node.name) {
      case "Emphasis": return [{ is: "em", of: this.inlines(node, depth + 1) }];
      case "StrongEmphasis": return [{ is: "strong", of: this.inlines(node, depth + 1) }];
      case "Strikethrough": return [{ is: "del", of: this.inlines(node, depth + 1) }];
      case "InlineCode": return [{ is: "code", text: this.of(node).replace(/^`+ ?| ?`+$/g, "").replace(/\n/g, " ") }];
      case "HardBreak": return [{ is: "break" }];
      case "Escape": return [{ is: "text", text: this.of(node).slice(1) }];
      case "Entity": return [{ is: "text", text: entity(this.of(node)) }];
      case "Comment": return [];
      case "URL": return [{ is: "link", href: this.of(node), of: [{ is: "text", text: this.of(node) }] }];
      case "Autolink": {
        const url = this.of(node).slice(1, -1);
        return [{ is: "link", href: url.includes(":") ? url : `mailto:${url}`, of: [{ is: "text", text: url }] }];
      }
      case "Link": return this.link(node, depth);
      case "Image": return this.image(node);
      // HTML of all kinds: shown, not obeyed.
      default: return [{ is: "text", text: this.of(node) }];
    }
  }

  private target(node: SyntaxNode): string | undefined {
    const url = node.getChild("URL");
    if (url) return trimUrl(this.of(url));
    const label = node.getChild("LinkLabel");
    const whole = this.of(node).replace(/^!/, "");
    const named = label && this.of(label) !== "[]" ? this.of(label) : whole.replace(/\[\]$/, "");
    return this.references.get(key(named));
  }

  private link(node: SyntaxNode, depth: number): Inline[] {
    const href = this.target(node);
    if (href === undefined) return [{ is: "text", text: this.of(node) }];
    // What is between the brackets.
    const [open, close] = node.getChildren("LinkMark");
    return [{ is: "link", href, of: this.inlines(node, depth + 1, open?.to, close?.from) }];
  }

  private image(node: SyntaxNode): Inline[] {
    const src = this.target(node);
    if (src === undefined) return [{ is: "text", text: this.of(node) }];
    const alt = /^!\[([^\]]*)\]/.exec(this.of(node))?.[1] ?? "";
    return [{ is: "image", src, alt }];
  }
}

const key = (label: string): string => label.replace(/^\[|\]$/g, "").trim().toLowerCase().replace(/\s+/g, " ");
const trimUrl = (url: string): string => url.replace(/^<|>$/g, "");

function entity(text: string): string {
  const number = /^&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));$/i.exec(text);
  if (number) {
    const code = number[1] ? parseInt(number[1], 16) : Number(number[2]);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : "\ufffd";
  }
  return ENTITIES[text.slice(1, -1)] ?? text;
}

/** Blanks next to marks that are not shown. */
function trimmed(inlines: Inline[]): Inline[] {
  const cut = inlines.map((it) => ({ ...it }));
  const [first, last] = [cut[0], cut.at(-1)];
  if (first?.is === "text") first.text = first.text.trimStart();
  if (last?.is === "text") last.text = last.text.trimEnd();
  return cut.filter((it) => it.is !== "text" || it.text !== "");
}

export function readMarkdown(text: string, tree: Tree): Block[] {
  return new Reader(text, tree).blocks(tree.topNode);
}
