// CodeMirror, dressed in the page's colours; one view, a state for each document.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { languageOf } from "./languages.ts";

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--ink)", backgroundColor: "var(--paper)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--accent)", paddingTop: "6px" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--sunk)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--select)" },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--warn-soft)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels input, .cm-panels button": { minHeight: "26px" },
  "&.cm-focused": { outline: "none" },
});

const ink = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--c-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--c-string)" },
  { tag: [tags.number, tags.bool, tags.atom], color: "var(--c-number)" },
  { tag: [tags.comment, tags.meta], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.className, tags.definition(tags.propertyName), tags.propertyName], color: "var(--c-type)" },
  { tag: [tags.function(tags.variableName), tags.macroName], color: "var(--c-call)" },
  { tag: tags.heading, fontWeight: "650" },
  { tag: tags.link, color: "var(--accent)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

/** Lines longer than this are shown without highlighting and wrapping stays off: one of 5 MB must not freeze the page. */
const LONG_LINE = 20_000;

export function createState(path: string, text: string, language: Extension, edited: () => void, commands: { save: () => void; closeTab: () => void }): EditorState {
  const extensions: Extension[] = [
    lineNumbers(), foldGutter(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(),
    EditorState.allowMultipleSelections.of(true), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
    highlightSelectionMatches(), look, indentUnit.of("  "),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (commands.save(), true) },
      { key: "Alt-w", run: () => (commands.closeTab(), true) },
      ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, indentWithTab,
    ]),
    EditorView.updateListener.of((update) => update.docChanged && edited()),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `Text of ${path}` }),
  ];
  if (!longLined(text)) extensions.push(language, syntaxHighlighting(ink));
  return EditorState.create({ doc: text, extensions });
}

function longLined(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    const stop = end < 0 ? text.length : end;
    if (stop - at > LONG_LINE) return true;
    at = stop + 1;
  }
  return false;
}

/** The states of all open documents in one view. */
export class EditorHost {
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private shown: string | undefined;
  private readonly told: { edited(path: string): void; save(): void; closeTab(): void };

  constructor(parent: HTMLElement, told: { edited(path: string): void; save(): void; closeTab(): void }) {
    this.told = told;
    this.view = new EditorView({ parent });
  }

  /** Puts a text in, new or instead of the one that was there; the cursor stays where it can. */
  async put(path: string, text: string): Promise<void> {
    const language = (await languageOf(path)?.().catch(() => [])) ?? [];
    const state = createState(path, text, language, () => this.told.edited(path), this.told);
    const before = this.shown === path ? this.view.state : this.states.get(path);
    const anchor = Math.min(before?.selection.main.anchor ?? 0, state.doc.length);
    const placed = state.update({ selection: { anchor } }).state;
    this.states.set(path, placed);
    if (this.shown === path) this.view.setState(placed);
  }

  text(path: string): string {
    const state = this.shown === path ? this.view.state : this.states.get(path);
    return state?.doc.toString() ?? "";
  }

  show(path: string | undefined): void {
    if (this.shown !== undefined && this.states.has(this.shown)) this.states.set(this.shown, this.view.state);
    this.shown = path;
    const state = path === undefined ? undefined : this.states.get(path);
    if (state) this.view.setState(state);
  }

  has(path: string): boolean {
    return this.states.has(path);
  }

  drop(path: string): void {
    this.states.delete(path);
    if (this.shown === path) this.shown = undefined;
  }

  focus(): void {
    this.view.focus();
  }

  dispose(): void {
    this.view.destroy();
  }
}
