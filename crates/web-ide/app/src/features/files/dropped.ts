// What was dropped on the page or chosen in a dialog, as a list of files with their paths; folders are walked.
import { fileNameProblem, join } from "./model.ts";

/** Files of one drop; more are brought by git. */
export const DROPPED_MAX = 2_000;

export interface Dropped {
  /** Relative to where it is dropped. */
  path: string;
  file: File;
}

/** What of an entry of the file system is used. */
interface Entry {
  isFile: boolean;
  isDirectory: boolean;
  name: string;
  file?(done: (file: File) => void, failed: (error: unknown) => void): void;
  createReader?(): { readEntries(done: (entries: Entry[]) => void, failed: (error: unknown) => void): void };
}

async function walk(entry: Entry, at: string, out: Dropped[], folders: string[]): Promise<void> {
  const path = join(at, entry.name);
  if (out.length >= DROPPED_MAX) return;
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => entry.file!(done, failed));
    out.push({ path, file });
    return;
  }
  folders.push(path);
  const reader = entry.createReader!();
  // A reader tells a hundred at a time, and an empty list at the end.
  for (;;) {
    const some = await new Promise<Entry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0 || out.length >= DROPPED_MAX) return;
    for (const it of some) await walk(it, path, out, folders);
  }
}

/** Must be called while the drop is handled: afterwards the browser forgets what it was. */
export function dropped(transfer: DataTransfer): Promise<{ files: Dropped[]; folders: string[] }> {
  const entries = [...transfer.items].flatMap((it) => (it.kind === "file" ? [it.webkitGetAsEntry?.() as Entry | null | undefined] : []));
  const plain = [...transfer.files];
  return (async () => {
    const files: Dropped[] = [];
    const folders: string[] = [];
    if (entries.every((it) => !it)) return { files: plain.map((file) => ({ path: file.name, file })), folders };
    for (const entry of entries) if (entry) await walk(entry, "", files, folders);
    return { files, folders };
  })();
}

/** What must be true to send them; a sentence where it is not. */
export function dropProblem(files: readonly Dropped[], largest: number): string | undefined {
  if (files.length >= DROPPED_MAX) return `More than ${DROPPED_MAX} files at once: bring them with git, or in parts.`;
  const large = files.find((it) => it.file.size > largest);
  if (large) return `${large.path} is larger than ${largest / 1024 / 1024} MiB; use git or split it.`;
  const odd = files.find((it) => fileNameProblem(it.path));
  return odd && `${odd.path}: ${fileNameProblem(odd.path)}`;
}
