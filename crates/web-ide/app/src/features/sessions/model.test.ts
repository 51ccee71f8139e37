import { expect, test } from "vitest";
import { SessionState } from "../../gen/session.ts";
import { advice, isOpen, isOver, requestId, stateText, stateTone, timeline } from "./model.ts";

test("every state has words", () => {
  for (const state of SessionState.slice(1)) {
    expect(stateText(state)).not.toBe("unknown");
    expect(stateTone(state)).toBeTruthy();
    expect(isOpen(state) && isOver(state)).toBe(false);
  }
  expect(stateText("SESSION_STATE_OF_TOMORROW" as SessionState)).toBe("unknown");
});

test("what waits or failed comes with advice", () => {
  expect(advice({ state: "SESSION_STATE_FAILED", repository: "a/b" })).toContain("another session");
  expect(advice({ state: "SESSION_STATE_READY", repository: "a/b" })).toBeUndefined();
});

test("the start timeline says how long each step took", () => {
  const steps = timeline({
    timeline: [
      { state: "SESSION_STATE_CLAIMING", at: 1_000 },
      { state: "SESSION_STATE_PREPARING", at: 1_040 },
      { state: "SESSION_STATE_READY", at: 3_040 },
    ],
  });
  expect(steps).toEqual([{ text: "getting a slot", ms: 40 }, { text: "preparing", ms: 2_000 }, { text: "ready", ms: undefined }]);
});

test("request ids fit", () => {
  expect(requestId((bytes) => bytes.fill(10))).toBe("0a".repeat(15));
});
