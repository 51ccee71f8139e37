// The git methods of one session.
import { GitService, type GitStatus } from "../../gen/agent.ts";
import type { Transport } from "../../transport.ts";
import type { Method } from "../../wire.ts";
import type { SessionApi } from "../ide/api.ts";
import type { GitPorts } from "./ports.ts";

/** Hooks of the repository run within a commit; the agent gives them 55 s. */
const CHANGE_MS = 70_000;

export function gitPorts(transport: Transport, api: SessionApi): GitPorts {
  const inside = <Q, R>(method: Method<Q, R>, request: Partial<Q> = {}) => transport.inside(api.id, method, request);
  const change = <Q>(method: Method<Q, GitStatus>, request: Partial<Q> = {}) => transport.inside(api.id, method, request, CHANGE_MS);
  return {
    status: () => inside(GitService.getGitStatus),
    compare: (of) => inside(GitService.compareFile, of),
    stage: (what) => change(GitService.stagePaths, what),
    unstage: (what) => change(GitService.unstagePaths, what),
    discard: (what) => change(GitService.discardPaths, what),
    commit: (message, amend) => change(GitService.commitStaged, { message, amend }),
    start: (kind) => inside(GitService.startTransfer, { kind }),
    wait: (known) => inside(GitService.waitTransfer, { known }),
    resolve: (path, resolution) => change(GitService.resolveConflict, { path, resolution }),
    proceed: () => change(GitService.continueMerge),
    abort: () => change(GitService.abortMerge),
    branches: async () => (await inside(GitService.listBranches)).branches,
    switchTo: (name, create) => change(GitService.switchBranch, { name, create }),
    log: (skip) => inside(GitService.getLog, { skip }),
    unlock: () => change(GitService.removeLock),
    read: api.read,
    write: (path, text, etag) => api.write(path, text, etag),
  };
}
