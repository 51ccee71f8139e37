import { expect, test } from "vitest";
import { DEFAULTS, readSettings } from "./settings.ts";

test("what was kept is read, and nothing else", () => {
  const kept = { fontSize: 16, tabSize: 4, wrap: true, whitespace: true, formatOnSave: true };
  expect(readSettings(JSON.stringify(kept))).toEqual(kept);
  for (const odd of [null, "", "7", "null", "[]", "{", '{"fontSize":9000,"tabSize":"2","wrap":1}']) expect(readSettings(odd)).toEqual(DEFAULTS);
});
