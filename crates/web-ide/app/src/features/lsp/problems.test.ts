import { expect, test } from "vitest";
import { added, counted, listed, neighbour, said, withdrawn, type Problem, type Problems } from "./problems.ts";

const problem = (path: string, line: number, more: Partial<Problem> = {}): Problem => ({ path, line, column: 1, severity: "error", message: "m", source: "clangd", ...more });
const none: Problems = new Map();

test("each word of a source replaces its last one", () => {
  let held = said(none, "clangd", "a.c", [problem("a.c", 1), problem("a.c", 2)]);
  held = said(held, "make", "a.c", [problem("a.c", 9, { source: "make" })]);
  held = said(held, "clangd", "a.c", [problem("a.c", 3)]);
  expect(listed(held).map((it) => it.line)).toEqual([3, 9]);
  expect(listed(withdrawn(held, "make")).map((it) => it.line)).toEqual([3]);
  expect(said(none, "clangd", "a.c", [])).toBe(none);
  expect(withdrawn(held, "other")).toBe(held);
});

test("the list is read from top to bottom, and says nothing twice", () => {
  let held = added(none, problem("b.c", 1));
  for (const it of [problem("a.c", 5, { severity: "warning" }), problem("a.c", 5, { message: "worse" }), problem("a.c", 2), problem("a.c", 2)]) held = added(held, it);
  held = added(held, problem("a.c", 2, { source: "make" }));
  expect(listed(held).map((it) => `${it.path}:${it.line} ${it.message}`)).toEqual(["a.c:2 m", "a.c:5 worse", "a.c:5 m", "b.c:1 m"]);
  expect(counted(listed(held))).toEqual({ error: 3, warning: 1, info: 0 });
});

test("F8 goes from one to the next, and round", () => {
  const all = [problem("a.c", 2), problem("a.c", 5), problem("b.c", 1, { column: 0 })];
  const at = (path: string, line: number, column = 1) => ({ path, line, column });
  expect(neighbour(all, undefined, 1)).toBe(all[0]);
  expect(neighbour(all, at("a.c", 2), 1)).toBe(all[1]);
  expect(neighbour(all, at("a.c", 3), 1)).toBe(all[1]);
  expect(neighbour(all, at("a.c", 5), 1)).toBe(all[2]);
  expect(neighbour(all, at("b.c", 1), 1)).toBe(all[0]);
  expect(neighbour(all, at("a.c", 2), -1)).toBe(all[2]);
  expect(neighbour(all, at("b.c", 1), -1)).toBe(all[1]);
  expect(neighbour([], at("a", 1), 1)).toBeUndefined();
});
