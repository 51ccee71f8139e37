// What is kept of notes on this device, so that what is typed without a line outlives the tab.
import { IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";

const PREFIX = "carrel.notes.";

export interface Kept {
  /** Resolves when what was kept is in the document; says whether there was anything. */
  ready: Promise<boolean>;
  /** Calls when all that was typed so far is on the device; never where nothing can be kept. */
  whenever(all: () => void): void;
  forget(): Promise<void>;
}

/** Without a place to keep things (a private window may have none) the notes work all the same. */
export function keep(document: string, user: string, doc: Y.Doc): Kept {
  if (typeof indexedDB === "undefined") return { ready: Promise.resolve(false), whenever: () => {}, forget: () => Promise.resolve() };
  const place = new IndexeddbPersistence(`${PREFIX}${user}.${document}`, doc);
  const found = place.whenSynced.then(() => doc.store.clients.size > 0).catch(() => false);
  // A browser that never answers must not keep the notes from opening.
  const late = new Promise<boolean>((done) => setTimeout(() => done(false), 3_000));
  let typed = 0;
  const whenever = (all: () => void) => {
    const look = () => {
      const upTo = ++typed;
      // Begun after the writing of what was typed, so answered after it: a browser drops what a closed tab had not written.
      try {
        const written = place.db?.transaction("updates", "readonly").objectStore("updates").count();
        if (written) written.onsuccess = () => upTo === typed && all();
      } catch {
        // The place was given up, with all that was kept there.
      }
    };
    void place.whenSynced.then(look, () => {});
    doc.on("update", (_: Uint8Array, origin: unknown) => origin !== place && look());
  };
  return { ready: Promise.race([found, late]), whenever, forget: () => place.clearData().catch(() => {}) };
}

/** After a log-out the device keeps nothing. */
export async function forgetAll(): Promise<void> {
  const all = (await indexedDB?.databases?.()) ?? [];
  for (const { name } of all) if (name?.startsWith(PREFIX)) indexedDB.deleteDatabase(name);
}
