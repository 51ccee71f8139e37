import { expect, test } from "vitest";
import { rank, score } from "./model.ts";

const names = (query: string, ...items: string[]) => rank(query, items, (it) => it);

test("letters in order find a text; starts of words and runs win", () => {
  expect(score("xyz", "blinky.v")).toBeUndefined();
  expect(score("", "a")).toBeDefined();
  expect(names("bv", "obvious", "src/blinky.v", "b")[0]).toBe("src/blinky.v");
  expect(names("make", "my_awkward_key_e", "Makefile")[0]).toBe("Makefile");
  expect(names("new t", "Open settings", "New terminal")).toEqual(["New terminal"]);
});

test("what is shown is limited", () => {
  const many = Array.from({ length: 500 }, (_, at) => `file-${at}`);
  expect(names("file", ...many)).toHaveLength(50);
  expect(names("", ...many)).toHaveLength(50);
});
