// The learner's story in a browser, from the login link to the closed session, with the line cut and the page reloaded.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before } from "node:test";
import { accessible, fits, launch, openPage, server, story, terminalShows, type, visit, watchFor, writing } from "./browser.mjs";
import { up } from "./carrel.mjs";

const repository = `story-${Date.now().toString(36)}`;
const test = story();
let carrel, browser, context, page, faults;

before(async () => {
  carrel = visit(await up());
  browser = await launch();
  ({ context, page, faults } = await openPage(browser));
});
after(async () => {
  await browser?.close();
  await carrel?.stop();
});

test("a login link gets one in, once, and leaves no trace", async () => {
  const secret = new URL(carrel.adminLink).searchParams.get("link");
  const answer = await page.goto(`${server}/login?link=${secret}`);
  assert.match(answer.headers()["content-security-policy"], /script-src 'self'(;|$)/);
  await page.getByRole("button", { name: "Log in with this link" }).waitFor();
  assert.equal(new URL(page.url()).search, "");
  await accessible(page, "the login page");
  await page.getByRole("button", { name: "Log in with this link" }).click();
  await page.getByRole("heading", { name: "Repositories" }).waitFor();
  assert.equal(await page.evaluate(() => document.cookie), "", "the token is no script's business");
});

test("a password can be set, and logs in", async () => {
  await page.goto(`${server}/account`);
  await page.getByLabel("New one").fill("correct horse battery");
  await page.getByLabel(/Present one/).fill(process.env.CARREL_OLD_PASSWORD ?? "");
  const told = await watchFor(page, "Password set");
  await page.getByRole("button", { name: "Set password" }).click();
  await told();
  await accessible(page, "the account page");
  const other = await openPage(browser);
  await other.page.goto(`${server}/sessions`);
  await other.page.getByLabel("Name").fill("admin");
  await other.page.getByLabel("Password").fill("wrong");
  await other.page.getByRole("button", { name: "Log in" }).click();
  await other.page.getByRole("alert").waitFor();
  await other.page.getByLabel("Password").fill("correct horse battery");
  await other.page.getByRole("button", { name: "Log in" }).click();
  await other.page.getByRole("heading", { name: "Sessions", exact: true }).waitFor();
  assert.deepEqual(other.faults, []);
  await other.context.close();
});

test("a repository with starters opens as a session", async () => {
  await page.goto(`${server}/repositories`);
  await page.getByRole("button", { name: "New repository" }).first().click();
  await page.getByLabel(/^Name/).fill(repository);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: `admin/${repository}` }).waitFor();
  await accessible(page, "the repositories page");
  await page.getByRole("button", { name: `Options… for admin/${repository}` }).click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await page.getByRole("dialog").getByRole("button", { name: "Open session" }).click();
  await page.waitForURL(/\/ide\/se-/);
  await page.getByRole("treeitem", { name: "carrel.toml" }).waitFor();
  await terminalShows(page, "$");
  await accessible(page, "the IDE");
});

test("a file is edited and saved, and the terminal sees it", async () => {
  await page.getByRole("treeitem", { name: "carrel.toml" }).dblclick();
  await writing(page, "carrel.toml");
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText('\n[tasks.make]\ndescription = "makes"\ncommand = ["sh", "-c", "printf made > out.bin"]\nartefacts = ["out.bin"]\n');
  await page.getByRole("img", { name: "unsaved" }).waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
  await type(page, "grep -c tasks.make carrel.toml | sed s/^/found-/\n");
  await terminalShows(page, "found-1");
  await page.getByText("1 file not committed").waitFor();
});

test("a terminal survives a reload in mid-typing", async () => {
  await type(page, "echo one-$((40+1)); echo ha");
  await page.reload();
  await terminalShows(page, "echo ha");
  await type(page, "lf\n");
  const shown = await terminalShows(page, "\nhalf");
  assert.equal(shown.match(/^one-41$/gm)?.length, 1, shown);
});

test("work goes on while the line is cut", async () => {
  await context.setOffline(true);
  await page.getByText(/Not connected for/).waitFor();
  await type(page, "echo typed-$((1+1))-offline\n");
  await context.setOffline(false);
  const shown = await terminalShows(page, "typed-2-offline");
  assert.equal(shown.match(/^typed-2-offline$/gm)?.length, 1, shown);
  await page.getByText(/Not connected for/).waitFor({ state: "detached" });
});

test("a file changed on both sides asks before it overwrites", async () => {
  await page.getByRole("treeitem", { name: "default.nix" }).click();
  await page.getByRole("textbox", { name: "Text of default.nix" }).click();
  await page.keyboard.insertText("# mine\n");
  await type(page, "echo '# theirs' >> default.nix\n");
  await page.getByText("changed on the disk while you were editing it").waitFor();
  await accessible(page, "the IDE with a conflict");
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
  await type(page, "grep -c '# theirs' default.nix | sed s/^/theirs-/; grep -c '# mine' default.nix | sed s/^/mine-/\n");
  await terminalShows(page, "theirs-0");
  await terminalShows(page, "mine-1");
});

test("hostile names and contents stay text", async () => {
  await type(page, "echo '<script>window.bad=1</script>' > '<img src=x onerror=window.bad=1>.html'\n");
  const item = page.getByRole("treeitem", { name: "<img src=x onerror=window.bad=1>.html" });
  await item.waitFor();
  await item.click();
  await page.locator(".group.focused .cm-content").getByText("<script>window.bad=1</script>").waitFor();
  const session = new URL(page.url()).pathname.split("/").at(-1);
  const raw = await page.request.get(`${server}/s/${session}/raw?path=${encodeURIComponent("<img src=x onerror=window.bad=1>.html")}`);
  assert.equal(raw.headers()["content-type"], "application/octet-stream");
  assert.match(raw.headers()["content-disposition"], /^attachment/);
  assert.match(raw.headers()["content-security-policy"], /sandbox/);
  assert.equal(await page.evaluate(() => window.bad), undefined);
});

test("a task runs, and its artefact has the right checksum", async () => {
  await page.getByRole("tab", { name: "Tasks" }).click();
  await page.getByRole("button", { name: "Run make" }).click();
  await page.getByText("ended", { exact: true }).waitFor();
  const sum = createHash("sha256").update("made").digest("hex");
  await page.getByTitle(sum).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
  assert.equal(download.suggestedFilename(), "out.bin");
  await page.getByRole("button", { name: "To the board…" }).click();
  await page.getByRole("button", { name: "Choose board and write" }).waitFor();
  await accessible(page, "tasks and board");
});

test("everything is reachable by keyboard", async () => {
  await page.keyboard.press("F1");
  await page.keyboard.type("show files");
  await page.keyboard.press("Enter");
  await page.getByRole("tree", { name: "Files" }).waitFor();
  // One list leads to the next.
  await page.keyboard.press("F1");
  await page.keyboard.type("go to file");
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Go to file" }).fill("shnix");
  await page.getByRole("option", { name: "shell.nix", exact: true }).waitFor();
  await accessible(page, "the palette");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "shell.nix", pressed: true, exact: true }).waitFor();
  await writing(page, "shell.nix");
  await page.keyboard.press("Control+`");
  await page.locator(".screen:not([hidden]) .xterm-helper-textarea:focus").waitFor();
  await page.getByRole("tree", { name: "Files" }).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.locator(".group.focused .cm-content:focus").waitFor();
});

test("a phone shows one thing at a time, in the dark", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("button", { name: "Terminal", exact: true }).click();
  await page.locator(".screen:not([hidden])").waitFor();
  await fits(page, "a terminal on a phone");
  await accessible(page, "the IDE on a phone");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
});

test("the rack shows its nodes, users and sessions", async () => {
  const admin = await context.newPage();
  for (const [path, text] of [["/admin", "burst:"], ["/admin/users", "active"], ["/admin/sessions", `admin/${repository}`], ["/sessions", "getting a slot"]]) {
    await admin.goto(server + path);
    await admin.getByText(text).first().waitFor();
    await accessible(admin, path);
  }
  await admin.close();
});

test("a closed session says so, and what was unsaved was named", async () => {
  const asked = [];
  page.on("dialog", (dialog) => (asked.push(dialog.message()), dialog.accept()));
  await page.getByRole("button", { name: "Close session" }).click();
  await page.getByText(/This session is closed/).waitFor();
  assert.match(asked[0], /not committed/);
  assert.deepEqual(faults, []);
});

test("logging out everywhere ends it", async () => {
  await page.goto(`${server}/account`);
  await page.getByRole("button", { name: "Log out everywhere" }).click();
  await page.getByLabel("Name").waitFor();
  const refused = await page.request.post(`${server}/api/v1/AuthService/WhoAmI`, { data: {}, headers: { origin: new URL(server).origin } });
  assert.equal(refused.status(), 401);
});
