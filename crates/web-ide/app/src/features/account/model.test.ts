import { expect, test } from "vitest";
import { Login } from "../../gen/auth.ts";
import { decode } from "../../wire.ts";
import { clientText, endText, sortLogins } from "./model.ts";

test("what logged in, in words", () => {
  expect(clientText("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")).toBe("Firefox on Linux");
  expect(clientText("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15")).toBe("Safari on macOS");
  expect(clientText("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36")).toBe("Chrome on Android");
  expect(clientText("tonic/0.14")).toBe("the command line");
  expect(clientText("")).toBe("an unnamed program");
  expect(clientText("<b>evil</b>".repeat(20))).toHaveLength(60);
});

test("the present device comes first, tokens by name", () => {
  const of = (json: object) => decode(Login, json);
  const sorted = sortLogins([of({ id: "1", createdAt: "9" }), of({ id: "2", name: "z" }), of({ id: "3", current: true }), of({ id: "4", name: "a" }), of({ id: "5", usedAt: "20" })]);
  expect(sorted.devices.map((it) => it.id)).toEqual(["3", "5", "1"]);
  expect(sorted.tokens.map((it) => it.name)).toEqual(["a", "z"]);
});

test("when a token ends", () => {
  const day = 86_400_000;
  expect(endText(10 * day, 0)).toEqual({ text: "ends in 10 days", soon: false });
  expect(endText(1.5 * day, 0)).toEqual({ text: "ends in 1 day", soon: true });
  expect([endText(100, 0).text, endText(0, 5).text]).toEqual(["ends within a day", "ended"]);
});
