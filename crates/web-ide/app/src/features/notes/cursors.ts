// Everybody else's cursors and selections in the text. What they send is only looked at, never put into a style.
import { Annotation, RangeSet, type Range } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { colourOf, PEOPLE_MAX, plainName } from "./model.ts";

interface Place {
  anchor: number;
  head: number;
}

/** Where somebody is, if what they sent is a place in this text. */
export function placeOf(state: unknown, text: Y.Text): Place | undefined {
  const cursor = (state as { cursor?: { anchor?: unknown; head?: unknown } } | null)?.cursor;
  const at = (sent: unknown): number | undefined => {
    try {
      const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(sent), text.doc!);
      return found?.type === text ? found.index : undefined;
    } catch {
      return undefined;
    }
  };
  if (typeof cursor !== "object" || cursor === null) return undefined;
  const [anchor, head] = [at(cursor.anchor), at(cursor.head)];
  return anchor === undefined || head === undefined ? undefined : { anchor, head };
}

class Caret extends WidgetType {
  private readonly name: string;
  private readonly colour: number;
  /** A caret that has moved shows its name again. */
  private readonly at: number;
  constructor(name: string, colour: number, at: number) {
    super();
    this.name = name;
    this.colour = colour;
    this.at = at;
  }
  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = `peer-caret peer-${this.colour}`;
    caret.setAttribute("aria-hidden", "true");
    const label = caret.appendChild(document.createElement("span"));
    label.className = "peer-name";
    label.textContent = this.name;
    return caret;
  }
  override eq(other: Caret): boolean {
    return other.name === this.name && other.colour === this.colour && other.at === this.at;
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

const moved = Annotation.define<boolean>();

/** Shows others, and tells them where we are. */
export function cursors(text: Y.Text, awareness: Awareness) {
  class Cursors {
    decorations: DecorationSet = RangeSet.empty;
    private readonly stirred: (change: { added: number[]; updated: number[]; removed: number[] }) => void;

    constructor(view: EditorView) {
      this.stirred = ({ added, updated, removed }) => {
        const others = [...added, ...updated, ...removed].some((client) => client !== awareness.clientID);
        if (others) view.dispatch({ annotations: moved.of(true) });
      };
      awareness.on("change", this.stirred);
      this.draw(view);
    }

    destroy(): void {
      awareness.off("change", this.stirred);
    }

    update(update: ViewUpdate): void {
      if (update.selectionSet || update.docChanged || update.focusChanged) this.tell(update.view);
      const others = update.transactions.some((it) => it.annotation(moved));
      if (others || update.docChanged) this.draw(update.view);
    }

    private tell(view: EditorView): void {
      if (!awareness.getLocalState()) return;
      // Who looks elsewhere keeps their place, so that one can see where they were.
      if (!view.hasFocus) return;
      const { anchor, head } = view.state.selection.main;
      const relative = (at: number) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, at));
      const next = { anchor: relative(anchor), head: relative(head) };
      const before: unknown = awareness.getLocalState()?.cursor;
      if (JSON.stringify(before) !== JSON.stringify(next)) awareness.setLocalStateField("cursor", next);
    }

    private draw(view: EditorView): void {
      const { doc } = view.state;
      const found: Range<Decoration>[] = [];
      let shown = 0;
      for (const [client, state] of awareness.getStates()) {
        if (client === awareness.clientID || shown >= PEOPLE_MAX) continue;
        const place = placeOf(state, text);
        if (!place || Math.max(place.anchor, place.head) > doc.length) continue;
        shown += 1;
        const user = (state as { user?: { id?: unknown; name?: unknown } }).user;
        const colour = colourOf(typeof user?.id === "string" ? user.id : `client ${client}`);
        const [from, to] = [Math.min(place.anchor, place.head), Math.max(place.anchor, place.head)];
        if (from < to) found.push(Decoration.mark({ class: `peer-selection peer-${colour}` }).range(from, to));
        found.push(Decoration.widget({ widget: new Caret(plainName(user?.name), colour, place.head), side: place.head > place.anchor ? -1 : 1 }).range(place.head));
      }
      this.decorations = Decoration.set(found, true);
    }
  }
  return ViewPlugin.fromClass(Cursors, { decorations: (it) => it.decorations });
}
