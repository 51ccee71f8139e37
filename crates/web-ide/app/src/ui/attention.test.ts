import { expect, test } from "vitest";
import { watchPresses } from "./attention.ts";

test("keys and pointers count, keys that go nowhere don't", () => {
  const page = new EventTarget();
  let focused = true;
  const attention = watchPresses(page, () => (focused ? null : page));
  page.dispatchEvent(new Event("keydown"));
  page.dispatchEvent(new Event("pointerdown"));
  page.dispatchEvent(new Event("keyup"));
  expect(attention.presses()).toBe(2);
  focused = false;
  page.dispatchEvent(new Event("keydown"));
  expect(attention.presses()).toBe(2);
  page.dispatchEvent(new Event("pointerdown"));
  expect(attention.presses()).toBe(3);
});

test("a focus that moves counts, one that returns to the window doesn't", () => {
  const page = new EventTarget();
  const [tree, text] = [new EventTarget(), new EventTarget()];
  const attention = watchPresses(page, () => null);
  const focus = (on: EventTarget) => {
    const event = new Event("focusin");
    Object.defineProperty(event, "target", { value: on });
    page.dispatchEvent(event);
    return attention.presses();
  };
  expect([focus(tree), focus(tree), focus(text), focus(tree)]).toEqual([1, 1, 2, 3]);
});
