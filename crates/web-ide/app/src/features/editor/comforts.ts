// What makes typing pleasant and can wait until after the first paint: search and replace, brackets that close.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { gotoLine, highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import { keymap } from "@codemirror/view";

export const all: Extension = [
  closeBrackets(), highlightSelectionMatches(), search({ top: true }),
  keymap.of([
    { key: "Ctrl-g", preventDefault: true, run: gotoLine },
    { key: "Mod-h", preventDefault: true, run: openSearchPanel },
    ...closeBracketsKeymap, ...searchKeymap,
  ]),
];
