import { expect, test } from "vitest";
import { arrived, portText, previewPath } from "./model.ts";

const port = (number: number, program = "python3") => ({ port: number, program });

test("a port is shown with what listens on it", () => {
  expect(portText(port(8000))).toBe("8000 python3");
  expect(portText(port(8000, ""))).toBe("8000");
  expect(previewPath("se-a", 8000)).toBe("/preview/8000-se-a");
});

test("only a port that was not there before is news", () => {
  expect(arrived(undefined, [port(80)])).toEqual([]);
  expect(arrived([], [port(80)])).toEqual([port(80)]);
  expect(arrived([port(80)], [port(80, "node"), port(81)])).toEqual([port(81)]);
});
