// Everything that is known to be wrong: what language servers say of files, and what tasks printed.
import { steady } from "../../ui/steady.ts";

export type Severity = "error" | "warning" | "info";

export interface Problem {
  path: string;
  /** From 1. */
  line: number;
  /** From 1; 0 where only the line is known. */
  column: number;
  severity: Severity;
  message: string;
  /** Who says so: `clangd`, or the name of a task. */
  source: string;
}

/** Of one file and source; more is a list nobody reads. */
const PER_FILE_MAX = 500;
/** Shown at once. */
export const SHOWN_MAX = 1_000;

const WEIGHT: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** Problems by who says so and about which file: each new word of a source replaces its last one. */
export type Problems = ReadonlyMap<string, readonly Problem[]>;

const key = (source: string, path: string): string => `${source}\0${path}`;

/** What a source now says of a file; an empty list takes it back. */
export function said(held: Problems, source: string, path: string, problems: readonly Problem[]): Problems {
  const next = new Map(held);
  if (problems.length === 0) {
    if (!next.delete(key(source, path))) return held;
  } else next.set(key(source, path), steady(held.get(key(source, path)), problems.slice(0, PER_FILE_MAX)));
  return next;
}

/** Takes back all that a source said. */
export function withdrawn(held: Problems, source: string): Problems {
  const next = new Map([...held].filter(([at]) => !at.startsWith(`${source}\0`)));
  return next.size === held.size ? held : next;
}

/** One problem more, from a source that speaks line by line. */
export function added(held: Problems, problem: Problem): Problems {
  const before = held.get(key(problem.source, problem.path)) ?? [];
  const same = (it: Problem): boolean => it.line === problem.line && it.column === problem.column && it.message === problem.message;
  return before.some(same) ? held : said(held, problem.source, problem.path, [...before, problem]);
}

/** In the order of reading: by file, errors of a line first. What a server and a compiler say alike is shown once. */
export function listed(held: Problems): Problem[] {
  const all = [...held.values()].flat().sort(
    (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column || WEIGHT[a.severity] - WEIGHT[b.severity]),
  );
  return all.filter((it, at) => {
    const before = all[at - 1];
    return !before || before.path !== it.path || before.line !== it.line || before.message !== it.message;
  });
}

export function counted(problems: readonly Problem[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const problem of problems) counts[problem.severity] += 1;
  return counts;
}

/** The problem after (or before) a place, going round: what F8 shows next. */
export function neighbour(problems: readonly Problem[], at: { path: string; line: number; column: number } | undefined, by: 1 | -1): Problem | undefined {
  if (problems.length === 0) return undefined;
  if (!at) return by > 0 ? problems[0] : problems.at(-1);
  const before = (it: Problem): boolean =>
    it.path !== at.path ? it.path < at.path : it.line !== at.line ? it.line < at.line : Math.max(it.column, 1) < at.column;
  const here = (it: Problem): boolean => it.path === at.path && it.line === at.line && Math.max(it.column, 1) === at.column;
  if (by > 0) return problems.find((it) => !before(it) && !here(it)) ?? problems[0];
  return problems.findLast(before) ?? problems.at(-1);
}
