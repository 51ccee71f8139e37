// All open documents: drives the model of each, and performs what it asks for.
import { createSignal, type Accessor } from "solid-js";
import { asFailure, reason } from "../../transport.ts";
import type { Attention } from "../../ui/attention.ts";
import { activeOf, behind, dropped, emptyLayout, focused, isOpen, moved, removed, shown, split, type Layout } from "./layout.ts";
import { hasUnsaved, opened, readText, step, type Doc, type DocEffect, type DocEvent } from "./model.ts";
import type { Cursor, Disk, Texts } from "./ports.ts";

export class Docs {
  readonly all: Accessor<readonly Doc[]>;
  readonly active: Accessor<string | undefined>;
  /** Where each is shown. */
  readonly layout: Accessor<Layout>;
  /** Called after a text was written. */
  onSaved: (path: string) => void = () => {};
  private readonly setAll: (docs: readonly Doc[]) => void;
  private readonly setLayout: (layout: Layout) => void;
  private readonly disk: Disk;
  private readonly texts: () => Promise<Texts>;
  private readonly tell: (text: string) => void;
  private readonly attention: Attention;
  /** Texts that are on their way. */
  private readonly coming = new Map<string, Promise<void>>();

  /** `texts` is asked for when the first document opens: the editor is loaded only then. */
  constructor(disk: Disk, texts: () => Promise<Texts>, tell: (text: string) => void, attention: Attention) {
    this.disk = disk;
    this.attention = attention;
    this.texts = texts;
    this.tell = tell;
    const [all, setAll] = createSignal<readonly Doc[]>([]);
    const [layout, setLayout] = createSignal<Layout>(emptyLayout);
    [this.all, this.layout] = [all, layout];
    this.active = () => activeOf(layout());
    this.setAll = (docs) => void setAll(() => docs);
    this.setLayout = (next) => void setLayout(() => next);
  }

  get(path: string): Doc | undefined {
    return this.all().find((it) => it.path === path);
  }

  unsaved(): readonly Doc[] {
    return this.all().filter(hasUnsaved);
  }

  /** Opens it in the focused column, or looks at it where it is; gives whether the cursor went there. */
  async open(path: string, cursor: Cursor = "goes", since = this.attention.presses()): Promise<boolean> {
    const known = this.know(path);
    // Its tab is there while its text is still on its way.
    this.setLayout(shown(this.layout(), path, true));
    await known;
    // Meanwhile somebody may look at another one.
    await this.arrange(this.layout());
    return cursor === "goes" && this.goTo(path, since);
  }

  /** Makes its text known; it gets a tab that is not looked at. */
  async know(path: string): Promise<void> {
    if (this.get(path)) return this.coming.get(path);
    this.setAll([...this.all(), opened(path)]);
    this.setLayout(behind(this.layout(), path));
    const coming = this.load(path);
    this.coming.set(path, coming);
    await coming;
    if (this.coming.get(path) === coming) this.coming.delete(path);
  }

  async select(path: string, column = this.layout().focus): Promise<void> {
    await this.turnTo(shown(focused(this.layout(), column), path));
  }

  /** A second column beside the first, or the active one also in the other. */
  async split(): Promise<void> {
    await this.turnTo(split(this.layout()));
  }

  async move(path: string, from: number, to: number, index: number): Promise<void> {
    await this.turnTo(moved(this.layout(), path, from, to, index));
  }

  focus(column: number): void {
    this.setLayout(focused(this.layout(), column));
  }

  /** Whether closing this tab closes the document: it may be open in the other column, too. */
  closesWith(path: string, column: number): boolean {
    return !isOpen(removed(this.layout(), path, column), path);
  }

  /** Closes one tab of it, or with its last one (or without a column) the document. */
  async close(path: string, column?: number, cursor: Cursor = "goes"): Promise<void> {
    const since = this.attention.presses();
    const next = column === undefined ? dropped(this.layout(), path) : removed(this.layout(), path, column);
    // At once: what is opened while the editor lets go of it is not taken back.
    this.setLayout(next);
    if (!isOpen(next, path)) {
      this.setAll(this.all().filter((it) => it.path !== path));
      (await this.texts()).drop(path);
    }
    await (cursor === "goes" ? this.turnTo(this.layout(), since) : this.arrange(this.layout()));
  }

  /** Arranges it so, and puts the cursor into what is looked at then. */
  private async turnTo(layout: Layout, since = this.attention.presses()): Promise<void> {
    await this.arrange(layout);
    const path = activeOf(layout);
    if (path === undefined) return;
    await this.coming.get(path);
    await this.goTo(path, since);
  }

  private async arrange(layout: Layout): Promise<void> {
    this.setLayout(layout);
    const texts = await this.texts();
    // Meanwhile somebody may have arranged it anew.
    const now = this.layout();
    texts.show(now.columns.map((it) => it.active), now.focus);
  }

  /** What arrives late takes no keys from whoever went on to something else. */
  private async goTo(path: string, since: number): Promise<boolean> {
    const texts = await this.texts();
    const wanted = this.active() === path && this.attention.presses() === since;
    if (wanted) texts.focus();
    return wanted;
  }

  async event(path: string, event: DocEvent): Promise<void> {
    const doc = this.get(path);
    if (!doc) return;
    const next = step(doc, event);
    if (next.doc !== doc) this.setAll(this.all().map((it) => (it.path === path ? next.doc : it)));
    for (const effect of next.effects) await this.perform(path, effect);
  }

  /** Something happened on the disk: open documents below it look. */
  async lookAgain(touches: (path: string) => boolean): Promise<void> {
    for (const { path } of this.all().filter((it) => touches(it.path))) {
      const etag = await this.disk.version(path).catch(() => null);
      if (etag !== null) await this.event(path, { kind: "on-disk", etag });
    }
  }

  private async perform(path: string, effect: DocEffect): Promise<void> {
    if (effect.do === "load") return this.load(path);
    if (effect.do === "tell") return this.tell(effect.text);
    const text = (await this.texts()).text(path);
    try {
      const { etag } = await this.disk.write(path, text, effect.etag);
      await this.event(path, { kind: "saved", etag });
      this.onSaved(path);
    } catch (error) {
      const { code, message } = asFailure(error);
      const refused = code === "aborted" || code === "failed_precondition";
      await this.event(path, refused ? { kind: "save-refused" } : { kind: "save-failed", why: `${path} is not saved: ${message}` });
    }
  }

  private async load(path: string): Promise<void> {
    try {
      const [texts, { bytes, etag }] = await Promise.all([this.texts(), this.disk.read(path)]);
      const read = readText(bytes);
      if ("why" in read) return await this.event(path, { kind: "unfit", why: read.why });
      await texts.put(path, read.text);
      await this.event(path, { kind: "loaded", etag });
    } catch (error) {
      await this.event(path, { kind: "load-failed", why: reason(error) });
    }
  }
}
