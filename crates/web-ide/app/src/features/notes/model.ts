// What shared notes know without a page or a socket: the frames, what is on the server's disk, who is here.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;
/** How many of this connection's step 2 and update messages are on disk; sent to those who connect with `?saved=1`. */
const SAVED = 100;

export type Heard =
  | { kind: "step1"; vector: Uint8Array }
  | { kind: "update"; update: Uint8Array }
  | { kind: "awareness"; entries: Uint8Array }
  | { kind: "denied" }
  | { kind: "saved"; count: number }
  | { kind: "other" };

function frame(write: (out: encoding.Encoder) => void): Uint8Array<ArrayBuffer> {
  const out = encoding.createEncoder();
  write(out);
  return encoding.toUint8Array(out) as Uint8Array<ArrayBuffer>;
}
const numbered = (numbers: number[], bytes?: Uint8Array) =>
  frame((out) => {
    for (const number of numbers) encoding.writeVarUint(out, number);
    if (bytes) encoding.writeVarUint8Array(out, bytes);
  });

export const say = {
  /** What we have. */
  step1: (vector: Uint8Array) => numbered([SYNC, 0], vector),
  /** What the other side lacked. */
  step2: (update: Uint8Array) => numbered([SYNC, 1], update),
  update: (update: Uint8Array) => numbered([SYNC, 2], update),
  awareness: (entries: Uint8Array) => numbered([AWARENESS], entries),
  queryAwareness: () => numbered([QUERY_AWARENESS]),
};

export function hear(bytes: Uint8Array): Heard {
  const from = decoding.createDecoder(bytes);
  switch (decoding.readVarUint(from)) {
    case SYNC: {
      const step = decoding.readVarUint(from);
      const body = decoding.readVarUint8Array(from);
      return step === 0 ? { kind: "step1", vector: body } : { kind: "update", update: body };
    }
    case AWARENESS:
      return { kind: "awareness", entries: decoding.readVarUint8Array(from) };
    case AUTH:
      return decoding.readVarUint(from) === 0 ? { kind: "denied" } : { kind: "other" };
    case SAVED:
      return { kind: "saved", count: decoding.readVarUint(from) };
    default:
      return { kind: "other" };
  }
}

/** What is known of the way to the server's disk. */
export interface Line {
  /** There is a connection, and the server has said what it has. */
  readonly met: boolean;
  /** Ever, since the page was opened. */
  readonly everMet: boolean;
  /** Messages of this connection that must get to the disk, and how many of them are there. */
  readonly sent: number;
  readonly saved: number;
  /** Something was typed that is not known to be on the server's disk. */
  readonly pending: boolean;
  /** What was typed is on this device, whatever becomes of the tab. */
  readonly kept: boolean;
  /** The server did not take something: we may read only. */
  readonly refused: boolean;
}
export const FIRST: Line = { met: false, everMet: false, sent: 0, saved: 0, pending: false, kept: false, refused: false };

export type LineEvent =
  | { kind: "opened" }
  | { kind: "closed" }
  /** A step 2 or an update went out. */
  | { kind: "sent"; first?: boolean }
  /** Something was typed. */
  | { kind: "typed" }
  /** All of that is on this device. */
  | { kind: "kept" }
  | { kind: "saved"; count: number }
  | { kind: "denied" };

export function after(line: Line, event: LineEvent): Line {
  switch (event.kind) {
    case "opened":
    case "closed":
      return { ...line, met: false, sent: 0, saved: 0, refused: false };
    case "sent":
      return { ...line, met: true, everMet: true, sent: line.sent + 1 };
    case "typed":
      return { ...line, pending: true, kept: false };
    case "kept":
      return { ...line, kept: true };
    case "saved": {
      const saved = Math.max(line.saved, event.count);
      // Everything that was typed is in what was sent, once the first exchange is done.
      return { ...line, saved, pending: line.pending && (!line.met || saved < line.sent) };
    }
    case "denied":
      return { ...line, refused: true };
  }
}

/** Whether all that we have is on the server's disk, as the server said. */
export const isSaved = (line: Line): boolean => line.met && line.sent > 0 && line.saved >= line.sent && !line.refused;

export interface Told {
  text: string;
  tone: "good" | "busy" | "warn" | "";
}

/** The state in a word or two, for the corner. */
export function told(line: Line, mayWrite: boolean): Told {
  if (!line.met) return line.pending ? { text: line.kept ? "kept on this device" : "in this tab only", tone: "warn" } : { text: line.everMet ? "offline" : "connecting", tone: "busy" };
  if (!mayWrite) return { text: "read only", tone: "" };
  return isSaved(line) ? { text: "saved", tone: "good" } : { text: "saving", tone: "busy" };
}

/** The bar over the text, if one is called for; quiet while it may pass by itself. */
export function bar(line: Line, offlineMs: number, out: boolean): string | undefined {
  if (out) return "You were logged out. What you typed is kept on this device and goes out when you log in again.";
  if (line.met || offlineMs < QUIET_MS) return undefined;
  const here = line.pending ? "What you type is kept on this device and merged when the line is back." : "You can go on; it is merged when the line is back.";
  return line.everMet ? `No connection. ${here}` : `The notes can't be reached yet. ${here}`;
}
/** A restart of the server takes less; a bar that comes and goes would only startle. */
const QUIET_MS = 3_000;

/** One who has the notes open, however many windows they have. */
export interface Person {
  id: string;
  name: string;
  /** 0 to 7. */
  colour: number;
  /** The windows' numbers, the one that moved last first. */
  clients: number[];
  me: boolean;
}

export const COLOURS = 8;
const NAME_MAX = 40;
/** More would neither fit nor be told apart. */
export const PEOPLE_MAX = 200;

/** Always the same for a person. */
export function colourOf(id: string): number {
  let hash = 0;
  for (let at = 0; at < id.length; at++) hash = (hash * 31 + id.charCodeAt(at)) >>> 0;
  return hash % COLOURS;
}

/** A name that somebody's program sent: text, one line, not too long. */
export function plainName(name: unknown): string {
  const text = typeof name === "string" ? name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").trim() : "";
  return [...text].slice(0, NAME_MAX).join("") || "somebody";
}

/** The people behind awareness states; whatever those hold, since anybody's program may have written them. */
export function people(states: Iterable<[number, unknown]>, myClient: number): Person[] {
  const found = new Map<string, Person>();
  for (const [client, state] of states) {
    const user = (state as { user?: { id?: unknown; name?: unknown } } | null)?.user;
    if (typeof user !== "object" || user === null) continue;
    const id = typeof user.id === "string" ? user.id.slice(0, 64) : `client ${client}`;
    const known = found.get(id);
    if (known) {
      known.clients.push(client);
      known.me ||= client === myClient;
    } else if (found.size < PEOPLE_MAX) {
      found.set(id, { id, name: plainName(user.name), colour: colourOf(id), clients: [client], me: client === myClient });
    }
  }
  return [...found.values()].sort((a, b) => Number(b.me) - Number(a.me) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** What a screen reader is told when people come and go; nothing on the first look. */
export function comings(before: Person[] | undefined, now: Person[]): string | undefined {
  if (!before) return undefined;
  const others = (list: Person[], without: Person[]) => list.filter((it) => !it.me && !without.some((other) => other.id === it.id)).map((it) => it.name);
  const [came, left] = [others(now, before), others(before, now)];
  const said = [came.length > 0 && `${listed(came)} joined`, left.length > 0 && `${listed(left)} left`].filter(Boolean);
  return said.length > 0 ? said.join(", ") : undefined;
}

const listed = (names: string[]): string =>
  names.length <= 3 ? names.join(" and ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} others`;
