import { expect, test } from "vitest";
import { Matcher, type Found } from "./matcher.ts";

function read(output: string, cut = output.length): string[] {
  const found: Found[] = [];
  const matcher = new Matcher(() => "/home/l/work", (it) => found.push(it));
  const bytes = new TextEncoder().encode(output);
  for (let at = 0; at < bytes.length; at += cut) matcher.push(bytes.subarray(at, at + cut));
  matcher.end();
  return found.map((it) => `${it.path}:${it.line}:${it.column} ${it.severity} ${it.message}`);
}

test("gcc and clang, in colours and in pieces", () => {
  const output = "\u001b[1msrc/a.c:3:5: \u001b[31merror: \u001b[0mexpected ';'\r\na.c:7:1: warning: unused [-Wunused]\r\n./b.c:1:10: fatal error: x.h: No such file or directory\na.c:7:1: note: here\n";
  const all = ["src/a.c:3:5 error expected ';'", "a.c:7:1 warning unused [-Wunused]", "b.c:1:10 error x.h: No such file or directory", "a.c:7:1 info here"];
  expect(read(output)).toEqual(all);
  expect(read(output, 1)).toEqual(all);
});

test("iverilog, yosys, nextpnr", () => {
  expect(read("top.v:4: syntax error\ntop.v:4: error: Invalid module item.\ntop.v:9: warning: implicit definition of wire 'x'.\n")).toEqual([
    "top.v:4:0 error syntax error", "top.v:4:0 error Invalid module item.", "top.v:9:0 warning implicit definition of wire 'x'.",
  ]);
  expect(read("rtl/top.v:12: ERROR: syntax error, unexpected TOK_END\ntop.v:3: Warning: Identifier `\\a' is implicitly declared.\n")).toEqual([
    "rtl/top.v:12:0 error syntax error, unexpected TOK_END", "top.v:3:0 warning Identifier `\\a' is implicitly declared.",
  ]);
  expect(read("ERROR: Module `\\x' referenced at top.v:5.3-5.9 is not part of the design.\n")[0]).toContain("top.v:5:3 error");
});

test("python: the last place that is ours, with what went wrong", () => {
  const output = `Traceback (most recent call last):
  File "/home/l/work/a.py", line 3, in <module>
    f()
  File "/usr/lib/python3.11/json/decoder.py", line 9, in decode
    raise x
json.decoder.JSONDecodeError: Expecting value
KeyError: not in a traceback
`;
  expect(read(output)).toEqual(["a.py:3:0 error json.decoder.JSONDecodeError: Expecting value"]);
});

test("places outside, times of day and addresses are no problems", () => {
  for (const line of ["/usr/include/x.h:3:1: error: no", "../x.c:1:1: error: no", "12:30:01: started", "http://host:80: error", "make: *** [Makefile:2: all] Error 1", "x".repeat(5_000), "a.c:1"])
    expect(read(`${line}\n`)).toEqual([]);
  expect(read("/home/l/work/sub/../a.c:1:2: error: here\n")).toEqual(["a.c:1:2 error here"]);
});

test("a line that is written over counts as it was last seen, and the last line needs no end", () => {
  expect(read("10 %\r20 %\ra.c:1:2: error: x")).toEqual(["a.c:1:2 error x"]);
});
