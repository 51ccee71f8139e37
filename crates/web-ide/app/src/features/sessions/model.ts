// What a session's states mean for people, and how its start went.
import type { Session, SessionState } from "../../gen/session.ts";

export type Tone = "good" | "busy" | "warn" | "bad" | "over";

const STATES: Record<SessionState, { text: string; tone: Tone }> = {
  SESSION_STATE_UNSPECIFIED: { text: "unknown", tone: "over" },
  SESSION_STATE_CLAIMING: { text: "getting a slot", tone: "busy" },
  SESSION_STATE_PREPARING: { text: "preparing", tone: "busy" },
  SESSION_STATE_READY: { text: "ready", tone: "good" },
  SESSION_STATE_UNREACHABLE: { text: "node not reachable", tone: "warn" },
  SESSION_STATE_CLOSING: { text: "closing", tone: "busy" },
  SESSION_STATE_CLOSED: { text: "closed", tone: "over" },
  SESSION_STATE_FAILED: { text: "failed", tone: "bad" },
};

export const stateText = (state: SessionState): string => (STATES[state] ?? STATES.SESSION_STATE_UNSPECIFIED).text;
export const stateTone = (state: SessionState): Tone => (STATES[state] ?? STATES.SESSION_STATE_UNSPECIFIED).tone;

export const isOver = (state: SessionState): boolean => state === "SESSION_STATE_CLOSED" || state === "SESSION_STATE_FAILED";
/** Whether there is a workspace to look into. */
export const isOpen = (state: SessionState): boolean => state === "SESSION_STATE_PREPARING" || state === "SESSION_STATE_READY" || state === "SESSION_STATE_UNREACHABLE";

export interface Step {
  text: string;
  /** How long it stayed there; undefined for the state it is in. */
  ms: number | undefined;
}

export function timeline(session: Pick<Session, "timeline">): Step[] {
  return session.timeline.map((it, at) => {
    const next = session.timeline[at + 1];
    return { text: stateText(it.state), ms: next && Math.max(0, next.at - it.at) };
  });
}

/** What one can do about a session that waits or has failed; undefined when there is nothing to do. */
export function advice(session: Pick<Session, "state" | "repository">): string | undefined {
  switch (session.state) {
    case "SESSION_STATE_UNREACHABLE": return "Its machine is not heard of. Your files are there; the session goes on when it is back, or fails after ten minutes.";
    case "SESSION_STATE_FAILED": return session.repository ? "What was pushed is in the repository: open another session there." : "Open another session.";
    default: return undefined;
  }
}

export const className = (of: Session["slotClass"]): string => (of === "SLOT_CLASS_BURST" ? "burst" : "standard");

/** A retry with the same one opens no second session. */
export function requestId(random: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const bytes = new Uint8Array(15);
  random(bytes);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
