// Logins and tokens in words.
import type { Login } from "../../gen/auth.ts";

const PROGRAMS: [RegExp, string][] = [
  [/Edg\//, "Edge"], [/OPR\/|Opera/, "Opera"], [/Firefox\//, "Firefox"], [/(Headless)?Chrom(e|ium)\//, "Chrome"], [/Safari\//, "Safari"],
  [/^carrel/i, "the carrel command"], [/^tonic/, "the command line"], [/^git\//, "git"], [/^curl\//, "curl"], [/python|node|go-http/i, "a script"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Windows/, "Windows"], [/Mac OS X|Macintosh/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux|X11/, "Linux"],
];

/** What logged in, from its own words: "Firefox on Linux". */
export function clientText(client: string): string {
  const find = (names: [RegExp, string][]) => names.find(([pattern]) => pattern.test(client))?.[1];
  const [program, system] = [find(PROGRAMS), find(SYSTEMS)];
  if (!program) return client ? client.slice(0, 60) : "an unnamed program";
  return system ? `${program} on ${system}` : program;
}

/** Devices first the one that asks, then the newest; tokens by name. */
export function sortLogins(logins: Login[]): { devices: Login[]; tokens: Login[] } {
  const devices = logins.filter((it) => !it.name).sort((a, b) => Number(b.current) - Number(a.current) || Math.max(b.usedAt, b.createdAt) - Math.max(a.usedAt, a.createdAt));
  const tokens = logins.filter((it) => it.name).sort((a, b) => a.name.localeCompare(b.name) || a.createdAt - b.createdAt);
  return { devices, tokens };
}

/** How close a token is to its end. */
export function endText(expiresAt: number, now: number): { text: string; soon: boolean } {
  const days = Math.floor((expiresAt - now) / 86_400_000);
  if (expiresAt <= now) return { text: "ended", soon: true };
  if (days < 1) return { text: "ends within a day", soon: true };
  return { text: `ends in ${days} ${days === 1 ? "day" : "days"}`, soon: days < 7 };
}
