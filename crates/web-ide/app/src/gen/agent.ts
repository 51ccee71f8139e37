// Written by scripts/types.mjs from carrel.agent.v1; do not edit.
import * as w from "../wire.ts";

export const Phase = ["PHASE_UNSPECIFIED", "PHASE_WARM", "PHASE_CLONING", "PHASE_ENVIRONMENT", "PHASE_READY", "PHASE_FAILED"] as const;
export type Phase = (typeof Phase)[number];

export const WaitFor = ["WAIT_FOR_UNSPECIFIED", "WAIT_FOR_NOTHING", "WAIT_FOR_REPOSITORY", "WAIT_FOR_ENVIRONMENT"] as const;
export type WaitFor = (typeof WaitFor)[number];

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

export interface FileChange {
  kind: string;
  path: string;
}
export const FileChange: w.Schema<FileChange> = {
  kind: w.str,
  path: w.str,
};

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
  openTerminal: w.method("WorkspaceService", "OpenTerminal", OpenTerminalRequest, Terminal),
  listTerminals: w.method("WorkspaceService", "ListTerminals", ListTerminalsRequest, ListTerminalsReply),
  closeTerminal: w.method("WorkspaceService", "CloseTerminal", CloseTerminalRequest, CloseTerminalReply),
  run: w.method("WorkspaceService", "Run", RunRequest, RunReply),
  listTasks: w.method("WorkspaceService", "ListTasks", ListTasksRequest, ListTasksReply),
  runTask: w.method("WorkspaceService", "RunTask", RunTaskRequest, Terminal),
  listArtefacts: w.method("WorkspaceService", "ListArtefacts", ListArtefactsRequest, ListArtefactsReply),
};
