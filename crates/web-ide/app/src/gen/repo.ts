// Written by scripts/types.mjs from carrel.repo.v1; do not edit.
import * as w from "../wire.ts";

export const Access = ["ACCESS_UNSPECIFIED", "ACCESS_NONE", "ACCESS_READ", "ACCESS_WRITE"] as const;
export type Access = (typeof Access)[number];

export const ImportState = ["IMPORT_STATE_UNSPECIFIED", "IMPORT_STATE_RUNNING", "IMPORT_STATE_DONE", "IMPORT_STATE_FAILED", "IMPORT_STATE_CANCELLED"] as const;
export type ImportState = (typeof ImportState)[number];

export const RefKind = ["REF_KIND_UNSPECIFIED", "REF_KIND_BRANCH", "REF_KIND_TAG"] as const;
export type RefKind = (typeof RefKind)[number];

export const EntryKind = ["ENTRY_KIND_UNSPECIFIED", "ENTRY_KIND_FOLDER", "ENTRY_KIND_FILE", "ENTRY_KIND_EXECUTABLE", "ENTRY_KIND_LINK", "ENTRY_KIND_SUBMODULE"] as const;
export type EntryKind = (typeof EntryKind)[number];

export const ChangeKind = ["CHANGE_KIND_UNSPECIFIED", "CHANGE_KIND_ADDED", "CHANGE_KIND_MODIFIED", "CHANGE_KIND_DELETED", "CHANGE_KIND_RENAMED", "CHANGE_KIND_COPIED", "CHANGE_KIND_TYPE"] as const;
export type ChangeKind = (typeof ChangeKind)[number];

export interface Repository {
  path: string;
  cloneUrl: string;
  grants: Grant[];
  createdAt: number;
}
export const Repository: w.Schema<Repository> = {
  path: w.str,
  cloneUrl: w.str,
  grants: w.list(w.message(() => Grant)),
  createdAt: w.int64,
};

export interface Grant {
  user: string;
  access: Access;
}
export const Grant: w.Schema<Grant> = {
  user: w.str,
  access: w.oneOf<Access>(Access[0]),
};

export interface CreateRepositoryRequest {
  path: string;
  withStarters: boolean;
  sample: string;
}
export const CreateRepositoryRequest: w.Schema<CreateRepositoryRequest> = {
  path: w.str,
  withStarters: w.bool,
  sample: w.str,
};

export interface ListRepositoriesRequest {
  after: string;
  limit: number;
}
export const ListRepositoriesRequest: w.Schema<ListRepositoriesRequest> = {
  after: w.str,
  limit: w.num,
};

export interface ListRepositoriesReply {
  repositories: Repository[];
  next: string;
}
export const ListRepositoriesReply: w.Schema<ListRepositoriesReply> = {
  repositories: w.list(w.message(() => Repository)),
  next: w.str,
};

export interface DeleteRepositoryRequest {
  path: string;
}
export const DeleteRepositoryRequest: w.Schema<DeleteRepositoryRequest> = {
  path: w.str,
};

export type DeleteRepositoryReply = Record<string, never>;
export const DeleteRepositoryReply: w.Schema<DeleteRepositoryReply> = {};

export interface SetAccessRequest {
  path: string;
  user: string;
  access: Access;
}
export const SetAccessRequest: w.Schema<SetAccessRequest> = {
  path: w.str,
  user: w.str,
  access: w.oneOf<Access>(Access[0]),
};

export interface CheckRepositoryRequest {
  path: string;
}
export const CheckRepositoryRequest: w.Schema<CheckRepositoryRequest> = {
  path: w.str,
};

export interface RepositoryCheck {
  path: string;
  empty: boolean;
  environmentFile: string;
  hasDefaultNix: boolean;
  missing: string[];
  advice: string;
}
export const RepositoryCheck: w.Schema<RepositoryCheck> = {
  path: w.str,
  empty: w.bool,
  environmentFile: w.str,
  hasDefaultNix: w.bool,
  missing: w.list(w.str),
  advice: w.str,
};

export interface AddStartersRequest {
  path: string;
}
export const AddStartersRequest: w.Schema<AddStartersRequest> = {
  path: w.str,
};

export interface ImportRepositoryRequest {
  path: string;
  url: string;
  user: string;
  password: string;
}
export const ImportRepositoryRequest: w.Schema<ImportRepositoryRequest> = {
  path: w.str,
  url: w.str,
  user: w.str,
  password: w.str,
};

export interface Import {
  id: string;
  path: string;
  url: string;
  state: ImportState;
  detail: string;
  percent: number;
  bytes: number;
  startedAt: number;
  endedAt: number;
}
export const Import: w.Schema<Import> = {
  id: w.str,
  path: w.str,
  url: w.str,
  state: w.oneOf<ImportState>(ImportState[0]),
  detail: w.str,
  percent: w.num,
  bytes: w.int64,
  startedAt: w.int64,
  endedAt: w.int64,
};

export type ListImportsRequest = Record<string, never>;
export const ListImportsRequest: w.Schema<ListImportsRequest> = {};

export interface ListImportsReply {
  imports: Import[];
}
export const ListImportsReply: w.Schema<ListImportsReply> = {
  imports: w.list(w.message(() => Import)),
};

export interface CancelImportRequest {
  id: string;
}
export const CancelImportRequest: w.Schema<CancelImportRequest> = {
  id: w.str,
};

export interface Ref {
  name: string;
  kind: RefKind;
  commit: string;
  committedAt: number;
  subject: string;
  isDefault: boolean;
}
export const Ref: w.Schema<Ref> = {
  name: w.str,
  kind: w.oneOf<RefKind>(RefKind[0]),
  commit: w.str,
  committedAt: w.int64,
  subject: w.str,
  isDefault: w.bool,
};

export interface ListRefsRequest {
  path: string;
  after: string;
  limit: number;
}
export const ListRefsRequest: w.Schema<ListRefsRequest> = {
  path: w.str,
  after: w.str,
  limit: w.num,
};

export interface ListRefsReply {
  refs: Ref[];
  next: string;
}
export const ListRefsReply: w.Schema<ListRefsReply> = {
  refs: w.list(w.message(() => Ref)),
  next: w.str,
};

export interface Entry {
  name: string;
  file: string;
  kind: EntryKind;
  size: number;
}
export const Entry: w.Schema<Entry> = {
  name: w.str,
  file: w.str,
  kind: w.oneOf<EntryKind>(EntryKind[0]),
  size: w.int64,
};

export interface ListFolderRequest {
  path: string;
  revision: string;
  folder: string;
  after: string;
  limit: number;
}
export const ListFolderRequest: w.Schema<ListFolderRequest> = {
  path: w.str,
  revision: w.str,
  folder: w.str,
  after: w.str,
  limit: w.num,
};

export interface ListFolderReply {
  commit: string;
  revision: string;
  entries: Entry[];
  next: string;
  latest: Commit | undefined;
}
export const ListFolderReply: w.Schema<ListFolderReply> = {
  commit: w.str,
  revision: w.str,
  entries: w.list(w.message(() => Entry)),
  next: w.str,
  latest: w.message(() => Commit),
};

export interface GetFileRequest {
  path: string;
  revision: string;
  file: string;
}
export const GetFileRequest: w.Schema<GetFileRequest> = {
  path: w.str,
  revision: w.str,
  file: w.str,
};

export interface FileView {
  commit: string;
  revision: string;
  kind: EntryKind;
  size: number;
  text: string;
  binary: boolean;
  truncated: boolean;
  lossy: boolean;
  picture: Uint8Array;
  pictureType: string;
  latest: Commit | undefined;
}
export const FileView: w.Schema<FileView> = {
  commit: w.str,
  revision: w.str,
  kind: w.oneOf<EntryKind>(EntryKind[0]),
  size: w.int64,
  text: w.str,
  binary: w.bool,
  truncated: w.bool,
  lossy: w.bool,
  picture: w.bytes,
  pictureType: w.str,
  latest: w.message(() => Commit),
};

export interface Commit {
  id: string;
  parents: string[];
  authorName: string;
  authorEmail: string;
  authoredAt: number;
  committedAt: number;
  subject: string;
  body: string;
}
export const Commit: w.Schema<Commit> = {
  id: w.str,
  parents: w.list(w.str),
  authorName: w.str,
  authorEmail: w.str,
  authoredAt: w.int64,
  committedAt: w.int64,
  subject: w.str,
  body: w.str,
};

export interface ListCommitsRequest {
  path: string;
  revision: string;
  file: string;
  after: string;
  limit: number;
}
export const ListCommitsRequest: w.Schema<ListCommitsRequest> = {
  path: w.str,
  revision: w.str,
  file: w.str,
  after: w.str,
  limit: w.num,
};

export interface ListCommitsReply {
  commits: Commit[];
  next: string;
}
export const ListCommitsReply: w.Schema<ListCommitsReply> = {
  commits: w.list(w.message(() => Commit)),
  next: w.str,
};

export interface GetCommitRequest {
  path: string;
  commit: string;
}
export const GetCommitRequest: w.Schema<GetCommitRequest> = {
  path: w.str,
  commit: w.str,
};

export interface CommitView {
  commit: Commit | undefined;
  changes: FileChange[];
  truncated: boolean;
}
export const CommitView: w.Schema<CommitView> = {
  commit: w.message(() => Commit),
  changes: w.list(w.message(() => FileChange)),
  truncated: w.bool,
};

export interface FileChange {
  kind: ChangeKind;
  name: string;
  file: string;
  oldName: string;
  binary: boolean;
  additions: number;
  deletions: number;
  patch: string;
  truncated: boolean;
}
export const FileChange: w.Schema<FileChange> = {
  kind: w.oneOf<ChangeKind>(ChangeKind[0]),
  name: w.str,
  file: w.str,
  oldName: w.str,
  binary: w.bool,
  additions: w.num,
  deletions: w.num,
  patch: w.str,
  truncated: w.bool,
};

export const RepositoryService = {
  createRepository: w.method("RepositoryService", "CreateRepository", CreateRepositoryRequest, Repository),
  listRepositories: w.method("RepositoryService", "ListRepositories", ListRepositoriesRequest, ListRepositoriesReply),
  deleteRepository: w.method("RepositoryService", "DeleteRepository", DeleteRepositoryRequest, DeleteRepositoryReply),
  setAccess: w.method("RepositoryService", "SetAccess", SetAccessRequest, Repository),
  checkRepository: w.method("RepositoryService", "CheckRepository", CheckRepositoryRequest, RepositoryCheck),
  addStarters: w.method("RepositoryService", "AddStarters", AddStartersRequest, RepositoryCheck),
  importRepository: w.method("RepositoryService", "ImportRepository", ImportRepositoryRequest, Import),
  listImports: w.method("RepositoryService", "ListImports", ListImportsRequest, ListImportsReply),
  cancelImport: w.method("RepositoryService", "CancelImport", CancelImportRequest, Import),
};

export const BrowseService = {
  listRefs: w.method("BrowseService", "ListRefs", ListRefsRequest, ListRefsReply),
  listFolder: w.method("BrowseService", "ListFolder", ListFolderRequest, ListFolderReply),
  getFile: w.method("BrowseService", "GetFile", GetFileRequest, FileView),
  listCommits: w.method("BrowseService", "ListCommits", ListCommitsRequest, ListCommitsReply),
  getCommit: w.method("BrowseService", "GetCommit", GetCommitRequest, CommitView),
};
