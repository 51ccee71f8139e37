import { expect, test } from "vitest";
import { addressOf, byDay, crumbs, diffLines, encodeSegment, linkOf, placeOf, rawAddress, readmeOf, shown } from "./model.ts";

test("addresses lead to places and back", () => {
  for (const place of [
    { path: "ada/blinky", view: "files", at: "", file: "" },
    { path: "ada/blinky", view: "file", at: "work/x", file: "src/a%20b%FF.v" },
    { path: "a/b.c_d", view: "commit", at: "0123abc", file: "" },
  ] as const) {
    const address = new URL(addressOf(place), "http://x");
    expect(placeOf(address.pathname, address.search)).toEqual(place);
  }
  for (const other of ["/repositories", "/repositories/a", "/repositories/a/b/x", "/repositories/a/b/file/c", "/x/a/b"]) {
    expect(placeOf(other, "")).toBeUndefined();
  }
  expect(rawAddress({ path: "a/b", at: "m", file: "x%20y" })).toBe("/raw/a/b?at=m&file=x%2520y");
});

test("names as people read them", () => {
  expect(["a%20b", "%C3%A4", "\u00e4", "%FF", "%", "%zz", "100%25"].map(shown)).toEqual(["a b", "\u00e4", "\u00e4", "\ufffd", "%", "%zz", "100%"]);
  expect(crumbs("src/a%20b/c.v")).toEqual([{ name: "src", file: "src" }, { name: "a b", file: "src/a%20b" }, { name: "c.v", file: "src/a%20b/c.v" }]);
  expect(shown(encodeSegment("<a href='x'>(1)!*~%"))).toBe("<a href='x'>(1)!*~%");
});

test("a document's links stay in the repository or say where they go, and none runs anything", () => {
  const file = (href: string) => linkOf(href, "docs/a.md");
  expect(file("b.md#x")).toEqual({ kind: "file", file: "docs/b.md" });
  expect(file("../src/my%20file.v?x")).toEqual({ kind: "file", file: "src/my%20file.v" });
  expect(file("/top.md")).toEqual({ kind: "file", file: "top.md" });
  expect(file("https://a.example/")).toEqual({ kind: "out", url: "https://a.example/" });
  for (const bad of ["javascript:alert(1)", " java\nscript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x", "//evil.example/x", "#top", "", "../../../etc/passwd", "blob:x", "file:///etc"]) {
    expect(file(bad), bad).toEqual({ kind: "none" });
  }
});

test("a folder's description", () => {
  const entry = (name: string, kind = "ENTRY_KIND_FILE") => ({ name, kind: kind as "ENTRY_KIND_FILE", file: name });
  expect(readmeOf([entry("a"), entry("README.txt"), entry("ReadMe.md")])?.name).toBe("ReadMe.md");
  expect(readmeOf([entry("README", "ENTRY_KIND_FOLDER"), entry("README.html")])).toBeUndefined();
});

test("lines of a diff have their numbers", () => {
  const lines = diffLines("@@ -1,2 +1,3 @@ fn\n same\n-old\n+new\n+@@ not a hunk\n\\ No newline at end of file\n");
  expect(lines.map((it) => [it.kind, it.old, it.new])).toEqual([
    ["hunk", undefined, undefined], ["same", 1, 1], ["del", 2, undefined], ["add", undefined, 2], ["add", undefined, 3], ["note", undefined, undefined],
  ]);
  expect(diffLines("")).toEqual([]);
});

test("commits by day", () => {
  const days = byDay([{ committedAt: 5 }, { committedAt: 4 }, { committedAt: 1 }], (at) => (at > 3 ? "b" : "a"));
  expect(days.map((it) => [it.day, it.commits.length])).toEqual([["b", 2], ["a", 1]]);
});
