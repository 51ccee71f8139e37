// From a change to a push without a terminal, a conflict walked to its end, and files moved, lost and found again.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { accessible, fits, launch, logIn, openPage, story, terminalShows, visit, watchFor, writing } from "./browser.mjs";
import { up } from "./carrel.mjs";

const test = story();
let carrel, browser, page, faults, session;

const item = (name) => page.getByRole("treeitem", { name, exact: true });
const side = (name) => page.getByRole("tab", { name, exact: true });
const group = (name) => page.getByRole("region", { name, exact: true });
const button = (name, inside = page) => inside.getByRole("button", { name, exact: true });
const shot = async (name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });

/** Runs a command in the slot, as another program there would. */
async function inSlot(script) {
  const answer = await page.evaluate(
    async ([id, argv]) => (await fetch(`/s/${id}/api/Run`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ argv }) })).json(),
    [session, ["sh", "-c", script]],
  );
  const text = (bytes) => Buffer.from(bytes ?? "", "base64").toString();
  assert.equal(answer.exitCode ?? 0, 0, `${script}: ${answer.message ?? ""} ${text(answer.stdout)} ${text(answer.stderr)}`);
  return text(answer.stdout);
}

/** Opens a folder; one that something was held over may be open already. */
async function unfold(name) {
  await item(name).waitFor();
  if ((await item(name).getAttribute("aria-expanded")) !== "true") await item(name).click();
  await page.getByRole("treeitem", { name, exact: true, expanded: true }).waitFor();
}

/** Goes to a file and replaces all of its text. */
async function write(name, text) {
  await side("Files").click();
  await item(name).dblclick();
  await writing(page, name);
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Control+s");
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
  await side("Git").click();
}

before(async () => {
  carrel = visit(await up());
  browser = await launch();
  ({ page, faults } = await openPage(browser));
  await logIn(page, carrel.adminLink);
});
after(async () => {
  if (process.env.SHOTS) await page?.screenshot({ path: `${process.env.SHOTS}/last.png` });
  await browser?.close();
  await carrel?.stop();
});

test("a session on a repository", async () => {
  await button("New repository").first().click();
  await page.getByLabel(/^Name/).fill("shared");
  await button("Create").click();
  await button("Options… for admin/shared").click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await button("Open session", page.getByRole("dialog")).click();
  await page.waitForURL(/\/ide\/se-/);
  session = new URL(page.url()).pathname.split("/").at(-1);
  await item("carrel.toml").waitFor();
  await terminalShows(page, "$");
});

test("a change is compared, staged, committed and pushed", async () => {
  await inSlot("printf 'one\\ntwo\\nthree\\n' > poem.txt && printf 'x\\n' > other.txt");
  await item("poem.txt").waitFor();
  await side("Git").click();
  await button("Stage poem.txt", group("Changes")).click();
  await group("Staged").getByText("poem.txt").waitFor();
  await page.getByLabel("Commit message").fill("A poem");
  await page.keyboard.press("Control+Enter");
  await group("Staged").waitFor({ state: "detached" });
  await button("Discard other.txt").waitFor();
  await write("poem.txt", "one\nTWO\nthree\n");
  await group("Changes").getByRole("button", { name: /^poem\.txt changed$/ }).click();
  const comparison = page.getByRole("region", { name: "Changes of poem.txt" });
  await comparison.getByText("TWO").first().waitFor();
  await accessible(page, "a comparison");
  await shot("comparison");
  await button("Stage", comparison).click();
  await comparison.waitFor({ state: "detached" });
  await button("Unstage poem.txt").waitFor();
  await page.getByLabel("Commit message").fill("Louder");
  await button("Commit").click();
  await button("Push 2 commits").waitFor();
  await page.getByRole("button", { name: /Branch main: 2 commits not pushed/ }).waitFor();
  await accessible(page, "the git pane");
  await shot("pane");
  await page.emulateMedia({ colorScheme: "dark" });
  await accessible(page, "the git pane in the dark");
  await shot("pane-dark");
  await page.setViewportSize({ width: 390, height: 844 });
  await button("Files", page.getByRole("navigation", { name: "Views" })).click();
  await fits(page, "the git pane");
  await accessible(page, "the git pane on a phone");
  await shot("pane-phone");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  const told = await watchFor(page, "2 commits pushed.");
  await button("Push 2 commits").click();
  await told();
  await page.getByRole("button", { name: /Branch main: everything pushed/ }).waitFor();
});

test("what is discarded asks first", async () => {
  const asked = [];
  page.once("dialog", (dialog) => (asked.push(dialog.message()), dialog.dismiss()));
  await button("Discard other.txt").click();
  assert.match(asked[0], /Delete the new file other.txt/);
  await button("Discard other.txt").waitFor();
  page.once("dialog", (dialog) => dialog.accept());
  await button("Discard other.txt").click();
  await page.getByText("Nothing is changed since the last commit.").waitFor();
});

test("a push after somebody else's is refused and says what next", async () => {
  await inSlot("git clone -q \"$(git remote get-url origin)\" /tmp/other && cd /tmp/other && printf 'one\\ntheirs\\nthree\\n' > poem.txt && echo t > new.txt && git add -A && git commit -qm Theirs && git push -q");
  await write("poem.txt", "one\nmine\nthree\n");
  await page.getByLabel("Commit message").fill("Mine");
  await button("Commit all").click();
  await button("Push 1 commit").click();
  await page.getByText(/pull first, then push again/).waitFor();
  await accessible(page, "a refused push");
  await button("Pull now").click();
  await page.getByText(/A merge is under way. 1 file changed on both sides/).waitFor();
});

test("the conflict is decided and the merge finished and pushed", async () => {
  await page.getByRole("button", { name: /^poem\.txt changed on both sides$/ }).click();
  const conflicts = page.getByRole("region", { name: "Conflicts in poem.txt" });
  await conflicts.getByText("0 of 1 place decided").waitFor();
  await accessible(page, "the conflicts of a file");
  assert.ok(await button("Save and mark as resolved", conflicts).isDisabled());
  await conflicts.getByLabel("Both, mine first").check();
  await shot("conflict");
  await button("Save and mark as resolved", conflicts).click();
  await conflicts.waitFor({ state: "detached" });
  await page.getByText("All conflicts are decided. Commit to finish the merge.").waitFor();
  await button("Commit merge").click();
  await button("Push 2 commits").click();
  await page.getByRole("button", { name: /Branch main: everything pushed/ }).waitFor();
  assert.equal(await inSlot("cd /tmp/other && git pull -q --ff-only && cat poem.txt"), "one\nmine\ntheirs\nthree\n");
});

test("branches are made and switched, and the terminal's work is seen", async () => {
  await page.getByRole("button", { name: /^Switch branch/ }).click();
  await page.getByLabel(/^Name/).fill("idea");
  await button("Create idea").click();
  await page.getByRole("button", { name: /Branch idea: .*not on the server yet/ }).waitFor();
  await inSlot("git switch -q main && git commit -q --allow-empty -m 'From the terminal'");
  await page.getByRole("button", { name: /Branch main: 1 commit not pushed/ }).waitFor();
  await page.getByText("History", { exact: true }).click();
  await page.getByText("From the terminal").waitFor();
  await accessible(page, "the history");
});

test("a file is dragged into a folder, renamed, cut and pasted", async () => {
  await side("Files").click();
  await inSlot("mkdir -p box/inner && echo deep > box/inner/deep.txt");
  await item("box").waitFor();
  await item("new.txt").dragTo(item("box"));
  await page.getByText("new.txt moved to box").waitFor();
  await unfold("box");
  await page.locator('[data-path="new.txt"]').waitFor({ state: "detached" });
  // Whoever looks at a file is still among the files when its text arrives.
  await item("new.txt").click();
  await page.getByRole("textbox", { name: "Text of box/new.txt" }).waitFor();
  await page.keyboard.press("F2");
  await page.getByLabel(/^Path/).fill("box/renamed.txt");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await item("renamed.txt").waitFor();
  await page.keyboard.press("Control+x");
  await page.getByText("1 file cut: go to a folder and press Ctrl V.").waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Control+v");
  await page.getByText("renamed.txt moved to the workspace").waitFor();
  assert.equal((await inSlot("ls renamed.txt box")).trim(), "renamed.txt\n\nbox:\ninner".trim());
});

test("what was deleted comes back", async () => {
  await item("box").click({ modifiers: ["Control"] });
  await item("poem.txt").click({ modifiers: ["Control"] });
  await page.getByText(/files selected/).waitFor();
  await item("poem.txt").click();
  await item("box").click({ modifiers: ["Control"] });
  await page.keyboard.press("Delete");
  await page.getByText("2 files deleted").waitFor();
  for (const name of ["poem.txt", "box"]) await item(name).waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  for (const name of ["poem.txt", "box"]) await item(name).waitFor();
  assert.equal(await inSlot("cat box/inner/deep.txt"), "deep\n");
  await item("poem.txt").click({ button: "right" });
  await page.getByRole("menu", { name: "Do with files" }).waitFor();
  await accessible(page, "the menu of a file");
  await shot("menu");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
});

test("names that would act are only names", async () => {
  await inSlot("touch 'line\nbreak.txt' \"$(printf 'safe\\342\\200\\256txt.exe')\" '<b onmouseover=bad()>' -- -rf");
  for (const name of ["line␊break.txt", "safe‹202E›txt.exe", "<b onmouseover=bad()>", "-rf"]) await item(name).waitFor();
  await side("Git").click();
  await button("Stage -rf").click();
  await button("Unstage -rf").waitFor();
  await button("Stage line␊break.txt").click();
  await button("Unstage line␊break.txt").waitFor();
  await accessible(page, "hostile names");
  await side("Files").click();
});

test("a folder of 50,000 files is walked", async () => {
  await inSlot("mkdir many && cd many && seq -f 'f%05g.txt' 0 49999 | xargs touch");
  await item("many").waitFor();
  const began = performance.now();
  await item("many").click();
  await item("f00000.txt").waitFor();
  console.log(`first rows of 50,000 after ${Math.round(performance.now() - began)} ms`);
  await page.getByText("Reading a large folder…").waitFor({ state: "detached" });
  console.log(`all of them after ${Math.round(performance.now() - began)} ms`);
  // In one go: letters that are far apart begin a new name.
  await page.getByRole("tree", { name: "Files" }).evaluate((tree) => {
    for (const key of "f49999") tree.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
  await item("f49999.txt").waitFor();
  assert.ok((await page.getByRole("treeitem").count()) < 200, "only the rows in sight are drawn");
  await inSlot("echo x > many/f50000.txt; rm many/f49998.txt");
  await item("f50000.txt").waitFor();
  await item("f49998.txt").waitFor({ state: "detached" });
  await item("f49999.txt").dblclick();
  await writing(page, "many/f49999.txt");
  await page.keyboard.insertText("typed");
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "f49999.txt unsaved" }).waitFor({ state: "detached" });
  assert.equal(await inSlot("cat many/f49999.txt"), "typed");
  await accessible(page, "a folder of 50,000");
  await shot("many");
});

test("closing names what is not committed and not pushed", async () => {
  const asked = [];
  page.on("dialog", (dialog) => (asked.push(dialog.message()), dialog.accept()));
  await button("Close session").click();
  await page.getByText(/This session is closed/).waitFor();
  assert.match(asked[0], /files not committed, 1 commit not pushed/);
  assert.deepEqual(faults, []);
});
