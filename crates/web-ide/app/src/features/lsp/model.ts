// Language servers as the page sees them: how addresses map, and what a server is doing.

export { SERVED_MAX, serverOf } from "./served.ts";

/** A file of the workspace as its server calls it. */
export function toUri(root: string, path: string): string {
  return "file://" + `${root}/${path}`.split("/").map(encodeURIComponent).join("/");
}

/** What a server's address means here: a path in the workspace, or the place outside of it. */
export function fromUri(root: string, uri: string): { path: string } | { outside: string } {
  let full = uri;
  try {
    full = decodeURIComponent(uri.replace(/^file:\/\/[^/]*/, ""));
  } catch {
    // Servers differ in what they encode; as it is, it names no file of ours.
  }
  const prefix = root.endsWith("/") ? root : `${root}/`;
  return full.startsWith(prefix) && full !== prefix ? { path: full.slice(prefix.length) } : { outside: full };
}

/** What the agent says of a server, in its own notifications. */
export type Said =
  | { state: "waiting" }
  | { state: "started"; program: string; root: string }
  | { state: "missing"; message: string }
  | { state: "ended"; program: string; code: number; said: string };

export type ServerState =
  | { kind: "connecting" }
  /** The repository's environment comes first. */
  | { kind: "waiting" }
  | { kind: "starting"; program: string }
  | { kind: "up"; program: string }
  /** It ended; another one is started after a while. */
  | { kind: "restarting"; program: string; why: string; attempt: number; inMs: number }
  /** It ended too often, or would not talk. */
  | { kind: "down"; program: string; why: string }
  | { kind: "missing"; why: string };

export type ServerEvent =
  | { kind: "said"; said: Said }
  | { kind: "ready" }
  /** It did not answer the first question. */
  | { kind: "refused"; why: string }
  /** The line broke, or the page asks anew. */
  | { kind: "connecting" }
  /** It has worked for long enough that earlier ends don't count. */
  | { kind: "settled" };

/** A server that ends this often without having worked in between is left alone until a person asks. */
export const ATTEMPTS_MAX = 5;
/** Working for this long makes up for earlier ends. */
export const SETTLED_MS = 60_000;
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 15_000;

export interface Server {
  language: string;
  state: ServerState;
  /** How often it ended since it last worked for long. */
  attempts: number;
}

export const asked = (language: string): Server => ({ language, state: { kind: "connecting" }, attempts: 0 });

export function step(server: Server, event: ServerEvent): Server {
  const to = (state: ServerState, attempts = server.attempts): Server => ({ ...server, state, attempts });
  switch (event.kind) {
    case "connecting":
      return to({ kind: "connecting" });
    case "settled":
      return server.state.kind === "up" ? to(server.state, 0) : server;
    case "ready":
      return server.state.kind === "starting" ? to({ kind: "up", program: server.state.program }) : server;
    case "refused":
      return ended(server, programOf(server), event.why);
    case "said":
      return told(server, event.said, to);
  }
}

function told(server: Server, said: Said, to: (state: ServerState) => Server): Server {
  switch (said.state) {
    case "waiting":
      return to({ kind: "waiting" });
    case "started":
      return to({ kind: "starting", program: said.program });
    case "missing":
      return to({ kind: "missing", why: said.message });
    case "ended":
      return ended(server, said.program, said.said || `it ended with ${said.code}`);
  }
}

function ended(server: Server, program: string, why: string): Server {
  const attempt = server.attempts + 1;
  if (attempt > ATTEMPTS_MAX) return { ...server, state: { kind: "down", program, why } };
  const inMs = Math.min(BACKOFF_MIN_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS);
  return { ...server, attempts: attempt, state: { kind: "restarting", program, why, attempt, inMs } };
}

const programOf = (server: Server): string => ("program" in server.state ? server.state.program : server.language);

/** Reads one of the agent's notifications; undefined for everything else. */
export function readSaid(message: string): Said | undefined {
  if (!message.includes('"carrel/server"')) return undefined;
  try {
    const read = JSON.parse(message) as { method?: unknown; params?: { state?: unknown } };
    const known = ["waiting", "started", "missing", "ended"];
    return read.method === "carrel/server" && known.includes(String(read.params?.state)) ? (read.params as Said) : undefined;
  } catch {
    return undefined;
  }
}

/** The few words in the status bar. */
export function statusText({ language, state }: Server): string {
  switch (state.kind) {
    case "connecting":
      return `${language}: connecting`;
    case "waiting":
      return `${language}: waiting for the environment`;
    case "starting":
      return `${state.program} starting`;
    case "up":
      return state.program;
    case "restarting":
      return `${state.program} ended, restarting (${state.attempt})`;
    case "down":
      return `${state.program} is down`;
    case "missing":
      return `${language}: no language server`;
  }
}

export function statusTone({ state }: Server): "good" | "busy" | "warn" | "" {
  if (state.kind === "up") return "good";
  if (state.kind === "restarting" || state.kind === "down") return "warn";
  return state.kind === "missing" ? "" : "busy";
}
