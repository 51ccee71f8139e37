import { expect, test } from "vitest";
import { nameProblem, readiness } from "./model.ts";

test("names that the git service takes", () => {
  for (const good of ["blinky", "a.b_c-D", "9lives"]) expect(nameProblem(good)).toBeUndefined();
  for (const bad of ["", ".x", "a/b", "a b", "x.git", "ä", "a".repeat(65)]) expect(nameProblem(bad), bad).toBeDefined();
});

test("a repository without its files says which", () => {
  const check = { path: "a/b", empty: false, environmentFile: "shell.nix", hasDefaultNix: true, missing: [] as string[], advice: "" };
  expect(readiness(check)).toEqual({ kind: "ready" });
  expect(readiness({ ...check, environmentFile: "", missing: ["shell.nix"], advice: "add it" })).toEqual({ kind: "lacks", files: ["shell.nix"], advice: "add it" });
});
