import { expect, test } from "vitest";
import { asked, ATTEMPTS_MAX, fromUri, readSaid, serverOf, statusText, step, toUri, type Server, type ServerEvent } from "./model.ts";

const run = (server: Server, ...events: ServerEvent[]): Server => events.reduce(step, server);
const started: ServerEvent = { kind: "said", said: { state: "started", program: "clangd", root: "/w" } };
const ended: ServerEvent = { kind: "said", said: { state: "ended", program: "clangd", code: 139, said: "" } };

test("a file has the server of its language", () => {
  expect(serverOf("src/a.C")).toEqual({ server: "cpp", id: "c" });
  expect(serverOf("rtl/top.sv")).toEqual({ server: "verilog", id: "systemverilog" });
  expect([serverOf("Makefile"), serverOf("x.constructor"), serverOf("a.b/c")]).toEqual([undefined, undefined, undefined]);
});

test("addresses go there and back, whatever the name", () => {
  for (const path of ["a.c", "src/ä b#?%.c", "x/<img>.py", "+(1).v"]) expect(fromUri("/home/l/work", toUri("/home/l/work", path))).toEqual({ path });
  expect(toUri("/w", "a b.c")).toBe("file:///w/a%20b.c");
  expect(fromUri("/w", "file:///usr/include/stdio.h")).toEqual({ outside: "/usr/include/stdio.h" });
  expect(fromUri("/w", "file:///work/a.c")).toEqual({ outside: "/work/a.c" });
  expect(fromUri("/w", "file:///w/%zz")).toEqual({ outside: "file:///w/%zz" });
  expect(fromUri("/w", "file:///w/%61.c")).toEqual({ path: "a.c" });
});

test("a server starts, ends, and is started again, visibly", () => {
  const up = run(asked("cpp"), { kind: "said", said: { state: "waiting" } }, started, { kind: "ready" });
  expect(statusText(up)).toBe("clangd");
  const again = run(up, ended);
  expect([again.state.kind, statusText(again)]).toEqual(["restarting", "clangd ended, restarting (1)"]);
  expect(statusText(run(again, started, ended))).toBe("clangd ended, restarting (2)");
});

test("one that ends again and again is left alone, one that worked for long is not", () => {
  let server = asked("cpp");
  const waits: number[] = [];
  for (let i = 0; i < ATTEMPTS_MAX; i++) {
    server = run(server, started, ended);
    if (server.state.kind === "restarting") waits.push(server.state.inMs);
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
  expect(run(server, started, ended).state).toEqual({ kind: "down", program: "clangd", why: "it ended with 139" });
  expect(run(server, started, { kind: "ready" }, { kind: "settled" }, ended).attempts).toBe(1);
  expect(run(server, started, { kind: "settled" }).attempts).toBe(ATTEMPTS_MAX);
});

test("only the agent's own notifications are read as such", () => {
  expect(readSaid('{"jsonrpc":"2.0","method":"carrel/server","params":{"state":"waiting"}}')).toEqual({ state: "waiting" });
  for (const other of ['{"method":"x","params":"carrel/server"}', '{"method":"carrel/server","params":{"state":"odd"}}', '"carrel/server"', '{"a":"\\"carrel/server\\""}', '{"carrel/server"'])
    expect(readSaid(other)).toBeUndefined();
});
