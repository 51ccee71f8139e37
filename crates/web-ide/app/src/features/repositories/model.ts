// Names of repositories, and what to say about one before it is opened.
import type { RepositoryCheck } from "../../gen/repo.ts";

/** What is wrong with a name, for the person typing it; undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "give it a name";
  if (name.length > 64) return "at most 64 characters";
  if (!/^[A-Za-z0-9]/.test(name)) return "starts with a letter or a digit";
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return "letters, digits, dots, dashes and underscores only";
  if (name.endsWith(".git")) return "does not end in .git";
  return undefined;
}

export type Readiness = { kind: "ready" } | { kind: "lacks"; files: string[]; advice: string };

/** Whether a session can have an environment here. */
export function readiness(check: RepositoryCheck): Readiness {
  return check.environmentFile && check.missing.length === 0
    ? { kind: "ready" }
    : { kind: "lacks", files: check.missing, advice: check.advice };
}
