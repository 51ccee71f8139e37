// CodeMirror, dressed in the page's colours: up to two views side by side, a state for each document.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Annotation, Compartment, EditorState, type Extension, type StateEffect, type Text, type Transaction, type TransactionSpec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, highlightWhitespace, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { languageOf } from "./languages.ts";
import { between } from "./model.ts";
import type { Place } from "./ports.ts";
import { loadSettings, type Settings } from "./settings.ts";

export const look = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--editor-size, 13px)", color: "var(--ink)", backgroundColor: "var(--paper)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--accent)", paddingTop: "6px" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--sunk)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--select)" },
  ".cm-highlightSpace": { backgroundImage: "none", position: "relative" },
  "&.cm-focused": { outline: "none" },
});

export const ink = HighlightStyle.define([
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

/** A change that came from the disk or from the other view: nobody edited. */
const silent = Annotation.define<boolean>();

/** What a person set, and what a language server adds: both come and go while a document is open. */
const liked = new Compartment();
const served = new Compartment();
/** Search, brackets: one can type before they are loaded. */
const comforts = new Compartment();
let comfort: Extension = [];

function liking(settings: Settings): Extension {
  return [
    EditorState.tabSize.of(settings.tabSize), indentUnit.of(" ".repeat(settings.tabSize)),
    settings.wrap ? EditorView.lineWrapping : [], settings.whitespace ? highlightWhitespace() : [],
  ];
}

export interface HostTold {
  edited(path: string): void;
  /** What was edited is undone. */
  reverted?(path: string): void;
  save(): void;
  closeTab(): void;
  focused?(column: number): void;
}

function createState(path: string, text: string, language: Extension, settings: Settings, update: Extension, told: HostTold): EditorState {
  const extensions: Extension[] = [
    lineNumbers(), foldGutter(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(),
    EditorState.allowMultipleSelections.of(true), indentOnInput(), bracketMatching(), highlightActiveLine(),
    // What comes later shall win over the keys below.
    comforts.of(comfort), look, liked.of(longLined(text) ? [] : liking(settings)), served.of([]),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (told.save(), true) },
      { key: "Alt-w", run: () => (told.closeTab(), true) },
      ...defaultKeymap, ...historyKeymap, ...foldKeymap, indentWithTab,
    ]),
    update,
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

interface Pane {
  view: EditorView;
  shown: string | undefined;
  /** Where each document was scrolled to in this view. */
  scrolled: Map<string, StateEffect<unknown>>;
}

/** The states of all open documents, and the views that show some of them. */
export class EditorHost {
  /** Called when a document came in, and when it was dropped. */
  onPut: (path: string) => void = () => {};
  onDrop: (path: string) => void = () => {};
  /** Called when a document changed that no view shows. */
  onHidden: (path: string) => void = () => {};
  /** Called when the cursor moved in the focused view, or another document is shown there. */
  onCursor: (place: Place | undefined) => void = () => {};
  private readonly panes: (Pane | undefined)[] = [];
  private readonly states = new Map<string, EditorState>();
  /** Texts as they are on the disk, and as they were when they were last asked for. */
  private readonly onDisk = new Map<string, Text>();
  private readonly onTheWay = new Map<string, Text>();
  private readonly ends = new Map<string, string>();
  private readonly parents: readonly HTMLElement[];
  private readonly told: HostTold;
  private settings = loadSettings();
  private current = 0;

  constructor(parents: readonly HTMLElement[], told: HostTold) {
    this.parents = parents;
    this.told = told;
    this.sized();
    import("./comforts.ts").then(({ all }) => {
      comfort = all;
      for (const path of this.paths()) this.change(path, { effects: comforts.reconfigure(all) });
    }, () => {
      // A line that breaks in this very moment; the next page load has them.
    });
  }

  /** Puts a text in, new or instead of the one that was there; cursor, history and language stay. */
  async put(path: string, read: string): Promise<void> {
    this.ends.set(path, /^[^\r\n]*\r\n/.test(read) ? "\r\n" : "\n");
    const text = read.replace(/\r\n?/g, "\n");
    const before = this.state(path);
    if (before) {
      const change = between(before.doc.toString(), text);
      if (change) this.change(path, { changes: change, annotations: silent.of(true) });
      this.onDisk.set(path, this.doc(path)!);
      return;
    }
    const language = (await languageOf(path)?.().catch(() => [])) ?? [];
    const update = EditorView.updateListener.of((it) => {
      if (it.transactions.some((tr) => tr.docChanged && !tr.annotation(silent))) this.edited(path, it.state.doc);
      if ((it.selectionSet || it.docChanged) && this.pane(this.current)?.view === it.view) this.onCursor(this.place());
    });
    const state = createState(path, text, language, this.settings, update, this.told);
    this.states.set(path, state);
    this.onDisk.set(path, state.doc);
    for (const pane of this.showing(path)) pane.view.setState(state);
    this.onPut(path);
    this.onCursor(this.place());
  }

  /** As it goes to the disk: with the line ends that it came with. */
  text(path: string): string {
    const doc = this.doc(path);
    if (doc) this.onTheWay.set(path, doc);
    return doc?.sliceString(0, doc.length, this.ends.get(path)) ?? "";
  }

  /** What `text` gave last has reached the disk. */
  written(path: string): void {
    const doc = this.onTheWay.get(path);
    if (doc) this.onDisk.set(path, doc);
  }

  doc(path: string): Text | undefined {
    return this.state(path)?.doc;
  }

  paths(): string[] {
    return [...this.states.keys()];
  }

  /** The views that show it, the focused one first. */
  views(path: string): EditorView[] {
    return this.showing(path).sort((a, b) => Number(b === this.panes[this.current]) - Number(a === this.panes[this.current])).map((it) => it.view);
  }

  /** The view with the cursor, and what it shows. */
  focusedView(): { view: EditorView; path: string } | undefined {
    const pane = this.panes[this.current];
    return pane?.shown === undefined || !this.states.has(pane.shown) ? undefined : { view: pane.view, path: pane.shown };
  }

  place(): Place | undefined {
    const at = this.focusedView();
    if (!at) return undefined;
    const head = at.view.state.selection.main.head;
    const line = at.view.state.doc.lineAt(head);
    return { path: at.path, line: line.number, column: head - line.from + 1 };
  }

  /** What a language server adds to a document. */
  extend(path: string, extension: Extension): void {
    this.change(path, { effects: served.reconfigure(extension) });
  }

  /** Changes a document, shown or not. */
  change(path: string, spec: TransactionSpec): void {
    const [first, ...others] = this.showing(path);
    if (!first) {
      const state = this.states.get(path);
      if (!state) return;
      const update = state.update(spec);
      this.states.set(path, update.state);
      if (!update.docChanged) return;
      if (!update.annotation(silent)) this.edited(path, update.state.doc);
      this.onHidden(path);
      return;
    }
    first.view.dispatch(spec);
    // A change of the text was carried over by then; the rest concerns each view.
    if (spec.effects) for (const other of others) other.view.dispatch({ effects: spec.effects });
  }

  show(columns: readonly (string | undefined)[], focus: number): void {
    this.parents.forEach((_, at) => this.showIn(at, columns[at]));
    this.current = focus;
    this.onCursor(this.place());
  }

  private showIn(at: number, path: string | undefined): void {
    const pane = path === undefined ? this.panes[at] : this.pane(at);
    if (!pane || pane.shown === path) return;
    if (pane.shown !== undefined && this.states.has(pane.shown)) {
      this.states.set(pane.shown, pane.view.state);
      pane.scrolled.set(pane.shown, pane.view.scrollSnapshot());
    }
    // Another view may be further than what was put aside.
    const state = path === undefined ? undefined : this.state(path);
    pane.shown = path;
    pane.view.setState(state ?? EditorState.create({ extensions: look }));
    const scrolled = path === undefined ? undefined : pane.scrolled.get(path);
    if (scrolled) pane.view.dispatch({ effects: scrolled });
  }

  drop(path: string): void {
    this.states.delete(path);
    for (const known of [this.ends, this.onDisk, this.onTheWay]) known.delete(path);
    for (const pane of this.panes) {
      pane?.scrolled.delete(path);
      if (pane?.shown !== path) continue;
      pane.shown = undefined;
      pane.view.setState(EditorState.create({ extensions: look }));
    }
    this.onDrop(path);
  }

  focus(): void {
    this.panes[this.current]?.view.focus();
  }

  /** Moves the cursor of the focused view there, and that place into its middle. */
  reveal({ path, line, column }: Place): boolean {
    const at = this.focusedView();
    if (!at || at.path !== path) return false;
    const { doc } = at.view.state;
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const anchor = Math.min(found.from + Math.max(column - 1, 0), found.to);
    at.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    return true;
  }

  set(settings: Settings): void {
    this.settings = settings;
    this.sized();
    for (const path of this.paths()) this.change(path, { effects: liked.reconfigure(liking(settings)) });
    for (const pane of this.panes) pane?.view.requestMeasure();
  }

  dispose(): void {
    for (const pane of this.panes) pane?.view.destroy();
  }

  private edited(path: string, doc: Text): void {
    if (this.onDisk.get(path)?.eq(doc)) this.told.reverted?.(path);
    else this.told.edited(path);
  }

  private sized(): void {
    for (const parent of this.parents) parent.style.setProperty("--editor-size", `${this.settings.fontSize}px`);
  }

  private state(path: string): EditorState | undefined {
    return this.states.has(path) ? (this.showing(path)[0]?.view.state ?? this.states.get(path)) : undefined;
  }

  private showing(path: string): Pane[] {
    return this.panes.filter((it): it is Pane => it !== undefined && it.shown === path && this.states.has(path));
  }

  private pane(at: number): Pane | undefined {
    const parent = this.parents[at];
    if (!parent || this.panes[at]) return this.panes[at];
    const view = new EditorView({ parent, state: EditorState.create({ extensions: look }), dispatchTransactions: (all, it) => this.dispatch(all, it) });
    view.dom.addEventListener("focusin", () => {
      if (this.current === at) return;
      this.current = at;
      this.told.focused?.(at);
      this.onCursor(this.place());
    });
    return (this.panes[at] = { view, shown: undefined, scrolled: new Map() });
  }

  /** What is typed in one view appears in the other one that shows the same document. */
  private dispatch(transactions: readonly Transaction[], view: EditorView): void {
    view.update(transactions);
    const pane = this.panes.find((it) => it?.view === view);
    if (pane?.shown === undefined) return;
    for (const other of this.showing(pane.shown)) {
      if (other === pane) continue;
      for (const tr of transactions) {
        if (tr.docChanged && !tr.annotation(mirrored)) other.view.dispatch({ changes: tr.changes, annotations: [mirrored.of(true), silent.of(true)] });
      }
    }
  }
}

/** A change that another view made. */
const mirrored = Annotation.define<boolean>();
