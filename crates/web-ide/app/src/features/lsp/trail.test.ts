import { expect, test } from "vitest";
import { arrived, emptyTrail, moved, placeAt, type Trail } from "./trail.ts";

const place = (path: string, line: number) => ({ path, line, column: 1 });
const walked = (...places: [string, number][]): Trail => places.reduce((held, [path, line]) => arrived(held, place(path, line)), emptyTrail);

test("a jump is a step, moving about is none", () => {
  expect(walked(["a", 1], ["a", 3], ["a", 9], ["a", 40], ["b", 40]).places.map((it) => `${it.path}${it.line}`)).toEqual(["a9", "a40", "b40"]);
});

test("back, forward, and a new way from the middle", () => {
  const trail = moved(moved(walked(["a", 1], ["b", 1], ["c", 1]), -1), -1);
  expect(placeAt(trail)?.path).toBe("a");
  expect(moved(trail, -1)).toBe(trail);
  // Going there is arriving there: it must not cut the way forward off.
  expect(placeAt(moved(arrived(trail, place("a", 2)), 1))?.path).toBe("b");
  expect(arrived(trail, place("d", 1)).places.map((it) => it.path)).toEqual(["a", "d"]);
  expect(walked(...Array.from({ length: 300 }, (_, at): [string, number] => ["a", at * 50])).places.length).toBe(100);
});
