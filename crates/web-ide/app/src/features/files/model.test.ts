import { expect, test } from "vitest";
import type { FileEntry } from "../../gen/agent.ts";
import { emptyTree, fileNameProblem, filled, forgotten, moved, ROWS_MAX, rows, stale, toggled } from "./model.ts";

const entry = (path: string, kind = "file"): FileEntry => ({ path, kind, size: 0, modifiedAt: 0, etag: "", executable: false });
const paths = (tree: Parameters<typeof rows>[0]) => rows(tree).map((it) => `${"  ".repeat(it.depth)}${it.entry.path}`);

const sample = () => {
  const tree = filled(emptyTree, "", [entry("file10"), entry("file2"), entry("src", "folder"), entry(".git", "folder")]);
  return toggled(filled(tree, "src", [entry("src/b.v"), entry("src/a", "folder")]), "src");
};

test("folders first, numbers as people count, no .git", () => {
  expect(paths(sample())).toEqual(["src", "  src/a", "  src/b.v", "file2", "file10"]);
  expect(paths(toggled(sample(), "src"))).toEqual(["src", "file2", "file10"]);
});

test("changes outside touch only what is on show", () => {
  const tree = sample();
  expect(stale(tree, [{ kind: "created", path: "src/new.v" }, { kind: "changed", path: ".git/index" }])).toEqual(["src"]);
  expect(stale(tree, [{ kind: "rescan", path: "" }]).sort()).toEqual(["", "src"]);
  expect(stale(toggled(tree, "src"), [{ kind: "created", path: "src/new.v" }])).toEqual([]);
  expect(paths(forgotten(tree, "src"))).toEqual(["src", "file2", "file10"]);
});

test("fifty thousand files make a list that ends", () => {
  const many = Array.from({ length: 50_000 }, (_, at) => entry(`f${at}`));
  expect(rows(filled(emptyTree, "", many))).toHaveLength(ROWS_MAX);
});

test("the keyboard walks the tree", () => {
  const all = rows(sample());
  expect(moved(all, "src", "ArrowDown")).toEqual({ focus: "src/a" });
  expect(moved(all, "src", "ArrowLeft")).toEqual({ toggle: "src" });
  expect(moved(all, "src/b.v", "ArrowLeft")).toEqual({ focus: "src" });
  expect(moved(all, "src/a", "ArrowRight")).toEqual({ toggle: "src/a" });
  expect(moved(all, "file10", "ArrowDown")).toEqual({ focus: "file10" });
  expect(moved(all, "src", "x")).toBeUndefined();
});

test("names stay inside", () => {
  for (const good of ["a", "a/b.v", "ä ö.txt", "<img src=x>"]) expect(fileNameProblem(good), good).toBeUndefined();
  for (const bad of ["", "/a", "a/../b", "a//b", ".", "a\nb", "a".repeat(256)]) expect(fileNameProblem(bad), bad).toBeDefined();
});
