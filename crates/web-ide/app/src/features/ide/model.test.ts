import { expect, test } from "vitest";
import { Status } from "../../gen/agent.ts";
import { Usage } from "../../gen/compute.ts";
import { Session } from "../../gen/session.ts";
import { decode } from "../../wire.ts";
import { cpuPercent, lineText, preparing, unsavedText, usageText } from "./model.ts";

const session = (json: object) => decode(Session, { id: "se-1", state: "SESSION_STATE_READY", ...json });

test("the line says nothing while all is well, and the worst thing otherwise", () => {
  const up = { kind: "up" } as const;
  expect(lineText(up, session({}), true, 0)).toBeUndefined();
  expect(lineText(up, undefined, false, 0)).toBe("Reconnecting…");
  expect(lineText({ kind: "away", since: 0 }, session({}), false, 90_000)).toContain("2 min");
  expect(lineText({ kind: "away", since: 5 }, session({}), false, 0)).toContain("for 1.0 s");
  expect(lineText(up, session({ state: "SESSION_STATE_CLOSED", reason: "closed by ada: it is late" }), true, 0)).toContain("This session is closed by ada: it is late. What");
  expect(lineText({ kind: "away", since: 0 }, session({ state: "SESSION_STATE_CLOSED", reason: "idle for 30 min" }), false, 0)).toContain("closed: idle for 30 min");
});

test("work that would be lost is named", () => {
  expect(unsavedText(0, undefined)).toBe("");
  expect(unsavedText(1, decode(Status, { unsaved: { changedFiles: 2, unpushedCommits: 1 } }))).toBe("1 unsaved, 2 files not committed, 1 commit not pushed");
});

test("a slot's use", () => {
  const at = (cpuUsec: number, time: number) => ({ usage: decode(Usage, { cpuUsec, memoryBytes: 1_000_000, memoryLimitBytes: 2_000_000 }), at: time });
  expect(cpuPercent(undefined, at(0, 0))).toBeUndefined();
  expect(cpuPercent(at(0, 0), at(2_500_000, 5_000))).toBe(50);
  expect(cpuPercent(at(9, 0), at(0, 5_000))).toBeUndefined();
  expect(usageText(at(0, 0).usage, 50)).toEqual(["CPU 50 %", "memory 1.0 MB of 2.0 MB", "disk 0 B", "0 processes"]);
  expect(preparing(decode(Status, { phase: "PHASE_CLONING" }))).toBe(true);
});
