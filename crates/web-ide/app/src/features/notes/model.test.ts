import { describe, expect, test } from "vitest";
import { after, bar, colourOf, comings, COLOURS, FIRST, hear, isSaved, people, PEOPLE_MAX, plainName, say, told, type Line, type LineEvent } from "./model.ts";

const run = (...events: LineEvent[]): Line => events.reduce(after, FIRST);
const opened: LineEvent = { kind: "opened" };
const sent: LineEvent = { kind: "sent" };
const typed: LineEvent = { kind: "typed" };
const closed: LineEvent = { kind: "closed" };
const saved = (count: number): LineEvent => ({ kind: "saved", count });

describe("saved", () => {
  test("is said only after the server has acknowledged everything that was sent", () => {
    expect(isSaved(FIRST)).toBe(false);
    expect(isSaved(run(opened))).toBe(false);
    expect(isSaved(run(opened, sent))).toBe(false);
    expect(isSaved(run(opened, sent, saved(1)))).toBe(true);
    expect(isSaved(run(opened, sent, saved(1), typed, sent))).toBe(false);
    expect(isSaved(run(opened, sent, saved(1), typed, sent, typed, sent, saved(2)))).toBe(false);
    expect(isSaved(run(opened, sent, saved(1), typed, sent, typed, sent, saved(2), saved(3)))).toBe(true);
  });

  test("an older acknowledgement takes nothing back, and none crosses a connection", () => {
    expect(isSaved(run(opened, sent, sent, saved(2), saved(1)))).toBe(true);
    expect(isSaved(run(opened, sent, saved(1), closed))).toBe(false);
    expect(isSaved(run(opened, sent, saved(1), closed, opened, sent))).toBe(false);
  });

  test("what was typed without a line stays pending until the next exchange is on disk", () => {
    const offline = run(opened, sent, saved(1), closed, typed);
    expect(offline.pending).toBe(true);
    expect(told(offline, true).text).toBe("in this tab only");
    expect(told(after(offline, { kind: "kept" }), true).text).toBe("kept on this device");
    expect(told([{ kind: "kept" } as const, typed].reduce(after, offline), true).text).toBe("in this tab only");
    const back = [opened, sent].reduce(after, offline);
    expect(told(back, true).text).toBe("saving");
    expect(back.pending).toBe(true);
    const done = after(back, saved(1));
    expect([done.pending, told(done, true).text]).toEqual([false, "saved"]);
  });

  test("what the server refuses is never called saved", () => {
    const refused = run(opened, sent, { kind: "denied" }, saved(1));
    expect(isSaved(refused)).toBe(false);
    expect(told(refused, false).text).toBe("read only");
  });

  test("the bar waits a moment, and speaks of what was typed", () => {
    expect(bar(FIRST, 100, false)).toBeUndefined();
    expect(bar(FIRST, 10_000, false)).toMatch(/can't be reached/);
    expect(bar(run(opened, sent, closed, typed), 10_000, false)).toMatch(/What you type is kept/);
    expect(bar(run(opened, sent), 10_000, false)).toBeUndefined();
    expect(bar(run(opened, sent), 0, true)).toMatch(/logged out/);
  });
});

test("frames are read as they are written", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(hear(say.step1(bytes))).toEqual({ kind: "step1", vector: bytes });
  expect(hear(say.step2(bytes))).toEqual({ kind: "update", update: bytes });
  expect(hear(say.update(bytes))).toEqual({ kind: "update", update: bytes });
  expect(hear(say.awareness(bytes))).toEqual({ kind: "awareness", entries: bytes });
  expect(hear(Uint8Array.of(100, 0xac, 0x02))).toEqual({ kind: "saved", count: 300 });
  expect(hear(Uint8Array.of(2, 0, 0))).toEqual({ kind: "denied" });
  expect(hear(Uint8Array.of(77))).toEqual({ kind: "other" });
});

describe("people", () => {
  const state = (id: string, name: string) => ({ user: { id, name } });
  test("are listed once, me first, then by name", () => {
    const seen = people([[1, state("us-b", "bob")], [2, state("us-a", "ada")], [3, state("us-b", "bob")], [4, state("us-c", "carol")]], 4);
    expect(seen.map((it) => [it.name, it.clients, it.me])).toEqual([["carol", [4], true], ["ada", [2], false], ["bob", [1, 3], false]]);
  });

  test("survive whatever a stranger's program says", () => {
    const odd: [number, unknown][] = [[1, null], [2, 7], [3, {}], [4, { user: null }], [5, { user: "x" }], [6, { user: { id: 5, name: { a: 1 } } }], [7, { user: { id: "i".repeat(900), name: "n\n\u202e".repeat(400) } }]];
    const seen = people(odd, 0);
    expect(seen.length).toBe(2);
    expect(seen.every((it) => it.id.length <= 64 && [...it.name].length <= 40 && !/[\n\u202e]/.test(it.name))).toBe(true);
    const crowd = Array.from({ length: 1_000 }, (_, at): [number, unknown] => [at, state(`us-${at}`, "x")]);
    expect(people(crowd, -1).length).toBe(PEOPLE_MAX);
  });

  test("have a colour that stays, and a name in any case", () => {
    expect(colourOf("us-a")).toBe(colourOf("us-a"));
    for (let at = 0; at < 100; at++) expect(colourOf(`us-${at}`)).toBeLessThan(COLOURS);
    expect(plainName("  ")).toBe("somebody");
  });

  test("who come and go are told, but not on the first look and not oneself", () => {
    const of = (...names: string[]) => people(names.map((name, at): [number, unknown] => [at + 1, state(`us-${name}`, name)]), 1);
    expect(comings(undefined, of("me", "ada"))).toBeUndefined();
    expect(comings(of("me"), of("me", "ada", "bob"))).toBe("ada and bob joined");
    expect(comings(of("me", "ada"), of("me", "bob"))).toBe("bob joined, ada left");
    expect(comings(of("me", "ada"), of("me", "ada"))).toBeUndefined();
    expect(comings(of("me"), of("me", "a", "b", "c", "d"))).toBe("a, b and 2 others joined");
  });
});
