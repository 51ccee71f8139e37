// The text of shared notes: Markdown in CodeMirror, bound to the document that everybody edits.
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import { UndoManager } from "yjs";
import { cursors, placeOf } from "./cursors.ts";
import type { Desk } from "./desk.ts";

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "15px", color: "var(--ink)", backgroundColor: "var(--paper)" },
  ".cm-scroller": { fontFamily: "var(--sans)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--accent)", padding: "18px 0 40vh" },
  ".cm-line": { padding: "0 20px" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--select)" },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--warn-soft)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels input, .cm-panels button": { minHeight: "26px" },
  ".cm-placeholder": { color: "var(--soft)" },
  "&.cm-focused": { outline: "none" },
});

const ink = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.35em", fontWeight: "650", letterSpacing: "-0.01em" },
  { tag: tags.heading2, fontSize: "1.15em", fontWeight: "640" },
  { tag: tags.heading, fontWeight: "640" },
  { tag: tags.strong, fontWeight: "650" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: tags.monospace, fontFamily: "var(--mono)", fontSize: "0.9em" },
  { tag: tags.quote, color: "var(--soft)" },
  { tag: [tags.processingInstruction, tags.meta, tags.contentSeparator], color: "var(--soft)" },
]);

export class NotesView {
  private readonly view: EditorView;
  private readonly rights = new Compartment();
  private readonly desk: Desk;
  private followed: (() => number[]) | undefined;
  private readonly undo: UndoManager;

  constructor(parent: HTMLElement, desk: Desk, mayWrite: boolean, events: { leftFollowing(): void }) {
    this.desk = desk;
    this.undo = new UndoManager(desk.text);
    const stopFollowing = () => {
      if (this.followed) events.leftFollowing();
    };
    const extensions: Extension[] = [
      keymap.of([...yUndoManagerKeymap, ...defaultKeymap, ...searchKeymap, indentWithTab]),
      highlightSpecialChars(), drawSelection(), EditorState.allowMultipleSelections.of(true), highlightSelectionMatches(),
      EditorView.lineWrapping, look, markdown(), syntaxHighlighting(ink),
      placeholder("Notes for everybody who works on this. Markdown works."),
      // Null: the binding's own cursors take colours from others, ours do not.
      yCollab(desk.text, null, { undoManager: this.undo }),
      cursors(desk.text, desk.awareness),
      this.rights.of(rights(mayWrite)),
      EditorView.contentAttributes.of({ "aria-label": "Shared notes" }),
      // Observers: a key that the keymap takes reaches no other handler.
      EditorView.domEventObservers({ keydown: stopFollowing, wheel: stopFollowing, pointerdown: stopFollowing, touchmove: stopFollowing }),
    ];
    const state = EditorState.create({ doc: desk.text.toString(), extensions });
    this.view = new EditorView({ parent, state });
    desk.awareness.on("change", this.look);
  }

  setRights(mayWrite: boolean): void {
    this.view.dispatch({ effects: this.rights.reconfigure(rights(mayWrite)) });
  }

  /** Keeps somebody's cursor in sight; undefined lets go. */
  follow(clients: (() => number[]) | undefined): void {
    this.followed = clients;
    this.look();
  }

  private readonly look = (): void => {
    for (const client of this.followed?.() ?? []) {
      const place = placeOf(this.desk.awareness.getStates().get(client), this.desk.text);
      if (!place) continue;
      const at = Math.min(place.head, this.view.state.doc.length);
      return this.view.dispatch({ effects: EditorView.scrollIntoView(at, { y: "center" }) });
    }
  };

  textNow(): string {
    return this.view.state.doc.toString();
  }

  focus(): void {
    this.view.focus();
  }

  dispose(): void {
    this.desk.awareness.off("change", this.look);
    this.undo.destroy();
    this.view.destroy();
  }
}

const rights = (mayWrite: boolean): Extension => [
  EditorState.readOnly.of(!mayWrite),
  EditorView.editable.of(mayWrite),
  // A text that takes no typing must still be reached and scrolled by keyboard.
  EditorView.contentAttributes.of(mayWrite ? {} : { tabindex: "0", "aria-readonly": "true" }),
];
