import { markdownLanguage } from "@codemirror/lang-markdown";
import { expect, test } from "vitest";
import { readMarkdown, type Block, type Inline } from "./markdown.ts";

const read = (text: string): Block[] => readMarkdown(text, markdownLanguage.parser.parse(text));
const paragraph = (text: string): Inline[] => {
  const [block] = read(text);
  return block?.is === "paragraph" ? block.of : [];
};

test("what a README is made of", () => {
  const blocks = read("# Title\n\nSome *words* and `code`.\n\n- [x] one\n- two\n\n3. three\n\n> quoted\n\n```v\nmodule a;\n\nendmodule\n```\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\n---\n");
  expect(blocks.map((it) => it.is)).toEqual(["heading", "paragraph", "list", "list", "quote", "code", "table", "rule"]);
  expect(blocks[0]).toEqual({ is: "heading", level: 1, of: [{ is: "text", text: "Title" }] });
  expect(blocks[1]).toMatchObject({ of: [{ text: "Some " }, { is: "em" }, { text: " and " }, { is: "code", text: "code" }, { text: "." }] });
  expect(blocks[2]).toMatchObject({ ordered: false, items: [{ done: true, of: [{ of: [{ text: "one" }] }] }, { of: [{ of: [{ text: "two" }] }] }] });
  expect(blocks[3]).toMatchObject({ ordered: true, start: 3 });
  expect(blocks[5]).toEqual({ is: "code", text: "module a;\n\nendmodule", language: "v" });
  expect(blocks[6]).toMatchObject({ head: [[{ text: "a" }], [{ text: "b" }]], rows: [[[{ text: "1" }], [{ is: "strong" }]]] });
});

test("links in all spellings", () => {
  expect(paragraph("[a *b*](c.md 'title')")).toEqual([{ is: "link", href: "c.md", of: [{ is: "text", text: "a " }, { is: "em", of: [{ is: "text", text: "b" }] }] }]);
  expect(paragraph("<https://x.example>")[0]).toMatchObject({ is: "link", href: "https://x.example" });
  expect(read("[a][One]\n\n[one]: <d.md>\n")[0]).toMatchObject({ of: [{ is: "link", href: "d.md" }] });
  expect(paragraph("[nothing]")).toEqual([{ is: "text", text: "[nothing]" }]);
  expect(paragraph("![al<t](pic.png)")).toEqual([{ is: "image", src: "pic.png", alt: "al<t" }]);
  expect(paragraph("a &amp; &lt;b&gt; &#x41; \\*c\\* &#xD800;").map((it) => (it.is === "text" ? it.text : it.is)).join("")).toBe("a & <b> A *c* \ufffd");
});

test("HTML is text, and nothing is too deep", () => {
  expect(JSON.stringify(read("<script>alert(1)</script>\n\na <b onclick=x>bold</b>"))).toContain("<script>alert(1)</script>");
  expect(read("a <img src=x onerror=y>")[0]).toMatchObject({ is: "paragraph", of: [{ is: "text", text: "a " }, { is: "text", text: "<img src=x onerror=y>" }] });
  const kinds = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (value && typeof value === "object") {
      if ("is" in value) kinds.add(String(value.is));
      Object.values(value).forEach(walk);
    }
  };
  walk(read("<a href='javascript:x'>y</a>\n\n<iframe src=x></iframe>\n"));
  expect([...kinds].sort()).toEqual(["paragraph", "text"]);
  expect(read(">".repeat(500) + " deep").length).toBe(1);
  expect(read("*a ".repeat(2_000)).length).toBe(1);
  expect(read("- x\n".repeat(30_000)).length).toBe(1);
});
