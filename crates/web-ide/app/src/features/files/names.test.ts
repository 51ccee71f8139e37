import { expect, test } from "vitest";
import { bare, plain } from "./names.ts";

test("what would act is seen instead", () => {
  expect(plain("a\nb\tc")).toBe("a␊b␉c");
  expect(plain("exe.\u202etxt")).toBe("exe.‹202E›txt");
  expect(plain("bad\uefffname")).toBe("bad\\xFFname");
  expect(plain("<img src=x>")).toBe("<img src=x>");
  expect(plain("שלום ä 日本")).toBe("שלום ä 日本");
});

test("a path has a name and a folder, and very long ones are cut in the middle", () => {
  expect(bare("a/b/c.v")).toEqual({ name: "c.v", folder: "a/b", whole: "a/b/c.v" });
  expect(bare("nested/")).toEqual({ name: "nested", folder: "", whole: "nested" });
  expect(bare("x".repeat(5_000)).name).toHaveLength(401);
});
