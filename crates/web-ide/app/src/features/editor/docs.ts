// All open documents: drives the model of each, and performs what it asks for.
import { createSignal, type Accessor } from "solid-js";
import { asFailure, reason } from "../../transport.ts";
import { hasUnsaved, opened, readText, step, type Doc, type DocEffect, type DocEvent } from "./model.ts";
import type { Disk, Texts } from "./ports.ts";

export class Docs {
  readonly all: Accessor<readonly Doc[]>;
  readonly active: Accessor<string | undefined>;
  private readonly setAll: (docs: readonly Doc[]) => void;
  private readonly setActive: (path: string | undefined) => void;
  private readonly disk: Disk;
  private readonly texts: () => Promise<Texts>;
  private readonly tell: (text: string) => void;

  /** `texts` is asked for when the first document opens: the editor is loaded only then. */
  constructor(disk: Disk, texts: () => Promise<Texts>, tell: (text: string) => void) {
    this.disk = disk;
    this.texts = texts;
    this.tell = tell;
    const [all, setAll] = createSignal<readonly Doc[]>([]);
    const [active, setActive] = createSignal<string>();
    [this.all, this.active] = [all, active];
    this.setAll = (docs) => void setAll(() => docs);
    this.setActive = (path) => void setActive(() => path);
  }

  get(path: string): Doc | undefined {
    return this.all().find((it) => it.path === path);
  }

  unsaved(): readonly Doc[] {
    return this.all().filter(hasUnsaved);
  }

  async open(path: string): Promise<void> {
    if (!this.get(path)) {
      this.setAll([...this.all(), opened(path)]);
      this.setActive(path);
      await this.load(path);
    }
    await this.select(path);
  }

  async select(path: string): Promise<void> {
    this.setActive(path);
    const texts = await this.texts();
    texts.show(path);
    texts.focus();
  }

  async close(path: string): Promise<void> {
    const left = this.all().filter((it) => it.path !== path);
    const at = this.all().findIndex((it) => it.path === path);
    this.setAll(left);
    (await this.texts()).drop(path);
    if (this.active() !== path) return;
    const next = left[Math.min(at, left.length - 1)]?.path;
    if (next) await this.select(next);
    else this.setActive(undefined);
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
