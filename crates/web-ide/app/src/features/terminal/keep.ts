// What a page leaves for its next load: which terminals it showed, and the keys not yet taken by each.
import { fromBase64, toBase64 } from "../../wire.ts";
import type { Kept } from "./model.ts";

interface Box {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const key = (session: string, terminal: string): string => `carrel.terminal.${session}.${terminal}`;

/** Takes it out: a tab that is duplicated meanwhile must not type as the same client. */
export function takeKept(box: Box, session: string, terminal: string): Kept | undefined {
  const text = box.getItem(key(session, terminal));
  box.removeItem(key(session, terminal));
  try {
    const held = text && JSON.parse(text);
    if (!held || typeof held.client !== "string" || typeof held.accepted !== "number") return undefined;
    return { client: held.client, accepted: held.accepted, unaccepted: fromBase64(held.unaccepted) };
  } catch {
    return undefined;
  }
}

export function putKept(box: Box, session: string, terminal: string, kept: Kept): void {
  box.setItem(key(session, terminal), JSON.stringify({ ...kept, unaccepted: toBase64(kept.unaccepted) }));
}
