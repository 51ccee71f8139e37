import { expect, test } from "vitest";
import { afterLogin, linkSecret } from "./model.ts";

test("only what looks like a secret is one", () => {
  expect(linkSecret("?link=cHna-bK47DoPDZCglum-isiQYoDD_WaopySL_zGKllk")).toBe("cHna-bK47DoPDZCglum-isiQYoDD_WaopySL_zGKllk");
  for (const bad of ["", "?link=", "?link=short", "?link=%3Cscript%3E0123456789", "?other=cHna-bK47DoPDZCglum"]) expect(linkSecret(bad)).toBeUndefined();
});

test("after a login one is back where one was, on this site", () => {
  expect(["/ide/se-1", "/login", "/", "//evil.example", "https://evil.example"].map(afterLogin)).toEqual([
    "/ide/se-1", "/repositories", "/repositories", "/repositories", "/repositories",
  ]);
});
