// What a page says about a repository: groups of changes, words for states, conflicts read and decided.
import type { GitChange, GitConflict, GitDifference, GitStatus } from "../../gen/agent.ts";
import { count } from "../../ui/text.ts";
import type { Comparison } from "./ports.ts";

export { branchText, changedFiles } from "./summary.ts";

/** Conflicts first: they must be decided before anything else. */
export const GROUPS = ["conflicts", "staged", "changes"] as const;
export type GroupName = (typeof GROUPS)[number];

export interface Row {
  path: string;
  /** One letter, and what it stands for. */
  letter: string;
  word: string;
  compare: Comparison;
  change: GitChange;
}

export interface Group {
  name: GroupName;
  title: string;
  rows: Row[];
  /** Also those that were cut off. */
  total: number;
}

const NO_DIFFERENCE: GitDifference = "GIT_DIFFERENCE_UNSPECIFIED";
const NO_CONFLICT: GitConflict = "GIT_CONFLICT_UNSPECIFIED";

const DIFFERENCES: Record<string, [string, string]> = {
  GIT_DIFFERENCE_ADDED: ["A", "new"],
  GIT_DIFFERENCE_MODIFIED: ["M", "changed"],
  GIT_DIFFERENCE_DELETED: ["D", "deleted"],
  GIT_DIFFERENCE_RENAMED: ["R", "renamed"],
  GIT_DIFFERENCE_COPIED: ["C", "copied"],
  GIT_DIFFERENCE_TYPE_CHANGED: ["T", "another kind of file"],
};

const CONFLICTS: Record<string, string> = {
  GIT_CONFLICT_BOTH_MODIFIED: "changed on both sides",
  GIT_CONFLICT_BOTH_ADDED: "added on both sides",
  GIT_CONFLICT_BOTH_DELETED: "moved or deleted on both sides",
  GIT_CONFLICT_ADDED_BY_US: "only here",
  GIT_CONFLICT_ADDED_BY_THEM: "only on the other side",
  GIT_CONFLICT_DELETED_BY_US: "deleted here, changed on the other side",
  GIT_CONFLICT_DELETED_BY_THEM: "changed here, deleted on the other side",
};

const row = (change: GitChange, letter: string, word: string, before: Comparison["before"], after: Comparison["after"]): Row => ({
  path: change.path, letter, word, change, compare: { path: change.path, from: change.from, before, after },
});

/** In the order of `GROUPS`, without the empty ones. */
export function groups(status: GitStatus): Group[] {
  const conflicts: Row[] = [];
  const staged: Row[] = [];
  const changes: Row[] = [];
  for (const it of status.changes) {
    if (it.conflict !== NO_CONFLICT) {
      conflicts.push(row(it, "!", CONFLICTS[it.conflict] ?? "in conflict", "FILE_VERSION_OURS", "FILE_VERSION_THEIRS"));
      continue;
    }
    if (it.staged !== NO_DIFFERENCE) staged.push(row(it, ...DIFFERENCES[it.staged] ?? ["?", "changed"], "FILE_VERSION_HEAD", "FILE_VERSION_INDEX"));
    // What was renamed when it was staged has its new name there.
    const same = { ...it, from: "" };
    if (it.untracked) changes.push(row(same, "U", "new, not known to git yet", "FILE_VERSION_INDEX", "FILE_VERSION_WORK"));
    else if (it.unstaged !== NO_DIFFERENCE) changes.push(row(same, ...DIFFERENCES[it.unstaged] ?? ["?", "changed"], "FILE_VERSION_INDEX", "FILE_VERSION_WORK"));
  }
  return [
    { name: "conflicts" as const, title: "Conflicts", rows: conflicts, total: status.conflicted },
    { name: "staged" as const, title: "Staged", rows: staged, total: status.staged },
    { name: "changes" as const, title: "Changes", rows: changes, total: status.unstaged + status.untracked },
  ].filter((group) => group.total > 0);
}

const ACTIVITIES: Record<string, string> = {
  GIT_ACTIVITY_MERGE: "merge",
  GIT_ACTIVITY_REBASE: "rebase",
  GIT_ACTIVITY_CHERRY_PICK: "cherry-pick",
  GIT_ACTIVITY_REVERT: "revert",
};

export const activityWord = (status: GitStatus): string | undefined => ACTIVITIES[status.activity];

/** In a rebase git calls what one pulls "ours" and one's own commits "theirs". */
export function sideNames(status: GitStatus): { ours: string; theirs: string } {
  return status.activity === "GIT_ACTIVITY_REBASE" ? { ours: "the server's", theirs: "mine" } : { ours: "mine", theirs: "theirs" };
}

/** What is asked before a discard. */
export function discardQuestion(rows: readonly Row[]): string {
  const fresh = rows.filter((it) => it.change.untracked).length;
  const [only] = rows;
  if (rows.length === 1 && only) return only.change.untracked ? `Delete the new file ${only.path}? Git has no copy of it.` : `Discard the changes in ${only.path}? They can't be got back.`;
  const parts = [rows.length - fresh > 0 ? `the changes in ${count(rows.length - fresh, "file")}` : "", fresh > 0 ? `${count(fresh, "new file")} git has no copy of` : ""].filter(Boolean);
  return `Discard ${parts.join(" and ")}? That can't be undone.`;
}

/** Text that is the same on both sides, or one place where they differ. */
export type Segment = { kind: "same"; text: string } | { kind: "conflict"; ours: string; theirs: string };

export type Choice = "ours" | "theirs" | "both" | "both-reversed";

/**
 * Reads a file with conflict markers. Undefined where they don't pair up: then only a person can tell what is meant.
 * A part between `|||||||` and `=======` is the common ancestor and shown to nobody.
 */
export function readConflicts(text: string): Segment[] | undefined {
  const segments: Segment[] = [];
  let at: "same" | "ours" | "base" | "theirs" = "same";
  let same = "";
  let ours = "";
  let theirs = "";
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const mark = /^(<{7} |\|{7}|={7}(?=\r?\n|$)|>{7} )/.exec(line)?.[1]?.[0];
    if (mark === "<") {
      if (at !== "same") return undefined;
      if (same) segments.push({ kind: "same", text: same });
      at = "ours";
      same = ours = theirs = "";
    } else if (mark === "|" && at === "ours") at = "base";
    else if (mark === "=" && (at === "ours" || at === "base")) at = "theirs";
    else if (mark === ">" && at === "theirs") {
      segments.push({ kind: "conflict", ours, theirs });
      at = "same";
    } else if (mark === ">") return undefined;
    else if (at === "same") same += line;
    else if (at === "ours") ours += line;
    else if (at === "theirs") theirs += line;
  }
  if (at !== "same") return undefined;
  if (same) segments.push({ kind: "same", text: same });
  return segments;
}

const withEnd = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** The text once every place is decided; `choices` counts the conflicts only. Undefined while one is open. */
export function decided(segments: readonly Segment[], choices: readonly (Choice | undefined)[]): string | undefined {
  let at = 0;
  let text = "";
  for (const it of segments) {
    if (it.kind === "same") {
      text += it.text;
      continue;
    }
    const choice = choices[at++];
    if (!choice) return undefined;
    if (choice === "ours" || choice === "theirs") text += it[choice];
    else text += choice === "both" ? withEnd(it.ours) + it.theirs : withEnd(it.theirs) + it.ours;
  }
  return text;
}

/** Lines around a conflict that tell where one is. */
export function context(text: string, end: "head" | "tail", lines = 3): string {
  const all = text.replace(/\n$/, "").split("\n");
  return (end === "head" ? all.slice(0, lines) : all.slice(-lines)).join("\n");
}
