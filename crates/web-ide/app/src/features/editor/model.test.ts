import { expect, test } from "vitest";
import { between, hasUnsaved, opened, readText, step, TEXT_MAX, type Doc, type DocEffect, type DocEvent } from "./model.ts";

function run(...events: DocEvent[]): { doc: Doc; effects: DocEffect[] } {
  return events.reduce<{ doc: Doc; effects: DocEffect[] }>((held, event) => step(held.doc, event), { doc: opened("a.v"), effects: [] });
}
const loaded: DocEvent = { kind: "loaded", etag: "1" };
const edited: DocEvent = { kind: "edited" };
const save: DocEvent = { kind: "save" };

test("an edit is saved over the version it started from", () => {
  expect(run(loaded, edited, save).effects).toEqual([{ do: "write", etag: "1" }]);
  const after = run(loaded, edited, save, { kind: "saved", etag: "2" }).doc;
  expect([after.state.kind, after.etag, hasUnsaved(after)]).toEqual(["clean", "2", false]);
});

test("undone edits leave nothing to save, but a conflict stays one", () => {
  expect(run(loaded, edited, { kind: "reverted" }).doc.state).toEqual({ kind: "clean" });
  expect(run(loaded, edited, { kind: "on-disk", etag: "9" }, { kind: "reverted" }).doc.state).toEqual({ kind: "conflict" });
});

test("typing while it is saved stays unsaved", () => {
  expect(run(loaded, edited, save, edited, { kind: "saved", etag: "2" }).doc.state).toEqual({ kind: "dirty" });
});

test("both changed: nothing is overwritten until a person says so", () => {
  for (const conflict of [run(loaded, edited, { kind: "on-disk", etag: "9" }), run(loaded, edited, save, { kind: "save-refused" })]) {
    expect(conflict.doc.state).toEqual({ kind: "conflict" });
    expect(step(conflict.doc, save).effects).toEqual([]);
    expect(step(conflict.doc, { kind: "keep-mine" }).effects).toEqual([{ do: "write", etag: "" }]);
    expect(step(conflict.doc, { kind: "take-theirs" }).effects).toEqual([{ do: "load" }]);
  }
});

test("only the disk changed: the new text is shown", () => {
  expect(run(loaded, { kind: "on-disk", etag: "9" }).effects).toEqual([{ do: "load" }]);
  expect(run(loaded, { kind: "on-disk", etag: "1" }).effects).toEqual([]);
  expect(run(loaded, edited, save, { kind: "on-disk", etag: "9" }).doc.state.kind).toBe("saving");
});

test("a removed file keeps its text and can be written again", () => {
  const gone = run(loaded, { kind: "on-disk", etag: undefined }).doc;
  expect([gone.state.kind, hasUnsaved(gone)]).toEqual(["gone", true]);
  expect(step(gone, save).effects).toEqual([{ do: "write", etag: "none" }]);
});

test("a file that comes back is what it was, and edits made meanwhile are not lost", () => {
  const away: DocEvent = { kind: "on-disk", etag: undefined };
  const back: DocEvent = { kind: "on-disk", etag: "1" };
  const other: DocEvent = { kind: "on-disk", etag: "2" };
  expect(run(loaded, away, back).doc.state).toEqual({ kind: "clean" });
  expect(run(loaded, away, edited, back).doc.state).toEqual({ kind: "dirty" });
  expect(run(loaded, edited, away, { kind: "reverted" }, back).doc.state).toEqual({ kind: "clean" });
  expect(run(loaded, away, other).effects).toEqual([{ do: "load" }]);
  expect(run(loaded, edited, away, other)).toMatchObject({ doc: { state: { kind: "conflict" } }, effects: [] });
  expect(run(loaded, edited, other, back).doc.state).toEqual({ kind: "dirty" });
});

test("a failed save keeps the work", () => {
  const failed = run(loaded, edited, save, { kind: "save-failed", why: "no space" });
  expect([failed.doc.state.kind, failed.effects]).toEqual(["dirty", [{ do: "tell", text: "no space" }]]);
});

test("what is text", () => {
  expect(readText(new TextEncoder().encode("héllo"))).toEqual({ text: "héllo" });
  expect(readText(Uint8Array.of(65, 0, 66))).toEqual({ why: "not text" });
  expect(readText(Uint8Array.of(0xff, 0xfe, 65))).toEqual({ why: "not text in UTF-8" });
  expect("why" in readText(new Uint8Array(TEXT_MAX + 1))).toBe(true);
});

test("a text that changed on the disk is changed where it differs", () => {
  expect(between("abc", "abc")).toBeUndefined();
  for (const [before, after] of [["one two three", "one 2 three"], ["aaa", "aa"], ["", "x"], ["x", ""], ["abab", "ababab"]] as const) {
    const { from, to, insert } = between(before, after)!;
    expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
  }
  expect(between("one two three", "one 2 three")).toEqual({ from: 4, to: 7, insert: "2" });
});
