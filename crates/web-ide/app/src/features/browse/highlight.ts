// Colours for a text that is only read: the editor's languages without the editor.
import type { Language, LanguageSupport } from "@codemirror/language";
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { languageOf } from "../editor/languages.ts";

/** Parsing more than this takes longer than a person waits; it is shown without colours. */
const COLOURED_MAX = 200_000;

/** One piece of a line with its class; empty for plain text. */
export type Piece = readonly [text: string, kind: string];

const ink = tagHighlighter([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], class: "k" },
  { tag: [tags.string, tags.special(tags.string)], class: "s" },
  { tag: [tags.number, tags.bool, tags.atom], class: "n" },
  { tag: tags.comment, class: "c" },
  { tag: [tags.typeName, tags.className, tags.definition(tags.propertyName), tags.propertyName], class: "t" },
  { tag: [tags.function(tags.variableName), tags.macroName], class: "f" },
  { tag: tags.heading, class: "h" },
  { tag: tags.link, class: "l" },
]);

export function plainLines(text: string): Piece[][] {
  const lines = text.split("\n");
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => [[line.replace(/\r$/, ""), ""]]);
}

/** Lines in colour; undefined where there are none for this name. */
export async function colouredLines(name: string, text: string): Promise<Piece[][] | undefined> {
  const load = text.length <= COLOURED_MAX ? languageOf(name) : undefined;
  if (!load) return undefined;
  const loaded = (await load()) as unknown as LanguageSupport | Language;
  const language = "language" in loaded ? loaded.language : loaded;
  const lines: Piece[][] = [[]];
  highlightCode(
    text, language.parser.parse(text), ink,
    (piece, kind) => lines.at(-1)!.push([piece, kind]),
    () => lines.push([]),
  );
  if (lines.length > 1 && lines.at(-1)!.length === 0) lines.pop();
  return lines;
}
