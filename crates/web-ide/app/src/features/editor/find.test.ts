import { expect, test } from "vitest";
import { argv, excerpt, parse, parseList, replaced, type Wanted } from "./find.ts";

const wanted = (more: Partial<Wanted> = {}): Wanted => ({ text: "foo", matchCase: false, word: false, regex: false, only: "", ...more });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("the command takes any text as a text", () => {
  const command = argv(wanted({ text: "--help", only: "*.c, src/**" }));
  expect(command.slice(command.indexOf("-F"))).toEqual(["-F", "-e", "--help", "--", ":(glob)**/*.c", ":(glob)src/**"]);
  expect(argv(wanted({ regex: true, word: true, matchCase: true }))).toContain("-E");
  expect(argv(wanted(), true)).toContain("--no-index");
});

test("names with colons, characters of more bytes, a line that was cut off", () => {
  const { files, count } = parse(bytes("a:1:2.c\u00001\u00001\u0000foo\na b.c\u00003\u00008\u0000héllo foo\r\na b.c\u00004\u00001\u0000foo\nz.c\u00009"));
  expect(count).toBe(3);
  expect(files).toEqual([
    { path: "a:1:2.c", matches: [{ line: 1, column: 1, text: "foo" }] },
    { path: "a b.c", matches: [{ line: 3, column: 7, text: "héllo foo" }, { line: 4, column: 1, text: "foo" }] },
  ]);
  expect(parse(bytes(""))).toEqual({ files: [], count: 0 });
});

test("a line is shown around its match", () => {
  expect(excerpt({ line: 1, column: 5, text: "    foo bar" }, wanted())).toEqual({ before: "", hit: "foo", after: " bar" });
  expect(excerpt({ line: 1, column: 3, text: "  fooo bar" }, wanted({ text: "fo+", regex: true })).hit).toBe("fooo");
  const long = excerpt({ line: 1, column: 5_001, text: `${"x".repeat(5_000)}foo${"y".repeat(5_000)}` }, wanted());
  expect([long.before.length, long.hit, long.after.length]).toEqual([61, "foo", 300]);
  expect(excerpt({ line: 1, column: 1, text: "a" }, wanted({ text: "(?P<a>", regex: true })).hit).toBe("");
});

test("replacing says what was meant", () => {
  expect(replaced("a.b axb A.B", wanted({ text: "a.b" }), "$&!")).toBe("$&! axb $&!");
  expect(replaced("foo food", wanted({ word: true }), "x")).toBe("x food");
  expect(replaced("k1 k2", wanted({ text: "k(\\d)", regex: true }), "$1")).toBe("1 2");
  expect(replaced("bar", wanted(), "x")).toBeUndefined();
});

test("a list of files", () => expect(parseList(bytes("a\0b c\0"))).toEqual(["a", "b c"]));
