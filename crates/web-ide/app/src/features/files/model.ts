// The tree of a workspace: which folders are known and open, which rows that makes, what a change outside means.
import type { FileEntry } from "../../gen/agent.ts";

export interface Tree {
  /** What each folder that was read holds, by its path; "" is the workspace. */
  folders: ReadonlyMap<string, readonly FileEntry[]>;
  open: ReadonlySet<string>;
}

export interface Row {
  entry: FileEntry;
  depth: number;
  open: boolean;
}

/** From here on a folder keeps the order it is told in: sorting as people count would stop the page for a moment. */
export const SORTED_MAX = 5_000;

export const emptyTree: Tree = { folders: new Map(), open: new Set([""]) };

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
export const join = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name);

/** Folders first, then names as people count: file2 before file10. */
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
function byName(a: FileEntry, b: FileEntry): number {
  const folders = Number(b.kind === "folder") - Number(a.kind === "folder");
  return folders || order.compare(nameOf(a.path), nameOf(b.path)) || (a.path < b.path ? -1 : 1);
}

/** In the order of a list; a large one by the bytes of the names, folders first even so. */
function arranged(entries: FileEntry[]): FileEntry[] {
  if (entries.length <= SORTED_MAX) return entries.sort(byName);
  return [...entries.filter((it) => it.kind === "folder"), ...entries.filter((it) => it.kind !== "folder")];
}

export function filled(tree: Tree, folder: string, entries: readonly FileEntry[]): Tree {
  const shown = folder === "" ? entries.filter((it) => it.path !== ".git") : [...entries];
  return { ...tree, folders: new Map(tree.folders).set(folder, arranged(shown)) };
}

/** After a look at single paths of folders that are known: those found are put in, the others taken out. */
export function updated(tree: Tree, paths: readonly string[], found: readonly FileEntry[]): Tree {
  const folders = new Map(tree.folders);
  const gone = new Set(paths);
  for (const folder of new Set(paths.map(folderOf))) {
    const held = folders.get(folder);
    if (!held) continue;
    const here = found.filter((it) => folderOf(it.path) === folder && it.path !== ".git");
    const kept = held.filter((it) => !gone.has(it.path));
    const sorted = kept.length + here.length > SORTED_MAX ? [...kept, ...here].sort((a, b) => (a.path < b.path ? -1 : 1)) : [...kept, ...here];
    folders.set(folder, arranged(sorted));
  }
  return { ...tree, folders };
}

/** A folder that is gone takes all below it along. */
export function forgotten(tree: Tree, folder: string): Tree {
  const below = (path: string) => path === folder || path.startsWith(`${folder}/`);
  return {
    folders: new Map([...tree.folders].filter(([path]) => !below(path))),
    open: new Set([...tree.open].filter((path) => !below(path))),
  };
}

export function toggled(tree: Tree, folder: string): Tree {
  const open = new Set(tree.open);
  if (!open.delete(folder)) open.add(folder);
  return { ...tree, open };
}

/** The same row while nothing about it changed: what is drawn of it, or dragged, stays. */
const kept = new WeakMap<FileEntry, Row>();
function rowOf(entry: FileEntry, depth: number, open: boolean): Row {
  const held = kept.get(entry);
  if (held?.depth === depth && held.open === open) return held;
  const row = { entry, depth, open };
  kept.set(entry, row);
  return row;
}

export function rows(tree: Tree): Row[] {
  const out: Row[] = [];
  const walk = (folder: string, depth: number) => {
    for (const entry of tree.folders.get(folder) ?? []) {
      const open = entry.kind === "folder" && tree.open.has(entry.path);
      out.push(rowOf(entry, depth, open));
      if (open) walk(entry.path, depth + 1);
    }
  };
  walk("", 0);
  return out;
}

/** Paths looked at one by one; more at once and the folders are read again. */
export const SINGLE_MAX = 200;

/** What must be looked at after changes outside: whole folders on show, or single paths in them. */
export function stale(tree: Tree, changes: readonly { kind: string; path: string }[]): { folders: string[]; paths: string[] } {
  const shown = (folder: string) => tree.folders.has(folder) && (folder === "" || tree.open.has(folder));
  if (changes.some((it) => it.kind === "rescan")) return { folders: [...tree.folders.keys()].filter(shown), paths: [] };
  const paths = new Set<string>();
  for (const { path } of changes) {
    if (path !== ".git" && !path.startsWith(".git/") && shown(folderOf(path))) paths.add(path);
  }
  if (paths.size > SINGLE_MAX) return { folders: [...new Set([...paths].map(folderOf))], paths: [] };
  return { folders: [], paths: [...paths] };
}

/** Which rows are drawn of a long list, and how much room is left above and below. */
export function drawn(count: number, top: number, height: number, row: number, spare = 12): { from: number; to: number; above: number; below: number } {
  const from = Math.max(0, Math.min(Math.floor(top / row) - spare, count));
  const to = Math.min(count, Math.ceil((top + height) / row) + spare);
  return { from, to, above: from * row, below: (count - to) * row };
}

/** Paths that are inside none of the others. */
export function outermost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => {
    for (let at = folderOf(path); at; at = folderOf(at)) if (all.has(at)) return false;
    return true;
  });
}

/** Where each goes when moved into a folder; what is there already or would go into itself stays. */
export function moves(paths: readonly string[], into: string): { from: string; to: string }[] {
  return outermost(paths)
    .filter((path) => folderOf(path) !== into && path !== into && !into.startsWith(`${path}/`))
    .map((from) => ({ from, to: join(into, nameOf(from)) }));
}

/** What is chosen in a list: by click, with Ctrl one more, with Shift all up to there. */
export function chosen(held: ReadonlySet<string>, anchor: string | undefined, all: readonly Row[], path: string, how: "one" | "toggle" | "range"): { chosen: Set<string>; anchor: string } {
  if (how === "toggle") {
    const next = new Set(held);
    if (!next.delete(path)) next.add(path);
    return { chosen: next, anchor: path };
  }
  const from = how === "range" ? all.findIndex((it) => it.entry.path === anchor) : -1;
  const to = all.findIndex((it) => it.entry.path === path);
  if (from < 0 || to < 0) return { chosen: new Set([path]), anchor: path };
  return { chosen: new Set(all.slice(Math.min(from, to), Math.max(from, to) + 1).map((it) => it.entry.path)), anchor: anchor! };
}

/** The next row whose name starts with what was typed. */
export function typed(all: readonly Row[], at: string | undefined, text: string): string | undefined {
  const start = all.findIndex((it) => it.entry.path === at);
  const wanted = text.toLowerCase();
  // With one letter the next one is meant, with more the present one may be it.
  const first = start + (text.length > 1 && start >= 0 ? 0 : 1);
  for (let step = 0; step < all.length; step++) {
    const path = all[(first + step) % all.length]!.entry.path;
    if (nameOf(path).toLowerCase().startsWith(wanted)) return path;
  }
  return undefined;
}

/** What is wrong with a new file's name; undefined when nothing is. */
export function fileNameProblem(name: string): string | undefined {
  if (!name) return "give it a name";
  if (name.startsWith("/") || name.split("/").some((it) => it === "" || it === "." || it === "..")) return "a path inside the workspace";
  if (/[\0-\x1f]/.test(name)) return "no control characters";
  return new TextEncoder().encode(nameOf(name)).length > 255 ? "at most 255 bytes" : undefined;
}

/** Rows that one page key goes. */
const PAGE = 20;

/** Which row has the focus after a key; undefined when the key means nothing here. */
export function moved(all: readonly Row[], at: string, key: string): { focus?: string; toggle?: string } | undefined {
  const index = all.findIndex((it) => it.entry.path === at);
  const row = all[index];
  const focus = (to: number) => ({ focus: all[Math.min(Math.max(to, 0), all.length - 1)]?.entry.path });
  switch (key) {
    case "ArrowDown":
      return focus(index + 1);
    case "ArrowUp":
      return focus(index - 1);
    case "Home":
      return focus(0);
    case "End":
      return focus(all.length - 1);
    case "PageDown":
      return focus(index + PAGE);
    case "PageUp":
      return focus(index - PAGE);
    case "ArrowRight":
      if (row?.entry.kind !== "folder") return {};
      return row.open ? focus(index + 1) : { toggle: at };
    case "ArrowLeft":
      if (row?.open) return { toggle: at };
      return folderOf(at) ? { focus: folderOf(at) } : {};
    default:
      return undefined;
  }
}
