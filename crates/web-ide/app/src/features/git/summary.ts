// The repository in a few words: what the page shows before anybody asks for the git pane.
import type { GitStatus } from "../../gen/agent.ts";
import { count } from "../../ui/text.ts";

/** How many files differ from the last commit. */
export function changedFiles(status: GitStatus): number {
  // Of a list that was cut off only the sums are known; a file may be in two of them.
  const listed = status.changes.length;
  return status.staged + status.unstaged + status.untracked + status.conflicted <= listed ? listed : Math.max(listed, status.untracked + status.conflicted + Math.max(status.staged, status.unstaged));
}

/** The branch as the bar at the bottom shows it, and the same in words. */
export function branchText(status: GitStatus): { short: string; long: string } {
  const name = status.branch || (status.commit ? `at ${status.commit.slice(0, 8)}` : "no commit yet");
  const arrows = [status.ahead > 0 ? `↑${status.ahead}` : "", status.behind > 0 ? `↓${status.behind}` : ""].filter(Boolean);
  const words = [
    status.unpushed > 0 ? `${count(status.unpushed, "commit")} not pushed` : "everything pushed",
    status.behind > 0 ? `${count(status.behind, "commit")} to pull` : "",
    status.branch && status.hasRemote && !status.upstreamKnown && status.commit ? "this branch is not on the server yet" : "",
  ].filter(Boolean);
  // Commits that only other branches have are unpushed, too.
  if (status.ahead === 0 && status.unpushed > 0) arrows.unshift(`↑${status.unpushed}`);
  return { short: [name, ...arrows].join(" "), long: `Branch ${name}: ${words.join(", ")}` };
}
