import { expect, test } from "vitest";
import { activeOf, behind, beside, dropped, emptyLayout, focused, isOpen, moved, removed, shown, split, type Layout } from "./layout.ts";

const open = (...paths: string[]): Layout => paths.reduce((held, path) => shown(held, path), emptyLayout);
const look = (layout: Layout): string => layout.columns.map((it, at) => `${at === layout.focus ? ">" : ""}${it.tabs.map((tab) => (tab === it.active ? tab.toUpperCase() : tab)).join("")}`).join("|");

test("opening shows, closing shows the neighbour", () => {
  expect(look(open("a", "b", "a", "c"))).toBe(">abC");
  expect(look(dropped(open("a", "b", "c"), "c"))).toBe(">aB");
  expect(look(dropped(shown(open("a", "b", "c"), "a"), "a"))).toBe(">Bc");
  expect(look(dropped(open("a"), "a"))).toBe(">");
});

test("a split starts with the same document and ends with its last tab", () => {
  const two = split(open("a", "b"));
  expect(look(two)).toBe("aB|>B");
  expect(look(shown(two, "c"))).toBe("aB|>bC");
  expect(look(removed(two, "b", 1))).toBe(">aB");
  expect(isOpen(removed(two, "b", 1), "b")).toBe(true);
  expect(look(dropped(two, "b"))).toBe(">A");
  expect(look(removed(removed(two, "a", 0), "b", 0))).toBe(">B");
  expect(look(split(two))).toBe(">aB|B");
  expect(split(emptyLayout)).toBe(emptyLayout);
});

test("what is shown in the other column already is looked at there, if asked so", () => {
  const two = shown(split(open("a", "b")), "c");
  expect(look(shown(two, "a", true))).toBe(">Ab|bC");
  expect(look(shown(two, "a"))).toBe("aB|>bcA");
  expect([activeOf(focused(two, 0)), focused(two, 7)]).toEqual(["b", two]);
});

test("tabs move within a column, to the other one, and make one", () => {
  const three = open("a", "b", "c");
  expect(look(moved(three, "c", 0, 0, 0))).toBe(">Cab");
  expect(look(moved(three, "a", 0, 0, 3))).toBe(">bcA");
  expect(look(moved(three, "b", 0, 1, 0))).toBe("aC|>B");
  expect(look(moved(moved(three, "b", 0, 1, 0), "b", 1, 0, 1))).toBe(">aBc");
  expect(look(moved(open("a"), "a", 0, 1, 0))).toBe(">A");
  expect(moved(three, "x", 0, 1, 0)).toBe(three);
});

test("a tab may wait behind", () => {
  expect([look(behind(open("a"), "b")), look(behind(emptyLayout, "b")), look(behind(split(open("a", "b")), "a"))]).toEqual([">Ab", ">B", "aB|>B"]);
});

test("ctrl-tab goes round", () => {
  expect([beside(open("a", "b", "c"), 1), beside(open("a", "b", "c"), -1), beside(emptyLayout, 1)]).toEqual(["a", "b", undefined]);
});
