import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as agent from "./gen/agent.ts";
import * as session from "./gen/session.ts";
import { decode, encode, fromBase64, toBase64 } from "./wire.ts";

describe("the wire", () => {
  test("the checked-in types are those of the protos", () => {
    const folder = mkdtempSync(join(tmpdir(), "carrel-types-"));
    execFileSync(process.execPath, ["scripts/types.mjs", folder]);
    const here = "src/gen";
    expect(readdirSync(folder).sort()).toEqual(readdirSync(here).sort());
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name), "utf8"), name).toBe(readFileSync(join(here, name), "utf8"));
    }
  });

  test("absent fields are defaults, 64-bit numbers are text", () => {
    const read = decode(session.Session, {
      id: "se-1",
      createdAt: "1700000000000",
      timeline: [{ state: "SESSION_STATE_READY", at: "5" }],
      fence: "7",
    });
    expect(read.createdAt).toBe(1_700_000_000_000);
    expect(read.state).toBe("SESSION_STATE_UNSPECIFIED");
    expect(read.timeline).toEqual([{ state: "SESSION_STATE_READY", at: 5 }]);
    expect(read.reason).toBe("");
    expect(encode(session.StateEntered, { at: 5 })).toEqual({ at: "5" });
  });

  test("bytes and nested messages survive", () => {
    const content = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
    const json = encode(agent.WriteFileRequest, { path: "a", content });
    expect(fromBase64(json.content as string)).toEqual(content);
    expect(toBase64(new Uint8Array())).toBe("");
    expect(decode(agent.Status, {}).environment).toBeUndefined();
    expect(decode(agent.Status, { environment: { active: true } }).environment?.active).toBe(true);
  });
});
