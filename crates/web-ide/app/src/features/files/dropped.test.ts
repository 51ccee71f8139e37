import { expect, test } from "vitest";
import { dropped, DROPPED_MAX, dropProblem } from "./dropped.ts";

const file = (name: string, size = 1) => ({ name, size }) as File;
const fileEntry = (name: string) => ({ isFile: true, isDirectory: false, name, file: (done: (it: File) => void) => done(file(name)) });
const folderEntry = (name: string, inside: object[]) => ({
  isFile: false, isDirectory: true, name,
  createReader: () => {
    // As browsers do: in parts, and an empty one at the end.
    const parts = [inside.slice(0, 1), inside.slice(1), []];
    return { readEntries: (done: (it: object[]) => void) => done(parts.shift() ?? []) };
  },
});
const transfer = (entries: (object | null)[], files: File[] = []) =>
  ({ items: entries.map((it) => ({ kind: "file", webkitGetAsEntry: () => it })), files }) as unknown as DataTransfer;

test("folders are walked to their last file, empty ones kept", async () => {
  const tree = folderEntry("src", [fileEntry("a.v"), folderEntry("sub", [fileEntry("b.v")]), folderEntry("empty", [])]);
  const found = await dropped(transfer([tree, fileEntry("c.v")]));
  expect(found.files.map((it) => it.path)).toEqual(["src/a.v", "src/sub/b.v", "c.v"]);
  expect(found.folders).toEqual(["src", "src/sub", "src/empty"]);
});

test("where there are no entries the files are taken", async () => {
  expect((await dropped(transfer([null], [file("x")]))).files.map((it) => it.path)).toEqual(["x"]);
});

test("what can't be sent is said before anything is sent", () => {
  expect(dropProblem([{ path: "a", file: file("a") }], 10)).toBeUndefined();
  expect(dropProblem([{ path: "a", file: file("a", 11 * 1024 * 1024) }], 10 * 1024 * 1024)).toContain("10 MiB");
  expect(dropProblem([{ path: "a\nb", file: file("a\nb") }], 10)).toContain("control characters");
  expect(dropProblem(Array.from({ length: DROPPED_MAX }, () => ({ path: "a", file: file("a") })), 10)).toContain("git");
});
