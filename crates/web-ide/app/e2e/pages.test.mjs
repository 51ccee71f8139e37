// Everything outside a session: a sample browsed, a repository imported, a token used by git, a node in quarantine.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { accessible, fits, launch, logIn, openPage, server, story, visit } from "./browser.mjs";
import { rack } from "./carrel.mjs";

const run = promisify(execFile);
const test = story();
const scratch = mkdtempSync(join(tmpdir(), "carrel-pages-"));
let carrel, browser, context, page, faults, token;

/** Git as on somebody's own machine, without its settings. */
const git = (...args) =>
  run("git", args, {
    cwd: scratch,
    env: {
      PATH: process.env.PATH, HOME: scratch, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.invalid", GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.invalid",
    },
  });
const withToken = (path) => `${server.replace("://", `://admin:${token}@`)}/git/${path}.git`;
const button = (name) => page.getByRole("button", { name, exact: true });

before(async () => {
  carrel = visit(await rack({ master: '[git.import]\nallow = ["127.0.0.0/8"]' }));
  browser = await launch();
  ({ context, page, faults } = await openPage(browser));
  await logIn(page, carrel.adminLink);
});
after(async () => {
  await browser?.close();
  await carrel?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test("a mistyped address says so and leads back", async () => {
  assert.equal((await page.goto(`${carrel.url}/nosuch/page`)).status(), 404);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await accessible(page, "no such page");
  await page.getByRole("link", { name: "To the repositories" }).click();
  await page.getByRole("heading", { name: "Repositories" }).waitFor();
});

test("an empty page teaches, and blinky is one click away", async () => {
  await page.getByText("Nothing here yet").waitFor();
  await accessible(page, "the empty repositories page");
  await button("Start with blinky").click();
  await accessible(page, "the dialog for a new repository");
  await button("Create").click();
  await page.waitForURL(/\/repositories\/admin\/blinky$/);
  await page.getByRole("link", { name: "blinky.v", exact: true }).waitFor();
  await page.getByRole("article").getByRole("heading", { name: "blinky" }).waitFor();
  await page.getByRole("article").getByRole("cell", { name: "make sim" }).waitFor();
  await accessible(page, "a repository");
});

test("a file is read in colour, and downloaded as an attachment", async () => {
  await page.getByRole("link", { name: "blinky.v", exact: true }).click();
  await page.getByRole("region", { name: "Text of blinky.v" }).getByText("module", { exact: true }).first().waitFor();
  await page.locator(".hl-k").first().waitFor();
  await accessible(page, "a file");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
  assert.equal(download.suggestedFilename(), "blinky.v");
  const address = await page.getByRole("link", { name: "Download" }).getAttribute("href");
  const raw = await page.request.get(server + address);
  assert.equal(raw.headers()["content-type"], "application/octet-stream");
  assert.match(raw.headers()["content-disposition"], /^attachment/);
  assert.match(raw.headers()["content-security-policy"], /sandbox/);
});

test("a token is made, and git works with it", async () => {
  await page.goto(`${server}/account`);
  await page.getByText("this one").waitFor();
  await button("New token").click();
  await page.getByLabel("What it is for").fill("laptop");
  await button("Create token").click();
  token = await page.getByRole("textbox", { name: "The token" }).textContent();
  assert.match(token, /^ey/);
  await accessible(page, "a new token");
  await button("Done").click();
  await page.getByText("never used").waitFor();
  await accessible(page, "the account page");
  await git("clone", "--quiet", withToken("admin/blinky"), "blinky");
  const evil = "<img src=x onerror=window.bad=1>.md";
  writeFileSync(join(scratch, "blinky", evil), "# <script>window.bad=1</script>\n\n[click](javascript:window.bad=1) <img src=x onerror=window.bad=1>\n");
  writeFileSync(join(scratch, "blinky", "blinky.v"), "// changed\n");
  await git("-C", "blinky", "checkout", "--quiet", "-b", "work/hostile");
  await git("-C", "blinky", "add", ".");
  await git("-C", "blinky", "commit", "--quiet", "-m", "<b>bold</b> claims");
  await git("-C", "blinky", "push", "--quiet", "origin", "work/hostile");
});

test("branches, history and a commit; what is hostile stays text", async () => {
  await page.goto(`${server}/repositories/admin/blinky`);
  await page.getByLabel("Branch or tag").selectOption("work/hostile");
  await page.getByRole("link", { name: "<b>bold</b> claims" }).waitFor();
  await page.getByRole("link", { name: "<img src=x onerror=window.bad=1>.md" }).click();
  await page.getByText("<script>window.bad=1</script>").first().waitFor();
  assert.equal(await page.getByRole("article").locator("script, img, a").count(), 0);
  await page.getByRole("link", { name: "History" }).first().click();
  await page.getByRole("link", { name: "<b>bold</b> claims" }).click();
  await page.getByText("2 files changed").waitFor();
  await page.getByText("// changed").waitFor();
  await accessible(page, "a commit");
  await page.goto(`${server}/repositories/admin/blinky/history?at=work/hostile`);
  await page.getByRole("link", { name: "Start with blinky" }).waitFor();
  await accessible(page, "the history");
  assert.equal(await page.evaluate(() => window.bad), undefined);
});

test("a repository is imported from a server that the owner allows, and a bad address says why", async () => {
  await page.goto(`${server}/repositories`);
  await button("Import…").click();
  await page.getByLabel(/^Address/).fill("git@example.org:a/b.git");
  await page.getByText("use the address that starts with https://").waitFor();
  await page.getByLabel(/^Address/).fill(`${server}/git/admin/nothing.git`);
  await page.getByLabel(/^Name here/).fill("lost");
  await accessible(page, "the import dialog");
  await button("Import").click();
  await page.getByText(/asks for a name and a password/).waitFor();
  await accessible(page, "a failed import");
  await button("Dismiss").click();
  await button("Import…").click();
  await page.getByLabel(/^Address/).fill(`${server}/git/admin/blinky.git`);
  await page.getByLabel(/^Name here/).fill("copy");
  await page.getByLabel("It is private").check();
  await page.getByLabel("Login name there").fill("admin");
  await page.getByLabel(/^Password or access token/).fill(token);
  await button("Import").click();
  await page.getByRole("link", { name: "admin/copy", exact: true }).click();
  await page.getByRole("link", { name: "blinky.v", exact: true }).waitFor();
  await page.getByLabel("Branch or tag").selectOption("work/hostile");
  await page.getByRole("link", { name: "<b>bold</b> claims" }).waitFor();
});

test("members are added, and a repository is deleted by typing its name", async () => {
  await page.goto(`${server}/admin/users`);
  await button("New user").click();
  await page.getByLabel(/^Name/).fill("grace");
  await button("Create and make a login link").click();
  await button("Done").click();
  await page.goto(`${server}/repositories/admin/copy/settings`);
  await page.getByLabel("Login name").fill("grace");
  await button("Add member").click();
  await page.getByRole("combobox", { name: "Access of grace" }).waitFor();
  await accessible(page, "the settings");
  assert.equal(await button("Delete repository").isDisabled(), true);
  await page.getByLabel(/to confirm/).fill("admin/copy");
  await button("Delete repository").click();
  await page.waitForURL(/\/repositories$/);
  await page.getByRole("link", { name: "admin/blinky", exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: "admin/copy", exact: true }).count(), 0);
});

test("a revoked token opens nothing", async () => {
  await page.goto(`${server}/account`);
  await page.getByText(/^used .+ (now|ago)$/).waitFor();
  await button("Revoke the token laptop").click();
  await button("Revoke the token laptop").waitFor({ state: "detached" });
  await assert.rejects(git("ls-remote", withToken("admin/blinky")), /Authentication failed|could not read|401/);
});

test("a node in quarantine gets no session until it is lifted", async () => {
  await page.goto(`${server}/admin`);
  await page.getByRole("button", { name: /^Quarantine no-/ }).click();
  await page.getByLabel(/^Why/).fill("loses sessions");
  await button("Quarantine").click();
  await page.getByText("In quarantine: loses sessions").waitFor();
  await accessible(page, "the nodes");
  const refused = await page.request.post(`${server}/api/v1/SessionService/OpenSession`, {
    data: { slotClass: "SLOT_CLASS_BURST", requestId: "quarantined" }, headers: { origin: new URL(server).origin },
  });
  assert.equal(refused.status(), 429, await refused.text());
  await page.getByRole("button", { name: /^Lift quarantine/ }).click();
  await page.getByText("In quarantine: loses sessions").waitFor({ state: "detached" });
});

test("every page fits a phone, in the dark", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  for (const [path, text] of [
    ["/repositories", "admin/blinky"], ["/repositories/admin/blinky", "blinky.v"], ["/repositories/admin/blinky/file?file=blinky.v", "Download"],
    ["/repositories/admin/blinky/history", "Start with blinky"], ["/repositories/admin/blinky/settings", "Members"], ["/account", "Devices"],
    ["/admin", "burst"], ["/admin/users", "grace"], ["/sessions", "No session is open"],
  ]) {
    await page.goto(server + path);
    await page.getByText(text).first().waitFor();
    await fits(page, path);
    await accessible(page, `${path} on a phone`);
  }
  assert.deepEqual(faults, []);
});
