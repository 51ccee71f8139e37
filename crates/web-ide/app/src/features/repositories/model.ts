// Names of repositories, what to say about one before it is opened, and how imports stand.
import type { Import, RepositoryCheck } from "../../gen/repo.ts";
import { size } from "../../ui/text.ts";

/** What is wrong with a name, for the person typing it; undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "give it a name";
  if (name.length > 64) return "at most 64 characters";
  if (!/^[A-Za-z0-9]/.test(name)) return "starts with a letter or a digit";
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return "letters, digits, dots, dashes and underscores only";
  if (name.endsWith(".git")) return "does not end in .git";
  return undefined;
}

/** What is wrong with an address to import from, as far as one can tell from here. */
export function urlProblem(url: string): string | undefined {
  if (url === "") return "paste the address that `git clone` takes";
  if (/^(git@|ssh:)/.test(url)) return "use the address that starts with https://";
  let read: URL;
  try {
    read = new URL(url);
  } catch {
    return "not an address";
  }
  if (read.protocol !== "https:" && read.protocol !== "http:") return "it must start with https:// or http://";
  if (read.username || read.password) return "give the name and the password below, not in the address";
  if (read.search || read.hash) return "without ? and #";
  return read.pathname === "/" ? "it needs the path of a repository" : undefined;
}

/** The name that a repository from there would have. */
export function nameFrom(url: string): string {
  const last = url.split(/[?#]/)[0]!.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return last.replace(/\.git$/i, "").replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 64);
}

/** How far an import is, in words. */
export function importText(it: Pick<Import, "state" | "detail" | "percent" | "bytes">): string {
  switch (it.state) {
    case "IMPORT_STATE_DONE": return "here";
    case "IMPORT_STATE_FAILED": return it.detail;
    case "IMPORT_STATE_CANCELLED": return "stopped";
    default: return [it.detail, it.percent > 0 && `${it.percent} %`, it.bytes > 0 && size(it.bytes)].filter(Boolean).join(", ");
  }
}

export type Readiness = { kind: "ready" } | { kind: "lacks"; files: string[]; advice: string; empty: boolean };

/** What to do about what is missing, where a button does it. */
export function lacksText(it: Extract<Readiness, { kind: "lacks" }>): string {
  if (it.empty) return "Empty: push a project to it, or begin with starter files.";
  if (it.files.length === 0) return it.advice;
  return `Without ${it.files.join(" and ")} a session has ${it.files.includes("shell.nix") ? "no tools of its own" : "nothing to build or run"}.`;
}

/** Whether a session can have an environment here. */
export function readiness(check: RepositoryCheck): Readiness {
  return check.environmentFile && check.missing.length === 0
    ? { kind: "ready" }
    : { kind: "lacks", files: check.missing, advice: check.advice, empty: check.empty };
}
