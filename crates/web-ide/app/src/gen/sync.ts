// Written by scripts/types.mjs from carrel.sync.v1; do not edit.
import * as w from "../wire.ts";

export const MemberRole = ["MEMBER_ROLE_UNSPECIFIED", "MEMBER_ROLE_NONE", "MEMBER_ROLE_READER", "MEMBER_ROLE_WRITER"] as const;
export type MemberRole = (typeof MemberRole)[number];

export interface Document {
  id: string;
  title: string;
  owner: string;
  members: Member[];
  createdAt: number;
}
export const Document: w.Schema<Document> = {
  id: w.str,
  title: w.str,
  owner: w.str,
  members: w.list(w.message(() => Member)),
  createdAt: w.int64,
};

export interface Member {
  user: string;
  role: MemberRole;
}
export const Member: w.Schema<Member> = {
  user: w.str,
  role: w.oneOf<MemberRole>(MemberRole[0]),
};

export interface CreateDocumentRequest {
  id: string;
  title: string;
}
export const CreateDocumentRequest: w.Schema<CreateDocumentRequest> = {
  id: w.str,
  title: w.str,
};

export interface GetDocumentRequest {
  id: string;
  stateVector: Uint8Array;
}
export const GetDocumentRequest: w.Schema<GetDocumentRequest> = {
  id: w.str,
  stateVector: w.bytes,
};

export interface GetDocumentReply {
  document: Document | undefined;
  update: Uint8Array;
  stateVector: Uint8Array;
}
export const GetDocumentReply: w.Schema<GetDocumentReply> = {
  document: w.message(() => Document),
  update: w.bytes,
  stateVector: w.bytes,
};

export interface ApplyUpdateRequest {
  id: string;
  update: Uint8Array;
}
export const ApplyUpdateRequest: w.Schema<ApplyUpdateRequest> = {
  id: w.str,
  update: w.bytes,
};

export interface ApplyUpdateReply {
  changed: boolean;
}
export const ApplyUpdateReply: w.Schema<ApplyUpdateReply> = {
  changed: w.bool,
};

export interface ListDocumentsRequest {
  after: string;
  limit: number;
}
export const ListDocumentsRequest: w.Schema<ListDocumentsRequest> = {
  after: w.str,
  limit: w.num,
};

export interface ListDocumentsReply {
  documents: Document[];
  next: string;
}
export const ListDocumentsReply: w.Schema<ListDocumentsReply> = {
  documents: w.list(w.message(() => Document)),
  next: w.str,
};

export interface AddMemberRequest {
  id: string;
  user: string;
  role: MemberRole;
}
export const AddMemberRequest: w.Schema<AddMemberRequest> = {
  id: w.str,
  user: w.str,
  role: w.oneOf<MemberRole>(MemberRole[0]),
};

export interface CompactDocumentRequest {
  id: string;
}
export const CompactDocumentRequest: w.Schema<CompactDocumentRequest> = {
  id: w.str,
};

export interface CompactDocumentReply {
  stateBytes: number;
  updatesCovered: number;
}
export const CompactDocumentReply: w.Schema<CompactDocumentReply> = {
  stateBytes: w.int64,
  updatesCovered: w.int64,
};

export interface DeleteDocumentRequest {
  id: string;
}
export const DeleteDocumentRequest: w.Schema<DeleteDocumentRequest> = {
  id: w.str,
};

export type DeleteDocumentReply = Record<string, never>;
export const DeleteDocumentReply: w.Schema<DeleteDocumentReply> = {};

export const DocumentService = {
  createDocument: w.method("DocumentService", "CreateDocument", CreateDocumentRequest, Document),
  getDocument: w.method("DocumentService", "GetDocument", GetDocumentRequest, GetDocumentReply),
  applyUpdate: w.method("DocumentService", "ApplyUpdate", ApplyUpdateRequest, ApplyUpdateReply),
  listDocuments: w.method("DocumentService", "ListDocuments", ListDocumentsRequest, ListDocumentsReply),
  addMember: w.method("DocumentService", "AddMember", AddMemberRequest, Document),
  compactDocument: w.method("DocumentService", "CompactDocument", CompactDocumentRequest, CompactDocumentReply),
  deleteDocument: w.method("DocumentService", "DeleteDocument", DeleteDocumentRequest, DeleteDocumentReply),
};
