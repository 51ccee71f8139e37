// Written by scripts/types.mjs from carrel.sync.v1; do not edit.
import * as w from "../wire.ts";

export const MemberRole = ["MEMBER_ROLE_UNSPECIFIED", "MEMBER_ROLE_NONE", "MEMBER_ROLE_READER", "MEMBER_ROLE_WRITER"] as const;
export type MemberRole = (typeof MemberRole)[number];

export const Form = ["FORM_UNSPECIFIED", "FORM_UPDATE", "FORM_JSON", "FORM_TEXT"] as const;
export type Form = (typeof Form)[number];

export const ChangeKind = ["CHANGE_KIND_UNSPECIFIED", "CHANGE_KIND_CREATED", "CHANGE_KIND_EDITED", "CHANGE_KIND_CHANGED", "CHANGE_KIND_GONE", "CHANGE_KIND_VERSIONS"] as const;
export type ChangeKind = (typeof ChangeKind)[number];

export interface Document {
  id: string;
  title: string;
  owner: string;
  members: Member[];
  createdAt: number;
  space: string;
  role: MemberRole;
}
export const Document: w.Schema<Document> = {
  id: w.str,
  title: w.str,
  owner: w.str,
  members: w.list(w.message(() => Member)),
  createdAt: w.int64,
  space: w.str,
  role: w.oneOf<MemberRole>(MemberRole[0]),
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
  content: Content | undefined;
}
export const CreateDocumentRequest: w.Schema<CreateDocumentRequest> = {
  id: w.str,
  title: w.str,
  content: w.message(() => Content),
};

export interface Content {
  update: Uint8Array;
  json: string;
  text: SharedText | undefined;
}
export const Content: w.Schema<Content> = {
  update: w.bytes,
  json: w.str,
  text: w.message(() => SharedText),
};

export interface SharedText {
  name: string;
  text: string;
}
export const SharedText: w.Schema<SharedText> = {
  name: w.str,
  text: w.str,
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

export interface RenameDocumentRequest {
  id: string;
  title: string;
}
export const RenameDocumentRequest: w.Schema<RenameDocumentRequest> = {
  id: w.str,
  title: w.str,
};

export interface ExportDocumentRequest {
  id: string;
  form: Form;
  name: string;
  version: number;
}
export const ExportDocumentRequest: w.Schema<ExportDocumentRequest> = {
  id: w.str,
  form: w.oneOf<Form>(Form[0]),
  name: w.str,
  version: w.int64,
};

export interface ImportDocumentRequest {
  id: string;
  content: Content | undefined;
}
export const ImportDocumentRequest: w.Schema<ImportDocumentRequest> = {
  id: w.str,
  content: w.message(() => Content),
};

export interface ImportDocumentReply {
  changed: boolean;
}
export const ImportDocumentReply: w.Schema<ImportDocumentReply> = {
  changed: w.bool,
};

export interface Version {
  version: number;
  name: string;
  author: string;
  createdAt: number;
  bytes: number;
}
export const Version: w.Schema<Version> = {
  version: w.int64,
  name: w.str,
  author: w.str,
  createdAt: w.int64,
  bytes: w.int64,
};

export interface CreateVersionRequest {
  id: string;
  name: string;
}
export const CreateVersionRequest: w.Schema<CreateVersionRequest> = {
  id: w.str,
  name: w.str,
};

export interface ListVersionsRequest {
  id: string;
  before: number;
  limit: number;
}
export const ListVersionsRequest: w.Schema<ListVersionsRequest> = {
  id: w.str,
  before: w.int64,
  limit: w.num,
};

export interface ListVersionsReply {
  versions: Version[];
  next: number;
}
export const ListVersionsReply: w.Schema<ListVersionsReply> = {
  versions: w.list(w.message(() => Version)),
  next: w.int64,
};

export interface GetVersionRequest {
  id: string;
  version: number;
}
export const GetVersionRequest: w.Schema<GetVersionRequest> = {
  id: w.str,
  version: w.int64,
};

export interface GetVersionReply {
  version: Version | undefined;
  update: Uint8Array;
}
export const GetVersionReply: w.Schema<GetVersionReply> = {
  version: w.message(() => Version),
  update: w.bytes,
};

export interface RestoreVersionRequest {
  id: string;
  version: number;
}
export const RestoreVersionRequest: w.Schema<RestoreVersionRequest> = {
  id: w.str,
  version: w.int64,
};

export interface RestoreVersionReply {
  changed: boolean;
}
export const RestoreVersionReply: w.Schema<RestoreVersionReply> = {
  changed: w.bool,
};

export interface DeleteVersionRequest {
  id: string;
  version: number;
}
export const DeleteVersionRequest: w.Schema<DeleteVersionRequest> = {
  id: w.str,
  version: w.int64,
};

export type DeleteVersionReply = Record<string, never>;
export const DeleteVersionReply: w.Schema<DeleteVersionReply> = {};

export interface WatchRequest {
  only: string[];
}
export const WatchRequest: w.Schema<WatchRequest> = {
  only: w.list(w.str),
};

export interface WatchReply {
  ready: Ready | undefined;
  missed: Missed | undefined;
  document: DocumentChange | undefined;
  space: SpaceChange | undefined;
  item: ItemChange | undefined;
}
export const WatchReply: w.Schema<WatchReply> = {
  ready: w.message(() => Ready),
  missed: w.message(() => Missed),
  document: w.message(() => DocumentChange),
  space: w.message(() => SpaceChange),
  item: w.message(() => ItemChange),
};

export type Ready = Record<string, never>;
export const Ready: w.Schema<Ready> = {};

export type Missed = Record<string, never>;
export const Missed: w.Schema<Missed> = {};

export interface DocumentChange {
  id: string;
  kind: ChangeKind;
}
export const DocumentChange: w.Schema<DocumentChange> = {
  id: w.str,
  kind: w.oneOf<ChangeKind>(ChangeKind[0]),
};

export interface SpaceChange {
  id: string;
  kind: ChangeKind;
}
export const SpaceChange: w.Schema<SpaceChange> = {
  id: w.str,
  kind: w.oneOf<ChangeKind>(ChangeKind[0]),
};

export interface ItemChange {
  space: string;
  id: string;
  kind: ChangeKind;
}
export const ItemChange: w.Schema<ItemChange> = {
  space: w.str,
  id: w.str,
  kind: w.oneOf<ChangeKind>(ChangeKind[0]),
};

export interface Space {
  id: string;
  title: string;
  owner: string;
  members: Member[];
  createdAt: number;
  role: MemberRole;
  items: number;
}
export const Space: w.Schema<Space> = {
  id: w.str,
  title: w.str,
  owner: w.str,
  members: w.list(w.message(() => Member)),
  createdAt: w.int64,
  role: w.oneOf<MemberRole>(MemberRole[0]),
  items: w.num,
};

export interface Item {
  id: string;
  document: string;
  place: Place | undefined;
  metadata: string;
  revision: number;
}
export const Item: w.Schema<Item> = {
  id: w.str,
  document: w.str,
  place: w.message(() => Place),
  metadata: w.str,
  revision: w.int64,
};

export interface Place {
  x: number;
  y: number;
  z: number;
  width: number;
  height: number;
}
export const Place: w.Schema<Place> = {
  x: w.num,
  y: w.num,
  z: w.num,
  width: w.num,
  height: w.num,
};

export interface CreateSpaceRequest {
  id: string;
  title: string;
}
export const CreateSpaceRequest: w.Schema<CreateSpaceRequest> = {
  id: w.str,
  title: w.str,
};

export interface GetSpaceRequest {
  id: string;
}
export const GetSpaceRequest: w.Schema<GetSpaceRequest> = {
  id: w.str,
};

export interface ListSpacesRequest {
  after: string;
  limit: number;
}
export const ListSpacesRequest: w.Schema<ListSpacesRequest> = {
  after: w.str,
  limit: w.num,
};

export interface ListSpacesReply {
  spaces: Space[];
  next: string;
}
export const ListSpacesReply: w.Schema<ListSpacesReply> = {
  spaces: w.list(w.message(() => Space)),
  next: w.str,
};

export interface RenameSpaceRequest {
  id: string;
  title: string;
}
export const RenameSpaceRequest: w.Schema<RenameSpaceRequest> = {
  id: w.str,
  title: w.str,
};

export interface SetSpaceMemberRequest {
  id: string;
  user: string;
  role: MemberRole;
}
export const SetSpaceMemberRequest: w.Schema<SetSpaceMemberRequest> = {
  id: w.str,
  user: w.str,
  role: w.oneOf<MemberRole>(MemberRole[0]),
};

export interface DeleteSpaceRequest {
  id: string;
}
export const DeleteSpaceRequest: w.Schema<DeleteSpaceRequest> = {
  id: w.str,
};

export type DeleteSpaceReply = Record<string, never>;
export const DeleteSpaceReply: w.Schema<DeleteSpaceReply> = {};

export interface PutItemRequest {
  space: string;
  item: Item | undefined;
  ifRevision: boolean;
}
export const PutItemRequest: w.Schema<PutItemRequest> = {
  space: w.str,
  item: w.message(() => Item),
  ifRevision: w.bool,
};

export interface ListItemsRequest {
  space: string;
  after: string;
  limit: number;
  within: Place | undefined;
}
export const ListItemsRequest: w.Schema<ListItemsRequest> = {
  space: w.str,
  after: w.str,
  limit: w.num,
  within: w.message(() => Place),
};

export interface ListItemsReply {
  items: Item[];
  next: string;
}
export const ListItemsReply: w.Schema<ListItemsReply> = {
  items: w.list(w.message(() => Item)),
  next: w.str,
};

export interface RemoveItemRequest {
  space: string;
  id: string;
}
export const RemoveItemRequest: w.Schema<RemoveItemRequest> = {
  space: w.str,
  id: w.str,
};

export type RemoveItemReply = Record<string, never>;
export const RemoveItemReply: w.Schema<RemoveItemReply> = {};

export interface GetSettingsRequest {
  space: string;
}
export const GetSettingsRequest: w.Schema<GetSettingsRequest> = {
  space: w.str,
};

export interface PutSettingsRequest {
  space: string;
  json: string;
  revision: number;
  ifRevision: boolean;
}
export const PutSettingsRequest: w.Schema<PutSettingsRequest> = {
  space: w.str,
  json: w.str,
  revision: w.int64,
  ifRevision: w.bool,
};

export interface Settings {
  json: string;
  revision: number;
}
export const Settings: w.Schema<Settings> = {
  json: w.str,
  revision: w.int64,
};

export interface EnsureDocumentRequest {
  id: string;
  title: string;
  content: Content | undefined;
  roles: Member[];
}
export const EnsureDocumentRequest: w.Schema<EnsureDocumentRequest> = {
  id: w.str,
  title: w.str,
  content: w.message(() => Content),
  roles: w.list(w.message(() => Member)),
};

export interface EnsureDocumentReply {
  document: Document | undefined;
  created: boolean;
}
export const EnsureDocumentReply: w.Schema<EnsureDocumentReply> = {
  document: w.message(() => Document),
  created: w.bool,
};

export interface EnsureSpaceRequest {
  id: string;
  title: string;
  roles: Member[];
}
export const EnsureSpaceRequest: w.Schema<EnsureSpaceRequest> = {
  id: w.str,
  title: w.str,
  roles: w.list(w.message(() => Member)),
};

export interface EnsureSpaceReply {
  space: Space | undefined;
  created: boolean;
}
export const EnsureSpaceReply: w.Schema<EnsureSpaceReply> = {
  space: w.message(() => Space),
  created: w.bool,
};

export interface SetRolesRequest {
  id: string;
  roles: Member[];
  onlyThese: boolean;
}
export const SetRolesRequest: w.Schema<SetRolesRequest> = {
  id: w.str,
  roles: w.list(w.message(() => Member)),
  onlyThese: w.bool,
};

export type SetRolesReply = Record<string, never>;
export const SetRolesReply: w.Schema<SetRolesReply> = {};

export interface GetRolesRequest {
  id: string;
}
export const GetRolesRequest: w.Schema<GetRolesRequest> = {
  id: w.str,
};

export interface GetRolesReply {
  roles: Member[];
}
export const GetRolesReply: w.Schema<GetRolesReply> = {
  roles: w.list(w.message(() => Member)),
};

export interface PlaceDocumentRequest {
  space: string;
  item: Item | undefined;
}
export const PlaceDocumentRequest: w.Schema<PlaceDocumentRequest> = {
  space: w.str,
  item: w.message(() => Item),
};

export interface DiscardRequest {
  id: string;
}
export const DiscardRequest: w.Schema<DiscardRequest> = {
  id: w.str,
};

export type DiscardReply = Record<string, never>;
export const DiscardReply: w.Schema<DiscardReply> = {};

export const DocumentService = {
  createDocument: w.method("DocumentService", "CreateDocument", CreateDocumentRequest, Document),
  getDocument: w.method("DocumentService", "GetDocument", GetDocumentRequest, GetDocumentReply),
  applyUpdate: w.method("DocumentService", "ApplyUpdate", ApplyUpdateRequest, ApplyUpdateReply),
  listDocuments: w.method("DocumentService", "ListDocuments", ListDocumentsRequest, ListDocumentsReply),
  renameDocument: w.method("DocumentService", "RenameDocument", RenameDocumentRequest, Document),
  addMember: w.method("DocumentService", "AddMember", AddMemberRequest, Document),
  compactDocument: w.method("DocumentService", "CompactDocument", CompactDocumentRequest, CompactDocumentReply),
  deleteDocument: w.method("DocumentService", "DeleteDocument", DeleteDocumentRequest, DeleteDocumentReply),
  exportDocument: w.method("DocumentService", "ExportDocument", ExportDocumentRequest, Content),
  importDocument: w.method("DocumentService", "ImportDocument", ImportDocumentRequest, ImportDocumentReply),
  createVersion: w.method("DocumentService", "CreateVersion", CreateVersionRequest, Version),
  listVersions: w.method("DocumentService", "ListVersions", ListVersionsRequest, ListVersionsReply),
  getVersion: w.method("DocumentService", "GetVersion", GetVersionRequest, GetVersionReply),
  restoreVersion: w.method("DocumentService", "RestoreVersion", RestoreVersionRequest, RestoreVersionReply),
  deleteVersion: w.method("DocumentService", "DeleteVersion", DeleteVersionRequest, DeleteVersionReply),
};

export const SpaceService = {
  createSpace: w.method("SpaceService", "CreateSpace", CreateSpaceRequest, Space),
  getSpace: w.method("SpaceService", "GetSpace", GetSpaceRequest, Space),
  listSpaces: w.method("SpaceService", "ListSpaces", ListSpacesRequest, ListSpacesReply),
  renameSpace: w.method("SpaceService", "RenameSpace", RenameSpaceRequest, Space),
  setSpaceMember: w.method("SpaceService", "SetSpaceMember", SetSpaceMemberRequest, Space),
  deleteSpace: w.method("SpaceService", "DeleteSpace", DeleteSpaceRequest, DeleteSpaceReply),
  putItem: w.method("SpaceService", "PutItem", PutItemRequest, Item),
  listItems: w.method("SpaceService", "ListItems", ListItemsRequest, ListItemsReply),
  removeItem: w.method("SpaceService", "RemoveItem", RemoveItemRequest, RemoveItemReply),
  getSettings: w.method("SpaceService", "GetSettings", GetSettingsRequest, Settings),
  putSettings: w.method("SpaceService", "PutSettings", PutSettingsRequest, Settings),
};

export const StewardService = {
  ensureDocument: w.method("StewardService", "EnsureDocument", EnsureDocumentRequest, EnsureDocumentReply),
  ensureSpace: w.method("StewardService", "EnsureSpace", EnsureSpaceRequest, EnsureSpaceReply),
  setRoles: w.method("StewardService", "SetRoles", SetRolesRequest, SetRolesReply),
  getRoles: w.method("StewardService", "GetRoles", GetRolesRequest, GetRolesReply),
  placeDocument: w.method("StewardService", "PlaceDocument", PlaceDocumentRequest, Item),
  discard: w.method("StewardService", "Discard", DiscardRequest, DiscardReply),
};
