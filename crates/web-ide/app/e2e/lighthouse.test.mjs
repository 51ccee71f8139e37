// Lighthouse on login, sessions and the IDE. What depends on the machine's mood (the score for speed) is printed; what
// does not (accessibility, best practices, layout shift, bytes before the first keystroke) is required.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { logIn, story, terminalShows, visit } from "./browser.mjs";
import { up } from "./carrel.mjs";
import { measuredBrowser, score } from "./lighthouse.mjs";

/** Of each page with an empty cache, compressed as sent. */
const BYTES_MAX = 250 * 1024;

const test = story();
let carrel, browser, page;

before(async () => {
  carrel = visit(await up());
  browser = await measuredBrowser();
  page = await browser.context.newPage();
  page.setDefaultTimeout(30_000);
});
after(async () => {
  await browser?.close();
  await carrel?.stop();
});

async function holds(name, path) {
  const found = await score(browser, carrel.url + path);
  const { weak, error, ...figures } = found;
  console.log(`${name}: ${JSON.stringify(figures)}${weak.length ? `; below 90: ${weak.join(", ")}` : ""}`);
  assert.equal(error, undefined);
  assert.ok(found.accessibility >= 95 && found.bestPractices >= 95, `${name}: ${JSON.stringify(found)}`);
  assert.ok(found.bytes <= BYTES_MAX, `${name}: ${found.bytes} bytes`);
  assert.ok(found.layoutShift <= 0.01, `${name} shifts its layout: ${found.layoutShift}`);
}

test("login", async () => {
  await holds("login", "/login");
});

test("sessions", async () => {
  await logIn(page, carrel.adminLink);
  await holds("sessions", "/sessions");
});

test("the IDE", async () => {
  await page.goto(`${carrel.url}/repositories`);
  await page.getByRole("button", { name: "New repository" }).first().click();
  await page.getByLabel(/^Name/).fill("measured");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "Options… for admin/measured" }).click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await page.getByRole("dialog").getByRole("button", { name: "Open session" }).click();
  await page.waitForURL(/\/ide\/se-/);
  await page.getByRole("treeitem", { name: "carrel.toml" }).waitFor();
  await terminalShows(page, "$");
  const { pathname } = new URL(page.url());
  await page.close();
  await holds("IDE", pathname);
});
