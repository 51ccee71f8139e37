// A headless Chromium, and what every story watches: no request elsewhere, no error on the page, no axe violation.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test as run } from "node:test";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Reached only when something is broken; machines that test are slow. */
const PATIENCE_MS = 30_000;
export const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Where the story's Carrel is, once `visit` said so. */
export let server;

/** Pages opened from now on belong to this Carrel. */
export function visit(carrel) {
  server = carrel.url;
  return carrel;
}

/** Logs a page in with a one-time link. */
export async function logIn(page, link) {
  await page.goto(link);
  await page.getByRole("button", { name: "Log in with this link" }).click();
  await page.getByRole("heading", { name: "Repositories" }).waitFor();
}

/** The steps of one story: after a broken one the rest would only wait in vain. */
export function story() {
  let broken = false;
  return (name, step) => {
    run(name, async () => {
      assert.equal(broken, false, "an earlier step failed");
      broken = true;
      await step();
      broken = false;
    });
  };
}

export async function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A page that notes what it must never do. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== new URL(server).origin) faults.push(`request to ${url.origin}`);
  });
  page.on("pageerror", (error) => faults.push(`error ${error.message}`));
  page.on("console", (message) => {
    // A refused request is an answer that the page shows; everything else is a fault of ours.
    if (message.type() === "error" && !/Failed to load resource|WebSocket connection|ERR_INTERNET_DISCONNECTED/.test(message.text())) faults.push(`console ${message.text()}`);
  });
  return { context, page, faults };
}

/** No violation of the accessibility rules that a machine can find. */
export async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" | ")}`);
  assert.deepEqual(found, [], `accessibility of ${what}`);
}

/** Waits until the terminal shows a text, and returns all that it shows. */
export async function terminalShows(page, text) {
  const rows = page.locator(".screen:not([hidden]) .xterm-rows");
  await page.waitForFunction(([selector, wanted]) => {
    const shown = [...document.querySelectorAll(selector)].map((row) => row.textContent).join("\n").replace(/\u00a0/g, " ");
    return shown.includes(wanted);
  }, [".screen:not([hidden]) .xterm-rows > div", text], { timeout: PATIENCE_MS });
  return (await rows.locator("> div").allTextContents()).map((row) => row.replace(/\u00a0/g, " ").trimEnd()).join("\n").trimEnd();
}

export async function type(page, text) {
  await page.locator(".screen:not([hidden]) .xterm-helper-textarea").focus();
  await page.keyboard.type(text);
}
