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

/** Rows drawn; a folder of 50,000 files must not freeze the page. */
export const ROWS_MAX = 5_000;

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

export function filled(tree: Tree, folder: string, entries: readonly FileEntry[]): Tree {
  const shown = folder === "" ? entries.filter((it) => it.path !== ".git") : entries;
  return { ...tree, folders: new Map(tree.folders).set(folder, [...shown].sort(byName)) };
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

export function rows(tree: Tree): Row[] {
  const out: Row[] = [];
  const walk = (folder: string, depth: number) => {
    for (const entry of tree.folders.get(folder) ?? []) {
      if (out.length >= ROWS_MAX) return;
      const open = entry.kind === "folder" && tree.open.has(entry.path);
      out.push({ entry, depth, open });
      if (open) walk(entry.path, depth + 1);
    }
  };
  walk("", 0);
  return out;
}

/** The folders on show that must be read again after changes outside. */
export function stale(tree: Tree, changes: readonly { kind: string; path: string }[]): string[] {
  const shown = (folder: string) => tree.folders.has(folder) && (folder === "" || tree.open.has(folder));
  if (changes.some((it) => it.kind === "rescan")) return [...tree.folders.keys()].filter(shown);
  const touched = new Set<string>();
  for (const { path } of changes) {
    if (path === ".git" || path.startsWith(".git/")) continue;
    touched.add(folderOf(path));
  }
  return [...touched].filter(shown);
}

/** What is wrong with a new file's name; undefined when nothing is. */
export function fileNameProblem(name: string): string | undefined {
  if (!name) return "give it a name";
  if (name.startsWith("/") || name.split("/").some((it) => it === "" || it === "." || it === "..")) return "a path inside the workspace";
  if (/[\0-\x1f]/.test(name)) return "no control characters";
  return new TextEncoder().encode(nameOf(name)).length > 255 ? "at most 255 bytes" : undefined;
}

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
