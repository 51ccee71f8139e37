// Lighthouse on a page that a story has open: its scores, 0 to 100, and what kept them from 100.
import { createServer } from "node:net";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";
import { FLAGS } from "./browser.mjs";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** A browser that Lighthouse can use beside the story: both share cookies and cache, as tabs of one person do. */
export async function measuredBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "carrel-lighthouse-"));
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, `--remote-debugging-port=${port}`],
    viewport: { width: 1280, height: 800 },
  });
  return {
    context,
    port,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Lighthouse now and then misses the start of its own trace and asks to be run again: then nothing was measured. */
const MISSED = "NO_NAVSTART";
const RUNS_MAX = 5;

async function measured(run) {
  for (let runs = 1; ; runs++) {
    const result = await run();
    if (result.lhr.runtimeError?.code !== MISSED || runs === RUNS_MAX) return result;
  }
}

/** Scores by category, and the audits below 90 in words. Logged in as the story is, but with an empty cache. */
export async function score({ port, context }, url) {
  const blank = await context.newPage();
  await (await context.newCDPSession(blank)).send("Network.clearBrowserCache");
  await blank.close();
  const flags = { port, output: "json", logLevel: "error", disableStorageReset: true, onlyCategories: ["performance", "accessibility", "best-practices"] };
  const { lhr } = await measured(() => lighthouse(url, flags, desktopConfig));
  const of = (category) => Math.round(100 * (lhr.categories[category].score ?? 0));
  const weak = Object.values(lhr.categories)
    .flatMap((category) => category.auditRefs.filter((ref) => ref.weight > 0).map((ref) => lhr.audits[ref.id]))
    .filter((audit) => audit.score !== null && audit.score < 0.9)
    .map((audit) => `${audit.id} ${audit.displayValue ?? audit.score} ${JSON.stringify(audit.details?.items ?? []).slice(0, 300)}`);
  const value = (id) => lhr.audits[id]?.numericValue;
  return {
    performance: of("performance"),
    accessibility: of("accessibility"),
    bestPractices: of("best-practices"),
    firstPaintMs: Math.round(value("first-contentful-paint")),
    largestPaintMs: Math.round(value("largest-contentful-paint")),
    layoutShift: value("cumulative-layout-shift"),
    blockedMs: Math.round(value("total-blocking-time")),
    bytes: Math.round(value("total-byte-weight")),
    error: lhr.runtimeError?.message,
    weak,
  };
}
