// Written by scripts/types.mjs from carrel.repo.v1; do not edit.
import * as w from "../wire.ts";

export const Access = ["ACCESS_UNSPECIFIED", "ACCESS_NONE", "ACCESS_READ", "ACCESS_WRITE"] as const;
export type Access = (typeof Access)[number];

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
}
export const CreateRepositoryRequest: w.Schema<CreateRepositoryRequest> = {
  path: w.str,
  withStarters: w.bool,
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

export const RepositoryService = {
  createRepository: w.method("RepositoryService", "CreateRepository", CreateRepositoryRequest, Repository),
  listRepositories: w.method("RepositoryService", "ListRepositories", ListRepositoriesRequest, ListRepositoriesReply),
  deleteRepository: w.method("RepositoryService", "DeleteRepository", DeleteRepositoryRequest, DeleteRepositoryReply),
  setAccess: w.method("RepositoryService", "SetAccess", SetAccessRequest, Repository),
  checkRepository: w.method("RepositoryService", "CheckRepository", CheckRepositoryRequest, RepositoryCheck),
  addStarters: w.method("RepositoryService", "AddStarters", AddStartersRequest, RepositoryCheck),
};
