// The ports that programs in the slot listen on, and where each is previewed.
import type { Port } from "../../gen/agent.ts";

/** The website's way to a port's own origin: it knows the rack's domain for them, the page need not. */
export const previewPath = (session: string, port: number): string => `/preview/${port}-${session}`;

export const portText = (it: Port): string => (it.program ? `${it.port} ${it.program}` : `${it.port}`);

/** Those that were not there before. The first look finds none: what ran already is no news. */
export function arrived(before: readonly Port[] | undefined, after: readonly Port[]): Port[] {
  if (before === undefined) return [];
  const known = new Set(before.map((it) => it.port));
  return after.filter((it) => !known.has(it.port));
}
