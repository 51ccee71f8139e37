import { expect, test } from "vitest";
import { putKept, takeKept } from "./keep.ts";

test("what is kept is taken once", () => {
  const held = new Map<string, string>();
  const box = { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value), removeItem: (key: string) => void held.delete(key) };
  const kept = { client: "c", accepted: 7, unaccepted: Uint8Array.of(1, 255) };
  putKept(box, "se-1", "te-1", kept);
  expect(takeKept(box, "se-1", "te-2")).toBeUndefined();
  expect(takeKept(box, "se-1", "te-1")).toEqual(kept);
  expect(takeKept(box, "se-1", "te-1")).toBeUndefined();
  box.setItem("carrel.terminal.se-1.te-1", "{not json");
  expect(takeKept(box, "se-1", "te-1")).toBeUndefined();
});
