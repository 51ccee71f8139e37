// Written by scripts/types.mjs from carrel.session.v1; do not edit.
import * as w from "../wire.ts";

export const SessionState = ["SESSION_STATE_UNSPECIFIED", "SESSION_STATE_CLAIMING", "SESSION_STATE_PREPARING", "SESSION_STATE_READY", "SESSION_STATE_UNREACHABLE", "SESSION_STATE_CLOSING", "SESSION_STATE_CLOSED", "SESSION_STATE_FAILED"] as const;
export type SessionState = (typeof SessionState)[number];

export const SlotClass = ["SLOT_CLASS_UNSPECIFIED", "SLOT_CLASS_STANDARD", "SLOT_CLASS_BURST"] as const;
export type SlotClass = (typeof SlotClass)[number];

export const Egress = ["EGRESS_UNSPECIFIED", "EGRESS_DEFAULT", "EGRESS_EXAM"] as const;
export type Egress = (typeof Egress)[number];

export interface Session {
  id: string;
  userId: string;
  repository: string;
  slotClass: SlotClass;
  state: SessionState;
  reason: string;
  nodeId: string;
  slotId: string;
  fence: number;
  createdAt: number;
  timeline: StateEntered[];
  directUrl: string;
  egress: Egress;
  userName: string;
}
export const Session: w.Schema<Session> = {
  id: w.str,
  userId: w.str,
  repository: w.str,
  slotClass: w.oneOf<SlotClass>(SlotClass[0]),
  state: w.oneOf<SessionState>(SessionState[0]),
  reason: w.str,
  nodeId: w.str,
  slotId: w.str,
  fence: w.int64,
  createdAt: w.int64,
  timeline: w.list(w.message(() => StateEntered)),
  directUrl: w.str,
  egress: w.oneOf<Egress>(Egress[0]),
  userName: w.str,
};

export interface StateEntered {
  state: SessionState;
  at: number;
}
export const StateEntered: w.Schema<StateEntered> = {
  state: w.oneOf<SessionState>(SessionState[0]),
  at: w.int64,
};

export interface OpenSessionRequest {
  repository: string;
  slotClass: SlotClass;
  egress: Egress;
  requestId: string;
  withoutEnvironment: boolean;
  nodeId: string;
}
export const OpenSessionRequest: w.Schema<OpenSessionRequest> = {
  repository: w.str,
  slotClass: w.oneOf<SlotClass>(SlotClass[0]),
  egress: w.oneOf<Egress>(Egress[0]),
  requestId: w.str,
  withoutEnvironment: w.bool,
  nodeId: w.str,
};

export interface GetSessionRequest {
  id: string;
}
export const GetSessionRequest: w.Schema<GetSessionRequest> = {
  id: w.str,
};

export interface ListSessionsRequest {
  allUsers: boolean;
  includeClosed: boolean;
  limit: number;
}
export const ListSessionsRequest: w.Schema<ListSessionsRequest> = {
  allUsers: w.bool,
  includeClosed: w.bool,
  limit: w.num,
};

export interface ListSessionsReply {
  sessions: Session[];
}
export const ListSessionsReply: w.Schema<ListSessionsReply> = {
  sessions: w.list(w.message(() => Session)),
};

export interface WatchSessionRequest {
  id: string;
}
export const WatchSessionRequest: w.Schema<WatchSessionRequest> = {
  id: w.str,
};

export interface CloseSessionRequest {
  id: string;
  reason: string;
}
export const CloseSessionRequest: w.Schema<CloseSessionRequest> = {
  id: w.str,
  reason: w.str,
};

export interface CreateTicketRequest {
  sessionId: string;
}
export const CreateTicketRequest: w.Schema<CreateTicketRequest> = {
  sessionId: w.str,
};

export interface Ticket {
  ticket: string;
  expiresAt: number;
}
export const Ticket: w.Schema<Ticket> = {
  ticket: w.str,
  expiresAt: w.int64,
};

export const SessionService = {
  openSession: w.method("SessionService", "OpenSession", OpenSessionRequest, Session),
  getSession: w.method("SessionService", "GetSession", GetSessionRequest, Session),
  listSessions: w.method("SessionService", "ListSessions", ListSessionsRequest, ListSessionsReply),
  closeSession: w.method("SessionService", "CloseSession", CloseSessionRequest, Session),
  createTicket: w.method("SessionService", "CreateTicket", CreateTicketRequest, Ticket),
};
