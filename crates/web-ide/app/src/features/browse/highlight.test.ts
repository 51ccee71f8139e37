import { expect, test } from "vitest";
import { colouredLines, plainLines } from "./highlight.ts";

test("colours change no text", async () => {
  for (const [name, text] of [["a.v", "module a; // x\nreg b = 4'b1;\n\nendmodule\n"], ["a.c", "int main(void) { return 0; }\n"], ["a.py", "def f():\n  return 'x'"]] as const) {
    const lines = (await colouredLines(name, text))!;
    expect(lines.map((line) => line.map(([piece]) => piece).join(""))).toEqual(plainLines(text).map((line) => line[0]![0]));
    expect(lines.flat().some(([, kind]) => kind === "k"), name).toBe(true);
  }
});

test("what has no colours", async () => {
  expect(await colouredLines("x.unknown", "a")).toBeUndefined();
  expect(await colouredLines("x.v", "a".repeat(300_000))).toBeUndefined();
  expect(plainLines("a\r\nb\n")).toEqual([[["a", ""]], [["b", ""]]]);
  expect(plainLines("")).toEqual([[["", ""]]]);
});
