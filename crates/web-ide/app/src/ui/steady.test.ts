import { expect, test } from "vitest";
import { steady } from "./steady.ts";

test("what says the same is the same, in the new order", () => {
  const before = [{ id: 1, words: ["a"] }, { id: 2, words: ["b"] }];
  const now = steady(before, [{ id: 2, words: ["b"] }, { id: 1, words: ["changed"] }, { id: 3, words: [] }]);
  expect(now[0]).toBe(before[1]);
  expect(now.slice(1)).toEqual([{ id: 1, words: ["changed"] }, { id: 3, words: [] }]);
  expect(steady(undefined, before)).toEqual(before);
});
