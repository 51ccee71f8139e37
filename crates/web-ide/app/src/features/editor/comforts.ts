// What makes typing pleasant and can wait until after the first paint: search and replace, brackets that close.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { gotoLine, highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";

/** How all that comes with it looks, and what language servers say. */
const look = EditorView.theme({
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--warn-soft)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels input, .cm-panels button": { minHeight: "26px", margin: "0" },
  ".cm-panel.cm-search": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "5px 6px", padding: "7px 34px 7px 10px", fontFamily: "var(--sans, inherit)" },
  "@media (max-width: 720px)": { ".cm-panel.cm-search .cm-textfield": { width: "100%" } },
  ".cm-panel.cm-search [name=close]": { top: "6px", right: "8px", minHeight: "24px", minWidth: "24px", justifyContent: "center" },
  ".cm-panel.cm-search label": { fontSize: "12.5px", display: "inline-flex", alignItems: "center", gap: "4px", fontWeight: "400", margin: "0" },
  ".cm-textfield": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line-strong)", borderRadius: "4px", fontSize: "13px", width: "min(17em, 100%)", padding: "2px 7px", margin: "0" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "4px", fontSize: "12.5px", padding: "1px 8px", margin: "0" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "6px", boxShadow: "0 6px 24px rgb(0 0 0 / .18)", maxWidth: "min(560px, 90vw)" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "14em" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
  ".cm-completionDetail": { color: "var(--soft)" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-tooltip-hover": { fontSize: "12.5px", maxHeight: "40vh", overflow: "auto" },
  ".cm-diagnostic": { borderLeftWidth: "3px", padding: "4px 8px", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-info, .cm-diagnostic-hint": { borderLeftColor: "var(--soft)" },
  ".cm-lintRange": { backgroundImage: "none", textDecorationLine: "underline", textDecorationStyle: "wavy", textDecorationThickness: "1px", textUnderlineOffset: "3px", textDecorationSkipInk: "none" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecorationColor: "var(--bad)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecorationColor: "var(--warn)" },
  ".cm-lintRange-info, .cm-lintRange-hint": { backgroundImage: "none", textDecorationColor: "var(--soft)" },
  ".cm-gutter-lint": { width: "1.1em" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 .15em" },
  ".cm-lint-marker": { display: "block", width: "8px", height: "8px", margin: "6px auto 0", borderRadius: "50%" },
  ".cm-lint-marker-error": { content: "''", backgroundColor: "var(--bad)" },
  ".cm-lint-marker-warning": { content: "''", backgroundColor: "var(--warn)" },
  ".cm-lint-marker-info": { content: "''", backgroundColor: "var(--soft)" },
});

/** The words of the panels, written as the rest of the page is. */
const words = EditorState.phrases.of({
  next: "Next", previous: "Previous", all: "All", "match case": "Match case", regexp: "Pattern", "by word": "Whole words",
  replace: "Replace", "replace all": "Replace all", Replace: "Replace by", close: "Close", go: "Go", "Go to line": "Go to line",
});

export const all: Extension = [
  look, words,
  closeBrackets(), highlightSelectionMatches(), search({ top: true }),
  keymap.of([
    { key: "Ctrl-g", preventDefault: true, run: gotoLine },
    { key: "Mod-h", preventDefault: true, run: openSearchPanel },
    ...closeBracketsKeymap, ...searchKeymap,
  ]),
];
