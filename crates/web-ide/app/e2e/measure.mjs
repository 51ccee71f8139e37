// Measures what a person feels in the IDE, in a real browser against a real slot: `node e2e/measure.mjs [--json]`.
// Needs what the stories need; prints figures and fails on none: a slow machine is no broken one.
import { launch, logIn, openPage, terminalShows, type, visit } from "./browser.mjs";
import { up } from "./carrel.mjs";

const KEYS = 400;
const KEY_EVERY_MS = 25;
const LINES = 10_000;
const FILE_MB = 5;

const carrel = visit(await up());
const browser = await launch();
const figures = {};
try {
  const { page } = await openPage(browser);
  await page.addInitScript(() => {
    // Input frames begin with 0x10, output frames with 0.
    window.wire = { sent: 0, echoes: [] };
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
      if (data instanceof Uint8Array && data[0] === 0x10) {
        window.wire.sent = performance.now();
        if (!this.watched) {
          this.watched = true;
          this.addEventListener("message", ({ data: answer }) => {
            if (window.wire.sent && answer instanceof ArrayBuffer && new Uint8Array(answer)[0] === 0) {
              window.wire.echoes.push(performance.now() - window.wire.sent);
              window.wire.sent = 0;
            }
          });
        }
      }
      return send.call(this, data);
    };
    window.frames_ = { gap: 0, at: 0 };
    const tick = (now) => {
      if (window.frames_.at) window.frames_.gap = Math.max(window.frames_.gap, now - window.frames_.at);
      window.frames_.at = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await logIn(page, carrel.adminLink);
  await page.getByRole("button", { name: "New repository" }).first().click();
  await page.getByLabel(/^Name/).fill("measured");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "Options… for admin/measured" }).click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await page.getByRole("dialog").getByRole("button", { name: "Open session" }).click();
  await page.getByRole("treeitem", { name: "carrel.toml" }).waitFor();
  await terminalShows(page, "$");
  await keys(page);
  await burst(page);
  await file(page);
} finally {
  await browser.close();
  await carrel.stop();
}
console.log(process.argv.includes("--json") ? JSON.stringify(figures) : Object.entries(figures).map(([name, value]) => `${name}: ${value}`).join("\n"));

function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? NaN).toFixed(1));
}

/** From the frame with the key to the frame with its echo, through front-end master, node, agent and holder and back. */
async function keys(page) {
  await type(page, "cat > /dev/null\n");
  await page.waitForTimeout(500);
  await page.evaluate(() => (window.wire.echoes = []));
  await page.keyboard.type("x".repeat(KEYS), { delay: KEY_EVERY_MS });
  await page.waitForFunction((wanted) => window.wire.echoes.length >= wanted * 0.9, KEYS);
  const echoes = await page.evaluate(() => window.wire.echoes);
  figures["key to echo, keys"] = echoes.length;
  figures["key to echo, p50 ms"] = percentile(echoes, 0.5);
  figures["key to echo, p99 ms"] = percentile(echoes, 0.99);
  await page.keyboard.press("Control+c");
}

async function burst(page) {
  await page.evaluate(() => (window.frames_.gap = 0));
  const from = Date.now();
  await type(page, `seq -f 'line %.0f of a build log that goes on and on and says little' ${LINES}; echo burst-$((1+1))\n`);
  await terminalShows(page, "burst-2");
  figures[`${LINES} lines, ms until shown`] = Date.now() - from;
  figures[`${LINES} lines, longest frame gap ms`] = Math.round(await page.evaluate(() => window.frames_.gap));
}

async function file(page) {
  const line = "  assign wire_name_0123456789 = some_other_wire & another;";
  const count = Math.ceil((FILE_MB * 1_000_000) / (line.length + 1));
  await type(page, `clear; yes '${line}' | head -n ${count} > big.v; wc -c big.v | sed 's/^/made-/'\n`);
  await terminalShows(page, "made-5");
  await page.keyboard.press("Control+p");
  await page.getByRole("combobox", { name: "Go to file" }).fill("big.v");
  await page.getByRole("option", { name: "big.v", exact: true }).waitFor();
  await page.evaluate(() => (window.frames_.gap = 0));
  const shown = await page.evaluate(async () => {
    const from = performance.now();
    document.querySelector('[role="option"]').click();
    while (!document.querySelector(".group .cm-line")?.textContent.includes("wire_name")) await new Promise(requestAnimationFrame);
    return performance.now() - from;
  });
  figures[`${FILE_MB} MB file, ms until visible`] = Math.round(shown);
  await page.waitForTimeout(3_000);
  figures[`${FILE_MB} MB file, longest frame gap ms`] = Math.round(await page.evaluate(() => window.frames_.gap));
  await page.locator(".group.focused .cm-content").click();
  await page.evaluate(() => (window.frames_.gap = 0));
  await page.keyboard.type("// typing in it", { delay: KEY_EVERY_MS });
  figures["typing in it, longest frame gap ms"] = Math.round(await page.evaluate(() => window.frames_.gap));
  const from = Date.now();
  await page.keyboard.press("Control+s");
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
  figures[`${FILE_MB} MB file, ms until saved`] = Date.now() - from;
}
