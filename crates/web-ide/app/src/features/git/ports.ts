// What the git pane needs of a session.
import type { FileComparison, FileVersion, GitBranch, GitStatus, GitTransfer, GetLogReply, Resolution, TransferKind } from "../../gen/agent.ts";

export interface Comparison {
  path: string;
  before: FileVersion;
  after: FileVersion;
  /** The path of `before`, where it was renamed. */
  from: string;
}

export type Paths = { paths: string[]; all?: false } | { paths?: undefined; all: true };

export interface GitPorts {
  status(): Promise<GitStatus>;
  compare(of: Comparison): Promise<FileComparison>;
  stage(what: Paths): Promise<GitStatus>;
  unstage(what: Paths): Promise<GitStatus>;
  discard(what: Paths): Promise<GitStatus>;
  commit(message: string, amend: boolean): Promise<GitStatus>;
  start(kind: TransferKind): Promise<GitTransfer>;
  wait(known: number): Promise<GitTransfer>;
  resolve(path: string, resolution: Resolution): Promise<GitStatus>;
  proceed(): Promise<GitStatus>;
  abort(): Promise<GitStatus>;
  branches(): Promise<readonly GitBranch[]>;
  switchTo(name: string, create: boolean): Promise<GitStatus>;
  log(skip: number): Promise<GetLogReply>;
  unlock(): Promise<GitStatus>;
  /** The file in the workspace, for deciding its conflicts. */
  read(path: string): Promise<{ bytes: Uint8Array; etag: string }>;
  write(path: string, text: string, etag: string): Promise<unknown>;
}
