// Written by scripts/types.mjs from carrel.compute.v1; do not edit.
import * as w from "../wire.ts";
import * as session from "./session.ts";

export const SlotState = ["SLOT_STATE_UNSPECIFIED", "SLOT_STATE_CREATING", "SLOT_STATE_WARM", "SLOT_STATE_CLAIMED", "SLOT_STATE_DRAINING", "SLOT_STATE_GONE"] as const;
export type SlotState = (typeof SlotState)[number];

export const Phase = ["PHASE_UNSPECIFIED", "PHASE_CLONING", "PHASE_ENVIRONMENT", "PHASE_READY", "PHASE_FAILED"] as const;
export type Phase = (typeof Phase)[number];

export interface ClaimRequest {
  sessionId: string;
  fence: number;
  slotClass: session.SlotClass;
  egress: session.Egress;
  userId: string;
  userName: string;
  repository: string;
  gitToken: GitToken | undefined;
  withEnvironment: boolean;
}
export const ClaimRequest: w.Schema<ClaimRequest> = {
  sessionId: w.str,
  fence: w.int64,
  slotClass: w.oneOf<session.SlotClass>(session.SlotClass[0]),
  egress: w.oneOf<session.Egress>(session.Egress[0]),
  userId: w.str,
  userName: w.str,
  repository: w.str,
  gitToken: w.message(() => GitToken),
  withEnvironment: w.bool,
};

export interface ClaimReply {
  slotId: string;
  repeatedClaim: boolean;
  version: number;
  bootEpoch: number;
}
export const ClaimReply: w.Schema<ClaimReply> = {
  slotId: w.str,
  repeatedClaim: w.bool,
  version: w.int64,
  bootEpoch: w.int64,
};

export interface ReleaseRequest {
  sessionId: string;
  fence: number;
  reason: string;
}
export const ReleaseRequest: w.Schema<ReleaseRequest> = {
  sessionId: w.str,
  fence: w.int64,
  reason: w.str,
};

export interface ReleaseReply {
  wasHeld: boolean;
}
export const ReleaseReply: w.Schema<ReleaseReply> = {
  wasHeld: w.bool,
};

export type ListSlotsRequest = Record<string, never>;
export const ListSlotsRequest: w.Schema<ListSlotsRequest> = {};

export interface ListSlotsReply {
  slots: Slot[];
}
export const ListSlotsReply: w.Schema<ListSlotsReply> = {
  slots: w.list(w.message(() => Slot)),
};

export interface Slot {
  id: string;
  slotClass: session.SlotClass;
  state: SlotState;
  sessionId: string;
  fence: number;
  usage: Usage | undefined;
  phase: Phase;
  phaseDetail: string;
  since: number;
  cpuset: string;
}
export const Slot: w.Schema<Slot> = {
  id: w.str,
  slotClass: w.oneOf<session.SlotClass>(session.SlotClass[0]),
  state: w.oneOf<SlotState>(SlotState[0]),
  sessionId: w.str,
  fence: w.int64,
  usage: w.message(() => Usage),
  phase: w.oneOf<Phase>(Phase[0]),
  phaseDetail: w.str,
  since: w.int64,
  cpuset: w.str,
};

export interface Usage {
  cpuUsec: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  pids: number;
  diskBytes: number;
  diskLimitBytes: number;
  tunnelInBytes: number;
  tunnelOutBytes: number;
  egressBytes: number;
  idleSeconds: number;
}
export const Usage: w.Schema<Usage> = {
  cpuUsec: w.int64,
  memoryBytes: w.int64,
  memoryLimitBytes: w.int64,
  pids: w.num,
  diskBytes: w.int64,
  diskLimitBytes: w.int64,
  tunnelInBytes: w.int64,
  tunnelOutBytes: w.int64,
  egressBytes: w.int64,
  idleSeconds: w.num,
};

export type WatchSlotsRequest = Record<string, never>;
export const WatchSlotsRequest: w.Schema<WatchSlotsRequest> = {};

export interface SlotChange {
  slot: Slot | undefined;
}
export const SlotChange: w.Schema<SlotChange> = {
  slot: w.message(() => Slot),
};

export interface SetDrainRequest {
  drain: boolean;
}
export const SetDrainRequest: w.Schema<SetDrainRequest> = {
  drain: w.bool,
};

export interface SetDrainReply {
  sessions: number;
}
export const SetDrainReply: w.Schema<SetDrainReply> = {
  sessions: w.num,
};

export interface ReconcileRequest {
  generation: number;
  sessions: SessionFence[];
}
export const ReconcileRequest: w.Schema<ReconcileRequest> = {
  generation: w.int64,
  sessions: w.list(w.message(() => SessionFence)),
};

export interface SessionFence {
  sessionId: string;
  fence: number;
}
export const SessionFence: w.Schema<SessionFence> = {
  sessionId: w.str,
  fence: w.int64,
};

export interface ReconcileReply {
  released: string[];
}
export const ReconcileReply: w.Schema<ReconcileReply> = {
  released: w.list(w.str),
};

export interface NodeReport {
  nodeId: string;
  bootEpoch: number;
  version: number;
  controlUrl: string;
  directUrl: string;
  draining: boolean;
  refusing: string;
  classes: ClassReport[];
  sessions: HeldSession[];
  highestFence: number;
  runtime: string;
  threads: number;
  memoryBytes: number;
  clamped: string[];
}
export const NodeReport: w.Schema<NodeReport> = {
  nodeId: w.str,
  bootEpoch: w.int64,
  version: w.int64,
  controlUrl: w.str,
  directUrl: w.str,
  draining: w.bool,
  refusing: w.str,
  classes: w.list(w.message(() => ClassReport)),
  sessions: w.list(w.message(() => HeldSession)),
  highestFence: w.int64,
  runtime: w.str,
  threads: w.num,
  memoryBytes: w.int64,
  clamped: w.list(w.str),
};

export interface ClassReport {
  slotClass: session.SlotClass;
  wanted: number;
  creating: number;
  warm: number;
  claimed: number;
}
export const ClassReport: w.Schema<ClassReport> = {
  slotClass: w.oneOf<session.SlotClass>(session.SlotClass[0]),
  wanted: w.num,
  creating: w.num,
  warm: w.num,
  claimed: w.num,
};

export interface HeldSession {
  sessionId: string;
  fence: number;
  slotId: string;
  phase: Phase;
  phaseDetail: string;
  idleSeconds: number;
}
export const HeldSession: w.Schema<HeldSession> = {
  sessionId: w.str,
  fence: w.int64,
  slotId: w.str,
  phase: w.oneOf<Phase>(Phase[0]),
  phaseDetail: w.str,
  idleSeconds: w.num,
};

export interface ReportReply {
  drain: boolean;
  intervalMs: number;
}
export const ReportReply: w.Schema<ReportReply> = {
  drain: w.bool,
  intervalMs: w.num,
};

export interface MintGitTokenRequest {
  sessionId: string;
  fence: number;
}
export const MintGitTokenRequest: w.Schema<MintGitTokenRequest> = {
  sessionId: w.str,
  fence: w.int64,
};

export interface GitToken {
  token: string;
  expiresAt: number;
}
export const GitToken: w.Schema<GitToken> = {
  token: w.str,
  expiresAt: w.int64,
};

export interface ListNodesRequest {
  known: number;
}
export const ListNodesRequest: w.Schema<ListNodesRequest> = {
  known: w.int64,
};

export interface ListNodesReply {
  nodes: Node[];
  version: number;
}
export const ListNodesReply: w.Schema<ListNodesReply> = {
  nodes: w.list(w.message(() => Node)),
  version: w.int64,
};

export interface Node {
  id: string;
  health: string;
  draining: boolean;
  lastReport: number;
  report: NodeReport | undefined;
  quarantine: Quarantine | undefined;
}
export const Node: w.Schema<Node> = {
  id: w.str,
  health: w.str,
  draining: w.bool,
  lastReport: w.int64,
  report: w.message(() => NodeReport),
  quarantine: w.message(() => Quarantine),
};

export interface Quarantine {
  reason: string;
  since: number;
}
export const Quarantine: w.Schema<Quarantine> = {
  reason: w.str,
  since: w.int64,
};

export interface SetNodeDrainRequest {
  nodeId: string;
  drain: boolean;
}
export const SetNodeDrainRequest: w.Schema<SetNodeDrainRequest> = {
  nodeId: w.str,
  drain: w.bool,
};

export interface SetNodeQuarantineRequest {
  nodeId: string;
  quarantine: boolean;
  reason: string;
}
export const SetNodeQuarantineRequest: w.Schema<SetNodeQuarantineRequest> = {
  nodeId: w.str,
  quarantine: w.bool,
  reason: w.str,
};

export const SlotService = {
  claim: w.method("SlotService", "Claim", ClaimRequest, ClaimReply),
  release: w.method("SlotService", "Release", ReleaseRequest, ReleaseReply),
  listSlots: w.method("SlotService", "ListSlots", ListSlotsRequest, ListSlotsReply),
  setDrain: w.method("SlotService", "SetDrain", SetDrainRequest, SetDrainReply),
  reconcile: w.method("SlotService", "Reconcile", ReconcileRequest, ReconcileReply),
};

export const NodeLinkService = {
  report: w.method("NodeLinkService", "Report", NodeReport, ReportReply),
  mintGitToken: w.method("NodeLinkService", "MintGitToken", MintGitTokenRequest, GitToken),
};

export const NodeAdminService = {
  listNodes: w.method("NodeAdminService", "ListNodes", ListNodesRequest, ListNodesReply),
  setNodeDrain: w.method("NodeAdminService", "SetNodeDrain", SetNodeDrainRequest, Node),
  setNodeQuarantine: w.method("NodeAdminService", "SetNodeQuarantine", SetNodeQuarantineRequest, Node),
};
