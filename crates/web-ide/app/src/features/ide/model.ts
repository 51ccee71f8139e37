// What the IDE says about the session as a whole.
import type { Status } from "../../gen/agent.ts";
import type { Usage } from "../../gen/compute.ts";
import type { Session } from "../../gen/session.ts";
import type { Reach } from "../../transport.ts";
import { isOver, stateText } from "../sessions/model.ts";
import { count, duration, size } from "../../ui/text.ts";

/** "closed", and why; most reasons begin with that very word. */
function overText({ state, reason }: Session): string {
  const text = stateText(state);
  return !reason ? text : reason.startsWith(text) ? reason.replace(/\.$/, "") : `${text}: ${reason.replace(/\.$/, "")}`;
}

/** The quiet bar: nothing while all is well. */
export function lineText(reach: Reach, session: Session | undefined, socketsUp: boolean, now: number): string | undefined {
  if (session && isOver(session.state)) return `This session is ${overText(session)}. What was pushed is in the repository.`;
  if (session?.state === "SESSION_STATE_UNREACHABLE") return `${session.reason || "The node can't be reached"}. Keep the page open; work goes on when it is back.`;
  if (reach.kind === "away") return `Not connected for ${duration(Math.max(now - reach.since, 1_000))}. You can go on typing; everything resumes when the line is back.`;
  return socketsUp ? undefined : "Reconnecting…";
}

/** What would be lost if the session closed now, in one line; empty when nothing would. */
export function unsavedText(editors: number, status: Status | undefined): string {
  const parts: string[] = [];
  if (editors > 0) parts.push(`${editors} unsaved`);
  const { changedFiles = 0, unpushedCommits = 0 } = status?.unsaved ?? {};
  if (changedFiles > 0) parts.push(`${count(changedFiles, "file")} not committed`);
  if (unpushedCommits > 0) parts.push(`${count(unpushedCommits, "commit")} not pushed`);
  return parts.join(", ");
}

/** Part of one core used between two measurements, in percent; undefined without two. */
export function cpuPercent(before: { usage: Usage; at: number } | undefined, now: { usage: Usage; at: number }): number | undefined {
  if (!before || now.at <= before.at || now.usage.cpuUsec < before.usage.cpuUsec) return undefined;
  return Math.round((now.usage.cpuUsec - before.usage.cpuUsec) / ((now.at - before.at) * 10));
}

export function usageText(usage: Usage, cpu: number | undefined): string[] {
  const of = (used: number, limit: number) => (limit > 0 ? `${size(used)} of ${size(limit)}` : size(used));
  return [
    ...(cpu === undefined ? [] : [`CPU ${cpu} %`]),
    `memory ${of(usage.memoryBytes, usage.memoryLimitBytes)}`,
    `disk ${of(usage.diskBytes, usage.diskLimitBytes)}`,
    `${usage.pids} processes`,
  ];
}

/** What the agent is doing before all is ready; empty afterwards. */
export const preparing = (status: Status | undefined): boolean => status?.phase === "PHASE_CLONING" || status?.phase === "PHASE_ENVIRONMENT" || status?.phase === "PHASE_WARM";
