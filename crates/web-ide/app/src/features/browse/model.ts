// Addresses of a repository's pages, and what its entries mean for people.
import type { ChangeKind, Entry, FileChange } from "../../gen/repo.ts";

export type View = "files" | "file" | "history" | "commit" | "notes" | "settings";

export interface Place {
  /** `<owner>/<name>` */
  path: string;
  view: View;
  /** A branch, a tag or a commit; empty for the default branch. */
  at: string;
  /** Percent-encoded between its slashes, as the server takes it. */
  file: string;
}

const VIEWS: readonly string[] = ["file", "history", "commit", "notes", "settings"];

/** The place behind an address; undefined when it is none of a repository's. */
export function placeOf(pathname: string, search: string): Place | undefined {
  const [, start, owner, name, view, ...more] = pathname.split("/");
  if (start !== "repositories" || !owner || !name || more.length > 0) return undefined;
  if (view !== undefined && !VIEWS.includes(view)) return undefined;
  const query = new URLSearchParams(search);
  return { path: `${owner}/${name}`, view: (view ?? "files") as View, at: query.get("at") ?? "", file: query.get("file") ?? "" };
}

export function addressOf(place: Pick<Place, "path"> & Partial<Place>): string {
  const query = new URLSearchParams();
  if (place.at) query.set("at", place.at);
  if (place.file) query.set("file", place.file);
  const view = place.view && place.view !== "files" ? `/${place.view}` : "";
  return `/repositories/${place.path}${view}${query.size > 0 ? `?${query}` : ""}`;
}

/** Where a file is downloaded from. */
export function rawAddress(place: Pick<Place, "path" | "at" | "file">): string {
  const query = new URLSearchParams({ at: place.at, file: place.file });
  return `/raw/${place.path}?${query}`;
}

/** As people read it: bytes that are no text are replaced. */
export function shown(file: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < file.length; at++) {
    const hex = file[at] === "%" ? /^[0-9a-fA-F]{2}/.exec(file.slice(at + 1, at + 3)) : null;
    if (hex) {
      bytes.push(parseInt(hex[0], 16));
      at += 2;
    } else bytes.push(...new TextEncoder().encode(file[at]));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** The folders above a file, and itself. */
export function crumbs(file: string): { name: string; file: string }[] {
  if (!file) return [];
  const parts = file.split("/");
  return parts.map((part, at) => ({ name: shown(part), file: parts.slice(0, at + 1).join("/") }));
}

export const parent = (file: string): string => file.split("/").slice(0, -1).join("/");

/** Where a link in a document of the repository leads: a file of it, another site, or nowhere that is safe. */
export function linkOf(href: string, document: string): { kind: "file"; file: string } | { kind: "out"; url: string } | { kind: "none" } {
  const clean = [...href].filter((it) => it > " ").join("");
  if (/^(https?|mailto):/i.test(clean)) return { kind: "out", url: clean };
  if (clean === "" || clean.startsWith("#") || clean.startsWith("//") || /^[^/?#]*:/.test(clean)) return { kind: "none" };
  const own = clean.split(/[?#]/)[0]!;
  const start = own.startsWith("/") ? [] : parent(document).split("/").filter(Boolean);
  for (const part of own.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (start.length === 0) return { kind: "none" };
      start.pop();
    } else start.push(encodeSegment(shown(part)));
  }
  return start.length > 0 ? { kind: "file", file: start.join("/") } : { kind: "none" };
}

/** As the server writes it. */
export const encodeSegment = (name: string): string =>
  encodeURIComponent(name).replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);

/** The file that describes a folder, if there is one. */
export function readmeOf(entries: Pick<Entry, "name" | "kind" | "file">[]): Pick<Entry, "name" | "kind" | "file"> | undefined {
  const isReadme = (it: Pick<Entry, "name" | "kind">) => /^readme(\.(md|markdown|txt))?$/i.test(it.name) && /FILE|EXECUTABLE/.test(it.kind);
  return entries.filter(isReadme).sort((a, b) => Number(/\.txt$/i.test(a.name)) - Number(/\.txt$/i.test(b.name)))[0];
}

export const isMarkdown = (name: string): boolean => /\.(md|markdown)$/i.test(name);

const CHANGES: Record<ChangeKind, { letter: string; text: string }> = {
  CHANGE_KIND_UNSPECIFIED: { letter: "M", text: "changed" },
  CHANGE_KIND_ADDED: { letter: "A", text: "added" },
  CHANGE_KIND_MODIFIED: { letter: "M", text: "changed" },
  CHANGE_KIND_DELETED: { letter: "D", text: "deleted" },
  CHANGE_KIND_RENAMED: { letter: "R", text: "renamed" },
  CHANGE_KIND_COPIED: { letter: "C", text: "copied" },
  CHANGE_KIND_TYPE: { letter: "T", text: "of another kind now" },
};
export const changeText = (change: Pick<FileChange, "kind">) => CHANGES[change.kind] ?? CHANGES.CHANGE_KIND_UNSPECIFIED;

export interface DiffLine {
  kind: "hunk" | "add" | "del" | "same" | "note";
  /** Line numbers before and after; undefined where the line is not there. */
  old?: number;
  new?: number;
  text: string;
}

/** The lines of a unified diff with their numbers. */
export function diffLines(patch: string): DiffLine[] {
  const lines = patch.split("\n");
  if (lines.at(-1) === "") lines.pop();
  let [old, fresh] = [0, 0];
  return lines.map((line): DiffLine => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (hunk) {
      [old, fresh] = [Number(hunk[1]), Number(hunk[2])];
      return { kind: "hunk", text: line };
    }
    const text = line.slice(1);
    if (line.startsWith("+")) return { kind: "add", new: fresh++, text };
    if (line.startsWith("-")) return { kind: "del", old: old++, text };
    if (line.startsWith("\\")) return { kind: "note", text: text.trim() };
    return { kind: "same", old: old++, new: fresh++, text };
  });
}

/** Commits by the day they were made, as long as they are in order. */
export function byDay<T extends { committedAt: number }>(commits: T[], day: (at: number) => string): { day: string; commits: T[] }[] {
  const days: { day: string; commits: T[] }[] = [];
  for (const commit of commits) {
    const name = day(commit.committedAt);
    const last = days.at(-1);
    if (last?.day === name) last.commits.push(commit);
    else days.push({ day: name, commits: [commit] });
  }
  return days;
}
