import { expect, test } from "vitest";
import { ago, count, duration, size } from "./text.ts";

test("numbers as people read them", () => {
  expect([0, 999, 1_000, 1_500_000, 999_600_000, 25_276_514_304].map(size)).toEqual(["0 B", "999 B", "1.0 kB", "1.5 MB", "1.0 GB", "25.3 GB"]);
  expect([-5, 12, 1_250, 61_000, 3_700_000, 200_000_000].map(duration)).toEqual(["0 ms", "12 ms", "1.3 s", "1 min", "1 h 2 min", "2 d"]);
  expect(ago(0, 10_000)).toBe("just now");
  expect(ago(0, 50_000)).toBe("1 min ago");
  expect([count(1, "file"), count(2, "file")]).toEqual(["1 file", "2 files"]);
});
