import { expect, test } from "vitest";
import { importText, lacksText, nameFrom, nameProblem, readiness, urlProblem } from "./model.ts";

test("names that the git service takes", () => {
  for (const good of ["blinky", "a.b_c-D", "9lives"]) expect(nameProblem(good)).toBeUndefined();
  for (const bad of ["", ".x", "a/b", "a b", "x.git", "ä", "a".repeat(65)]) expect(nameProblem(bad), bad).toBeDefined();
});

test("addresses to import from", () => {
  for (const good of ["https://git.example/a/b.git", "http://127.0.0.1:8080/a"]) expect(urlProblem(good), good).toBeUndefined();
  for (const bad of ["", "x", "git@a:b/c", "ssh://a/b", "ftp://a/b", "https://a", "https://u:p@a/b", "https://a/b?c", "https://a/b#c"]) expect(urlProblem(bad), bad).toBeDefined();
  expect(["https://a/b/My repo.git/", "https://a/..x", "https://a/%C3%A4", "https://a/"].map(nameFrom)).toEqual(["My-repo", "x", "C3-A4", "a"]);
});

test("an import in words", () => {
  const it = { state: "IMPORT_STATE_RUNNING", detail: "receiving", percent: 40, bytes: 2_000_000 } as const;
  expect(importText(it)).toBe("receiving, 40 %, 2.0 MB");
  expect(importText({ ...it, percent: 0, bytes: 0 })).toBe("receiving");
  expect(importText({ ...it, state: "IMPORT_STATE_FAILED", detail: "why" })).toBe("why");
});

test("a repository without its files says which", () => {
  const check = { path: "a/b", empty: false, environmentFile: "shell.nix", hasDefaultNix: true, missing: [] as string[], advice: "" };
  expect(readiness(check)).toEqual({ kind: "ready" });
  expect(readiness({ ...check, environmentFile: "", missing: ["shell.nix"], advice: "add it" })).toEqual({ kind: "lacks", files: ["shell.nix"], advice: "add it", empty: false });
  expect(lacksText({ kind: "lacks", files: ["default.nix", "shell.nix"], advice: "", empty: false })).toBe("Without default.nix and shell.nix a session has no tools of its own.");
  expect(lacksText({ kind: "lacks", files: ["shell.nix"], advice: "", empty: true })).toMatch(/^Empty/);
});
