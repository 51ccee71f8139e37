import { createRoot } from "solid-js";
import { expect, test } from "vitest";
import { GitStatus } from "../../gen/agent.ts";
import { decode } from "../../wire.ts";
import { createDesk } from "./desk.ts";
import type { GitPorts, Paths } from "./ports.ts";

/** A repository where staging waits until it is told to end. */
function world() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const hands = { presses: 0 };
  const stage = async (what: Paths) => {
    begun.push(what.paths?.join() ?? "all");
    await new Promise<void>((end) => ends.push(end));
    return decode(GitStatus, { repository: true, staged: begun.length });
  };
  const ports = { stage } as Partial<GitPorts> as GitPorts;
  const desk = createRoot(() => createDesk(ports, { tell: () => {}, confirm: () => true, presses: () => hands.presses }));
  return { desk, begun, ends, hands, stage: (path: string) => desk.run("Staging", () => ports.stage({ paths: [path] })) };
}

const turn = () => new Promise<void>((done) => setImmediate(done));

test("what is asked for while something is under way has its turn after it", async () => {
  const { desk, begun, ends, stage } = world();
  const all = [stage("a"), stage("b"), stage("c")];
  await turn();
  expect([begun, desk.busy()]).toEqual([["a"], "Staging"]);
  for (const path of ["b", "c"]) {
    ends.shift()?.();
    await turn();
    expect(begun.at(-1)).toBe(path);
  }
  ends.shift()?.();
  expect(await Promise.all(all)).toEqual([true, true, true]);
  expect([desk.status()?.staged, desk.busy()]).toEqual([3, undefined]);
});

test("a comparison that is drawn late takes no keys from whoever went on", () => {
  const { desk, hands } = world();
  desk.show({ kind: "conflict", path: "a" });
  expect(desk.wanted()).toBe(true);
  hands.presses += 1;
  expect(desk.wanted()).toBe(false);
});
