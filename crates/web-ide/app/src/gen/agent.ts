// Written by scripts/types.mjs from carrel.agent.v1; do not edit.
import * as w from "../wire.ts";

export const Phase = ["PHASE_UNSPECIFIED", "PHASE_WARM", "PHASE_CLONING", "PHASE_ENVIRONMENT", "PHASE_READY", "PHASE_FAILED"] as const;
export type Phase = (typeof Phase)[number];

export const WaitFor = ["WAIT_FOR_UNSPECIFIED", "WAIT_FOR_NOTHING", "WAIT_FOR_REPOSITORY", "WAIT_FOR_ENVIRONMENT"] as const;
export type WaitFor = (typeof WaitFor)[number];

export const GitActivity = ["GIT_ACTIVITY_UNSPECIFIED", "GIT_ACTIVITY_MERGE", "GIT_ACTIVITY_REBASE", "GIT_ACTIVITY_CHERRY_PICK", "GIT_ACTIVITY_REVERT", "GIT_ACTIVITY_BISECT"] as const;
export type GitActivity = (typeof GitActivity)[number];

export const GitDifference = ["GIT_DIFFERENCE_UNSPECIFIED", "GIT_DIFFERENCE_ADDED", "GIT_DIFFERENCE_MODIFIED", "GIT_DIFFERENCE_DELETED", "GIT_DIFFERENCE_RENAMED", "GIT_DIFFERENCE_COPIED", "GIT_DIFFERENCE_TYPE_CHANGED"] as const;
export type GitDifference = (typeof GitDifference)[number];

export const GitConflict = ["GIT_CONFLICT_UNSPECIFIED", "GIT_CONFLICT_BOTH_MODIFIED", "GIT_CONFLICT_BOTH_ADDED", "GIT_CONFLICT_BOTH_DELETED", "GIT_CONFLICT_ADDED_BY_US", "GIT_CONFLICT_ADDED_BY_THEM", "GIT_CONFLICT_DELETED_BY_US", "GIT_CONFLICT_DELETED_BY_THEM"] as const;
export type GitConflict = (typeof GitConflict)[number];

export const FileVersion = ["FILE_VERSION_UNSPECIFIED", "FILE_VERSION_HEAD", "FILE_VERSION_INDEX", "FILE_VERSION_WORK", "FILE_VERSION_BASE", "FILE_VERSION_OURS", "FILE_VERSION_THEIRS"] as const;
export type FileVersion = (typeof FileVersion)[number];

export const TransferKind = ["TRANSFER_KIND_UNSPECIFIED", "TRANSFER_KIND_FETCH", "TRANSFER_KIND_PULL", "TRANSFER_KIND_PULL_REBASE", "TRANSFER_KIND_PUSH"] as const;
export type TransferKind = (typeof TransferKind)[number];

export const TransferOutcome = ["TRANSFER_OUTCOME_UNSPECIFIED", "TRANSFER_OUTCOME_RUNNING", "TRANSFER_OUTCOME_DONE", "TRANSFER_OUTCOME_UP_TO_DATE", "TRANSFER_OUTCOME_CONFLICTS", "TRANSFER_OUTCOME_FAILED"] as const;
export type TransferOutcome = (typeof TransferOutcome)[number];

export const Resolution = ["RESOLUTION_UNSPECIFIED", "RESOLUTION_OURS", "RESOLUTION_THEIRS", "RESOLUTION_WORK"] as const;
export type Resolution = (typeof Resolution)[number];

export type HelloRequest = Record<string, never>;
export const HelloRequest: w.Schema<HelloRequest> = {};

export interface HelloReply {
  version: string;
  protocol: number;
  slotId: string;
  sessionId: string;
}
export const HelloReply: w.Schema<HelloReply> = {
  version: w.str,
  protocol: w.num,
  slotId: w.str,
  sessionId: w.str,
};

export interface BindRequest {
  sessionId: string;
  userName: string;
  cloneUrl: string;
  withEnvironment: boolean;
  gitName: string;
  gitEmail: string;
}
export const BindRequest: w.Schema<BindRequest> = {
  sessionId: w.str,
  userName: w.str,
  cloneUrl: w.str,
  withEnvironment: w.bool,
  gitName: w.str,
  gitEmail: w.str,
};

export type BindReply = Record<string, never>;
export const BindReply: w.Schema<BindReply> = {};

export type WatchStatusRequest = Record<string, never>;
export const WatchStatusRequest: w.Schema<WatchStatusRequest> = {};

export interface Status {
  phase: Phase;
  detail: string;
  environment: Environment | undefined;
  unsaved: Unsaved | undefined;
  terminals: number;
}
export const Status: w.Schema<Status> = {
  phase: w.oneOf<Phase>(Phase[0]),
  detail: w.str,
  environment: w.message(() => Environment),
  unsaved: w.message(() => Unsaved),
  terminals: w.num,
};

export interface Environment {
  file: string;
  active: boolean;
  problem: string;
}
export const Environment: w.Schema<Environment> = {
  file: w.str,
  active: w.bool,
  problem: w.str,
};

export interface Unsaved {
  changedFiles: number;
  unpushedCommits: number;
}
export const Unsaved: w.Schema<Unsaved> = {
  changedFiles: w.num,
  unpushedCommits: w.num,
};

export type GetStatusRequest = Record<string, never>;
export const GetStatusRequest: w.Schema<GetStatusRequest> = {};

export interface WaitStatusRequest {
  phase: Phase;
  timeoutMs: number;
}
export const WaitStatusRequest: w.Schema<WaitStatusRequest> = {
  phase: w.oneOf<Phase>(Phase[0]),
  timeoutMs: w.num,
};

export interface FileEntry {
  path: string;
  kind: string;
  size: number;
  modifiedAt: number;
  etag: string;
  executable: boolean;
}
export const FileEntry: w.Schema<FileEntry> = {
  path: w.str,
  kind: w.str,
  size: w.int64,
  modifiedAt: w.int64,
  etag: w.str,
  executable: w.bool,
};

export interface ListFilesRequest {
  path: string;
  after: string;
}
export const ListFilesRequest: w.Schema<ListFilesRequest> = {
  path: w.str,
  after: w.str,
};

export interface ListFilesReply {
  entries: FileEntry[];
  next: string;
}
export const ListFilesReply: w.Schema<ListFilesReply> = {
  entries: w.list(w.message(() => FileEntry)),
  next: w.str,
};

export interface ReadFileRequest {
  path: string;
}
export const ReadFileRequest: w.Schema<ReadFileRequest> = {
  path: w.str,
};

export interface File {
  entry: FileEntry | undefined;
  content: Uint8Array;
}
export const File: w.Schema<File> = {
  entry: w.message(() => FileEntry),
  content: w.bytes,
};

export interface WriteFileRequest {
  path: string;
  content: Uint8Array;
  etag: string;
}
export const WriteFileRequest: w.Schema<WriteFileRequest> = {
  path: w.str,
  content: w.bytes,
  etag: w.str,
};

export interface CreateFolderRequest {
  path: string;
}
export const CreateFolderRequest: w.Schema<CreateFolderRequest> = {
  path: w.str,
};

export interface RenameFileRequest {
  from: string;
  to: string;
}
export const RenameFileRequest: w.Schema<RenameFileRequest> = {
  from: w.str,
  to: w.str,
};

export interface DeleteFileRequest {
  path: string;
  recursive: boolean;
}
export const DeleteFileRequest: w.Schema<DeleteFileRequest> = {
  path: w.str,
  recursive: w.bool,
};

export type DeleteFileReply = Record<string, never>;
export const DeleteFileReply: w.Schema<DeleteFileReply> = {};

export interface StatFilesRequest {
  paths: string[];
}
export const StatFilesRequest: w.Schema<StatFilesRequest> = {
  paths: w.list(w.str),
};

export interface StatFilesReply {
  entries: FileEntry[];
}
export const StatFilesReply: w.Schema<StatFilesReply> = {
  entries: w.list(w.message(() => FileEntry)),
};

export interface TrashFilesRequest {
  paths: string[];
}
export const TrashFilesRequest: w.Schema<TrashFilesRequest> = {
  paths: w.list(w.str),
};

export interface TrashFilesReply {
  id: string;
  paths: string[];
  problem: string;
}
export const TrashFilesReply: w.Schema<TrashFilesReply> = {
  id: w.str,
  paths: w.list(w.str),
  problem: w.str,
};

export interface RestoreFilesRequest {
  id: string;
}
export const RestoreFilesRequest: w.Schema<RestoreFilesRequest> = {
  id: w.str,
};

export interface RestoreFilesReply {
  paths: string[];
  problem: string;
}
export const RestoreFilesReply: w.Schema<RestoreFilesReply> = {
  paths: w.list(w.str),
  problem: w.str,
};

export interface OpenTerminalRequest {
  argv: string[];
  pty: boolean;
  cols: number;
  rows: number;
  env: Record<string, string>;
  cwd: string;
  waitFor: WaitFor;
  title: string;
}
export const OpenTerminalRequest: w.Schema<OpenTerminalRequest> = {
  argv: w.list(w.str),
  pty: w.bool,
  cols: w.num,
  rows: w.num,
  env: w.map,
  cwd: w.str,
  waitFor: w.oneOf<WaitFor>(WaitFor[0]),
  title: w.str,
};

export interface Terminal {
  id: string;
  title: string;
  pty: boolean;
  running: boolean;
  exitCode: number;
  startedAt: number;
}
export const Terminal: w.Schema<Terminal> = {
  id: w.str,
  title: w.str,
  pty: w.bool,
  running: w.bool,
  exitCode: w.num,
  startedAt: w.int64,
};

export type ListTerminalsRequest = Record<string, never>;
export const ListTerminalsRequest: w.Schema<ListTerminalsRequest> = {};

export interface ListTerminalsReply {
  terminals: Terminal[];
}
export const ListTerminalsReply: w.Schema<ListTerminalsReply> = {
  terminals: w.list(w.message(() => Terminal)),
};

export interface CloseTerminalRequest {
  id: string;
}
export const CloseTerminalRequest: w.Schema<CloseTerminalRequest> = {
  id: w.str,
};

export type CloseTerminalReply = Record<string, never>;
export const CloseTerminalReply: w.Schema<CloseTerminalReply> = {};

export interface RunRequest {
  argv: string[];
  cwd: string;
  waitFor: WaitFor;
  timeoutMs: number;
}
export const RunRequest: w.Schema<RunRequest> = {
  argv: w.list(w.str),
  cwd: w.str,
  waitFor: w.oneOf<WaitFor>(WaitFor[0]),
  timeoutMs: w.num,
};

export interface RunReply {
  exitCode: number;
  stdout: Uint8Array;
  stderr: Uint8Array;
  truncated: boolean;
}
export const RunReply: w.Schema<RunReply> = {
  exitCode: w.num,
  stdout: w.bytes,
  stderr: w.bytes,
  truncated: w.bool,
};

export type ListTasksRequest = Record<string, never>;
export const ListTasksRequest: w.Schema<ListTasksRequest> = {};

export interface ListTasksReply {
  tasks: Task[];
  problem: string;
}
export const ListTasksReply: w.Schema<ListTasksReply> = {
  tasks: w.list(w.message(() => Task)),
  problem: w.str,
};

export interface Task {
  name: string;
  description: string;
  command: string[];
  artefacts: string[];
}
export const Task: w.Schema<Task> = {
  name: w.str,
  description: w.str,
  command: w.list(w.str),
  artefacts: w.list(w.str),
};

export interface RunTaskRequest {
  name: string;
  pty: boolean;
  cols: number;
  rows: number;
}
export const RunTaskRequest: w.Schema<RunTaskRequest> = {
  name: w.str,
  pty: w.bool,
  cols: w.num,
  rows: w.num,
};

export type ListArtefactsRequest = Record<string, never>;
export const ListArtefactsRequest: w.Schema<ListArtefactsRequest> = {};

export interface ListArtefactsReply {
  artefacts: Artefact[];
}
export const ListArtefactsReply: w.Schema<ListArtefactsReply> = {
  artefacts: w.list(w.message(() => Artefact)),
};

export interface Artefact {
  name: string;
  size: number;
  sha256: string;
  modifiedAt: number;
}
export const Artefact: w.Schema<Artefact> = {
  name: w.str,
  size: w.int64,
  sha256: w.str,
  modifiedAt: w.int64,
};

export type ListPortsRequest = Record<string, never>;
export const ListPortsRequest: w.Schema<ListPortsRequest> = {};

export interface ListPortsReply {
  ports: Port[];
}
export const ListPortsReply: w.Schema<ListPortsReply> = {
  ports: w.list(w.message(() => Port)),
};

export interface Port {
  port: number;
  program: string;
}
export const Port: w.Schema<Port> = {
  port: w.num,
  program: w.str,
};

export interface FileChange {
  kind: string;
  path: string;
}
export const FileChange: w.Schema<FileChange> = {
  kind: w.str,
  path: w.str,
};

export type GetGitStatusRequest = Record<string, never>;
export const GetGitStatusRequest: w.Schema<GetGitStatusRequest> = {};

export interface GitStatus {
  repository: boolean;
  branch: string;
  commit: string;
  upstream: string;
  upstreamKnown: boolean;
  ahead: number;
  behind: number;
  unpushed: number;
  activity: GitActivity;
  preparedMessage: string;
  changes: GitChange[];
  staged: number;
  unstaged: number;
  untracked: number;
  conflicted: number;
  hasRemote: boolean;
  locked: boolean;
}
export const GitStatus: w.Schema<GitStatus> = {
  repository: w.bool,
  branch: w.str,
  commit: w.str,
  upstream: w.str,
  upstreamKnown: w.bool,
  ahead: w.num,
  behind: w.num,
  unpushed: w.num,
  activity: w.oneOf<GitActivity>(GitActivity[0]),
  preparedMessage: w.str,
  changes: w.list(w.message(() => GitChange)),
  staged: w.num,
  unstaged: w.num,
  untracked: w.num,
  conflicted: w.num,
  hasRemote: w.bool,
  locked: w.bool,
};

export interface GitChange {
  path: string;
  from: string;
  staged: GitDifference;
  unstaged: GitDifference;
  untracked: boolean;
  conflict: GitConflict;
  submodule: boolean;
}
export const GitChange: w.Schema<GitChange> = {
  path: w.str,
  from: w.str,
  staged: w.oneOf<GitDifference>(GitDifference[0]),
  unstaged: w.oneOf<GitDifference>(GitDifference[0]),
  untracked: w.bool,
  conflict: w.oneOf<GitConflict>(GitConflict[0]),
  submodule: w.bool,
};

export interface CompareFileRequest {
  path: string;
  before: FileVersion;
  after: FileVersion;
  from: string;
}
export const CompareFileRequest: w.Schema<CompareFileRequest> = {
  path: w.str,
  before: w.oneOf<FileVersion>(FileVersion[0]),
  after: w.oneOf<FileVersion>(FileVersion[0]),
  from: w.str,
};

export interface FileComparison {
  before: VersionContent | undefined;
  after: VersionContent | undefined;
}
export const FileComparison: w.Schema<FileComparison> = {
  before: w.message(() => VersionContent),
  after: w.message(() => VersionContent),
};

export interface VersionContent {
  exists: boolean;
  content: Uint8Array;
  truncated: boolean;
  binary: boolean;
  link: boolean;
}
export const VersionContent: w.Schema<VersionContent> = {
  exists: w.bool,
  content: w.bytes,
  truncated: w.bool,
  binary: w.bool,
  link: w.bool,
};

export interface GitPaths {
  paths: string[];
  all: boolean;
}
export const GitPaths: w.Schema<GitPaths> = {
  paths: w.list(w.str),
  all: w.bool,
};

export interface CommitStagedRequest {
  message: string;
  amend: boolean;
}
export const CommitStagedRequest: w.Schema<CommitStagedRequest> = {
  message: w.str,
  amend: w.bool,
};

export interface StartTransferRequest {
  kind: TransferKind;
}
export const StartTransferRequest: w.Schema<StartTransferRequest> = {
  kind: w.oneOf<TransferKind>(TransferKind[0]),
};

export interface WaitTransferRequest {
  known: number;
}
export const WaitTransferRequest: w.Schema<WaitTransferRequest> = {
  known: w.int64,
};

export interface GitTransfer {
  kind: TransferKind;
  outcome: TransferOutcome;
  detail: string;
  percent: number;
  version: number;
  talk: string;
  pullFirst: boolean;
}
export const GitTransfer: w.Schema<GitTransfer> = {
  kind: w.oneOf<TransferKind>(TransferKind[0]),
  outcome: w.oneOf<TransferOutcome>(TransferOutcome[0]),
  detail: w.str,
  percent: w.num,
  version: w.int64,
  talk: w.str,
  pullFirst: w.bool,
};

export interface ResolveConflictRequest {
  path: string;
  resolution: Resolution;
}
export const ResolveConflictRequest: w.Schema<ResolveConflictRequest> = {
  path: w.str,
  resolution: w.oneOf<Resolution>(Resolution[0]),
};

export type ContinueMergeRequest = Record<string, never>;
export const ContinueMergeRequest: w.Schema<ContinueMergeRequest> = {};

export type AbortMergeRequest = Record<string, never>;
export const AbortMergeRequest: w.Schema<AbortMergeRequest> = {};

export type ListBranchesRequest = Record<string, never>;
export const ListBranchesRequest: w.Schema<ListBranchesRequest> = {};

export interface ListBranchesReply {
  branches: GitBranch[];
}
export const ListBranchesReply: w.Schema<ListBranchesReply> = {
  branches: w.list(w.message(() => GitBranch)),
};

export interface GitBranch {
  name: string;
  current: boolean;
  remote: boolean;
  commit: string;
  subject: string;
  committedAt: number;
  upstream: string;
}
export const GitBranch: w.Schema<GitBranch> = {
  name: w.str,
  current: w.bool,
  remote: w.bool,
  commit: w.str,
  subject: w.str,
  committedAt: w.int64,
  upstream: w.str,
};

export interface SwitchBranchRequest {
  name: string;
  create: boolean;
}
export const SwitchBranchRequest: w.Schema<SwitchBranchRequest> = {
  name: w.str,
  create: w.bool,
};

export interface GetLogRequest {
  skip: number;
  limit: number;
}
export const GetLogRequest: w.Schema<GetLogRequest> = {
  skip: w.num,
  limit: w.num,
};

export interface GetLogReply {
  commits: LogCommit[];
  more: boolean;
}
export const GetLogReply: w.Schema<GetLogReply> = {
  commits: w.list(w.message(() => LogCommit)),
  more: w.bool,
};

export interface LogCommit {
  id: string;
  subject: string;
  author: string;
  authoredAt: number;
  names: string[];
  pushed: boolean;
  parents: number;
}
export const LogCommit: w.Schema<LogCommit> = {
  id: w.str,
  subject: w.str,
  author: w.str,
  authoredAt: w.int64,
  names: w.list(w.str),
  pushed: w.bool,
  parents: w.num,
};

export type RemoveLockRequest = Record<string, never>;
export const RemoveLockRequest: w.Schema<RemoveLockRequest> = {};

export const SlotControlService = {
  hello: w.method("SlotControlService", "Hello", HelloRequest, HelloReply),
  bind: w.method("SlotControlService", "Bind", BindRequest, BindReply),
};

export const WorkspaceService = {
  getStatus: w.method("WorkspaceService", "GetStatus", GetStatusRequest, Status),
  waitStatus: w.method("WorkspaceService", "WaitStatus", WaitStatusRequest, Status),
  listFiles: w.method("WorkspaceService", "ListFiles", ListFilesRequest, ListFilesReply),
  readFile: w.method("WorkspaceService", "ReadFile", ReadFileRequest, File),
  writeFile: w.method("WorkspaceService", "WriteFile", WriteFileRequest, FileEntry),
  createFolder: w.method("WorkspaceService", "CreateFolder", CreateFolderRequest, FileEntry),
  renameFile: w.method("WorkspaceService", "RenameFile", RenameFileRequest, FileEntry),
  deleteFile: w.method("WorkspaceService", "DeleteFile", DeleteFileRequest, DeleteFileReply),
  statFiles: w.method("WorkspaceService", "StatFiles", StatFilesRequest, StatFilesReply),
  trashFiles: w.method("WorkspaceService", "TrashFiles", TrashFilesRequest, TrashFilesReply),
  restoreFiles: w.method("WorkspaceService", "RestoreFiles", RestoreFilesRequest, RestoreFilesReply),
  openTerminal: w.method("WorkspaceService", "OpenTerminal", OpenTerminalRequest, Terminal),
  listTerminals: w.method("WorkspaceService", "ListTerminals", ListTerminalsRequest, ListTerminalsReply),
  closeTerminal: w.method("WorkspaceService", "CloseTerminal", CloseTerminalRequest, CloseTerminalReply),
  run: w.method("WorkspaceService", "Run", RunRequest, RunReply),
  listTasks: w.method("WorkspaceService", "ListTasks", ListTasksRequest, ListTasksReply),
  runTask: w.method("WorkspaceService", "RunTask", RunTaskRequest, Terminal),
  listArtefacts: w.method("WorkspaceService", "ListArtefacts", ListArtefactsRequest, ListArtefactsReply),
  listPorts: w.method("WorkspaceService", "ListPorts", ListPortsRequest, ListPortsReply),
};

export const GitService = {
  getGitStatus: w.method("GitService", "GetGitStatus", GetGitStatusRequest, GitStatus),
  compareFile: w.method("GitService", "CompareFile", CompareFileRequest, FileComparison),
  stagePaths: w.method("GitService", "StagePaths", GitPaths, GitStatus),
  unstagePaths: w.method("GitService", "UnstagePaths", GitPaths, GitStatus),
  discardPaths: w.method("GitService", "DiscardPaths", GitPaths, GitStatus),
  commitStaged: w.method("GitService", "CommitStaged", CommitStagedRequest, GitStatus),
  startTransfer: w.method("GitService", "StartTransfer", StartTransferRequest, GitTransfer),
  waitTransfer: w.method("GitService", "WaitTransfer", WaitTransferRequest, GitTransfer),
  resolveConflict: w.method("GitService", "ResolveConflict", ResolveConflictRequest, GitStatus),
  continueMerge: w.method("GitService", "ContinueMerge", ContinueMergeRequest, GitStatus),
  abortMerge: w.method("GitService", "AbortMerge", AbortMergeRequest, GitStatus),
  listBranches: w.method("GitService", "ListBranches", ListBranchesRequest, ListBranchesReply),
  switchBranch: w.method("GitService", "SwitchBranch", SwitchBranchRequest, GitStatus),
  getLog: w.method("GitService", "GetLog", GetLogRequest, GetLogReply),
  removeLock: w.method("GitService", "RemoveLock", RemoveLockRequest, GitStatus),
};
