// Two texts beside each other or in one, by CodeMirror. Loaded when the first comparison is looked at.
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightSpecialChars, lineNumbers } from "@codemirror/view";
import { languageOf } from "../editor/languages.ts";
import { ink, look } from "../editor/view.ts";

/** Beyond it differences are told by line only: a comparison must not freeze the page. */
const SCAN = { scanLimit: 2_000, timeout: 500 };
const COLLAPSE = { margin: 4, minSize: 8 };
/** Longer lines are shown without highlighting. */
const LONG_LINE = 20_000;

const colours = EditorView.theme({
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-soft)" },
  "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "var(--accent-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "color-mix(in oklab, var(--bad) 26%, transparent)" },
  "&.cm-merge-b .cm-changedText": { background: "color-mix(in oklab, var(--accent) 26%, transparent)" },
  ".cm-collapsedLines": { background: "var(--sunk)", color: "var(--soft)", padding: "3px 8px" },
  ".cm-deletedLineGutter, &.cm-merge-a .cm-changedLineGutter": { background: "var(--bad)" },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--accent)" },
});

export interface Sides {
  path: string;
  before: string;
  after: string;
  /** How each side is called by a screen reader. */
  names: [string, string];
}

/** Shows a comparison in `parent`; the answer takes it away again. */
export async function showComparison(parent: HTMLElement, sides: Sides, inline: boolean): Promise<() => void> {
  const long = [sides.before, sides.after].some((text) => text.split("\n").some((line) => line.length > LONG_LINE));
  const language = long ? undefined : await languageOf(sides.path)?.();
  const extensions = (name: string): Extension[] => [
    look, colours, lineNumbers(), highlightSpecialChars(), EditorState.readOnly.of(true), EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": name, role: "textbox", "aria-readonly": "true", "aria-multiline": "true" }),
    language ? [language, syntaxHighlighting(ink)] : [],
  ];
  if (inline) {
    const view = new EditorView({
      parent, doc: sides.after,
      extensions: [...extensions(sides.names[1]), unifiedMergeView({ original: sides.before, mergeControls: false, collapseUnchanged: COLLAPSE, diffConfig: SCAN })],
    });
    return () => view.destroy();
  }
  const view = new MergeView({
    parent, a: { doc: sides.before, extensions: extensions(sides.names[0]) }, b: { doc: sides.after, extensions: extensions(sides.names[1]) },
    collapseUnchanged: COLLAPSE, diffConfig: SCAN,
  });
  return () => view.destroy();
}
