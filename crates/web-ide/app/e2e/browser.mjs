// A headless Chromium, and what every story watches: no request elsewhere, no error on the page, no axe violation.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test as run } from "node:test";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Reached only when something is broken; machines that test are slow. */
const PATIENCE_MS = 90_000;
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

/**
 * To look for races: SLOWER=4 makes every page as slow as on a machine four times slower, LATENCY_MS=300 puts that much
 * between it and the server (not where a story takes a page off the line: there is one such setting for both).
 */
async function slowed(context) {
  const { SLOWER, LATENCY_MS } = process.env;
  if (!SLOWER && !LATENCY_MS) return;
  const slow = async (page) => {
    const tools = await context.newCDPSession(page);
    if (SLOWER) await tools.send("Emulation.setCPUThrottlingRate", { rate: Number(SLOWER) });
    if (LATENCY_MS) await tools.send("Network.emulateNetworkConditions", { offline: false, latency: Number(LATENCY_MS), downloadThroughput: -1, uploadThroughput: -1 });
  };
  // A page may be closed before it is slowed down.
  context.on("page", (page) => void slow(page).catch(() => {}));
}

/** A page that notes what it must never do. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  await slowed(context);
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

/** Waits until nothing is wider than the window: what is laid out anew may take a moment. */
export async function fits(page, what) {
  await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth).catch(() => assert.fail(`${what} is wider than the screen`));
}

/** Starts to look for words that may be gone before anybody asks, a message or a state in passing; gives what waits for them. */
export async function watchFor(page, words) {
  await page.evaluate((wanted) => {
    const seen = (window.seen ??= new Set());
    const watcher = new MutationObserver(() => {
      if (!document.body.textContent.includes(wanted)) return;
      seen.add(wanted);
      watcher.disconnect();
    });
    watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
  }, words);
  return () => page.waitForFunction((wanted) => window.seen.has(wanted), words);
}

/** Waits until keys go into the text of a file. */
export async function writing(page, path) {
  await page.locator(`.group.focused .cm-content:focus[aria-label="Text of ${path}"]`).waitFor();
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
