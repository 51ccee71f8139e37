import { expect, test } from "vitest";
import type { FileEntry } from "../../gen/agent.ts";
import { chosen, drawn, emptyTree, fileNameProblem, filled, forgotten, moved, moves, rows, SINGLE_MAX, stale, toggled, typed, updated } from "./model.ts";

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
  expect(stale(tree, [{ kind: "created", path: "src/new.v" }, { kind: "changed", path: ".git/index" }])).toEqual({ folders: [], paths: ["src/new.v"] });
  expect(stale(tree, [{ kind: "rescan", path: "" }]).folders.sort()).toEqual(["", "src"]);
  expect(stale(toggled(tree, "src"), [{ kind: "created", path: "src/new.v" }]).paths).toEqual([]);
  const burst = Array.from({ length: SINGLE_MAX + 1 }, (_, at) => ({ kind: "created", path: `src/f${at}` }));
  expect(stale(tree, burst)).toEqual({ folders: ["src"], paths: [] });
  expect(paths(forgotten(tree, "src"))).toEqual(["src", "file2", "file10"]);
});

test("a look at single paths puts in, changes and takes out", () => {
  const tree = updated(sample(), ["file2", "file3", "src/b.v"], [entry("file3"), { ...entry("src/b.v"), size: 9 }]);
  expect(paths(tree)).toEqual(["src", "  src/a", "  src/b.v", "file3", "file10"]);
  expect(rows(tree)[2]!.entry.size).toBe(9);
});

test("fifty thousand files are a list of which a window is drawn", () => {
  const many = Array.from({ length: 50_000 }, (_, at) => entry(`f${at}`));
  const tree = filled(emptyTree, "", [...many, entry("z", "folder")]);
  expect(rows(tree)).toHaveLength(50_001);
  expect(rows(tree)[0]!.entry.path).toBe("z");
  expect(drawn(50_001, 24 * 25_000, 480, 24)).toEqual({ from: 24_988, to: 25_032, above: 24_988 * 24, below: (50_001 - 25_032) * 24 });
  expect(drawn(3, 0, 480, 24)).toEqual({ from: 0, to: 3, above: 0, below: 0 });
  expect(rows(updated(tree, ["f7", "g"], [entry("g")]))).toHaveLength(50_001);
});

test("a move never goes into itself or where it is", () => {
  expect(moves(["a", "a/b", "d/e", "x"], "d")).toEqual([{ from: "a", to: "d/a" }, { from: "x", to: "d/x" }]);
  expect(moves(["a"], "a/b")).toEqual([]);
  expect(moves(["a/b"], "")).toEqual([{ from: "a/b", to: "b" }]);
  expect(moves(["ab"], "a")).toEqual([{ from: "ab", to: "a/ab" }]);
});

test("choosing one, one more, and all between", () => {
  const all = rows(sample());
  const one = chosen(new Set(), undefined, all, "src/a", "one");
  const range = chosen(one.chosen, one.anchor, all, "file2", "range");
  expect([...range.chosen]).toEqual(["src/a", "src/b.v", "file2"]);
  expect([...chosen(range.chosen, range.anchor, all, "src/b.v", "toggle").chosen]).toEqual(["src/a", "file2"]);
});

test("typing goes to the next name", () => {
  const all = rows(sample());
  expect(typed(all, "src", "f")).toBe("file2");
  expect(typed(all, "file2", "f")).toBe("file10");
  expect(typed(all, "file10", "file10")).toBe("file10");
  expect(typed(all, undefined, "q")).toBeUndefined();
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
