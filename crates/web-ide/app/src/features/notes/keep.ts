// What is kept of notes on this device, so that what is typed without a line outlives the tab.
import { IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";

const PREFIX = "carrel.notes.";

export interface Kept {
  /** Resolves when what was kept is in the document; says whether there was anything. */
  ready: Promise<boolean>;
  forget(): Promise<void>;
}

/** Without a place to keep things (a private window may have none) the notes work all the same. */
export function keep(document: string, user: string, doc: Y.Doc): Kept {
  if (typeof indexedDB === "undefined") return { ready: Promise.resolve(false), forget: () => Promise.resolve() };
  const place = new IndexeddbPersistence(`${PREFIX}${user}.${document}`, doc);
  const found = place.whenSynced.then(() => doc.store.clients.size > 0).catch(() => false);
  // A browser that never answers must not keep the notes from opening.
  const late = new Promise<boolean>((done) => setTimeout(() => done(false), 3_000));
  return { ready: Promise.race([found, late]), forget: () => place.clearData().catch(() => {}) };
}

/** After a log-out the device keeps nothing. */
export async function forgetAll(): Promise<void> {
  const all = (await indexedDB?.databases?.()) ?? [];
  for (const { name } of all) if (name?.startsWith(PREFIX)) indexedDB.deleteDatabase(name);
}
