// What goes wrong in a day of work: a dead line, a master and a node that are killed, a second tab, an admin who closes
// the session, a login that ends. Nothing typed is lost, nothing happens twice, and the page says what is going on.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { accessible, launch, logIn, openPage, story, terminalShows, type, visit } from "./browser.mjs";
import { rack } from "./carrel.mjs";
import { line } from "./line.mjs";

/** A dead line is noticed by a call's deadline of 20 s, and then lasts until the page says more than 90 s. */
const CUT_MS = 180_000;

const test = story();
let carrel, through, browser, context, page, session;

before(async () => {
  carrel = await rack({ burst: 2 });
  through = visit(await line(carrel));
  browser = await launch();
  ({ context, page } = await openPage(browser));
  await logIn(page, through.url + carrel.adminLink.slice(carrel.url.length));
});
after(async () => {
  await browser?.close();
  through?.close();
  await carrel?.stop();
});

async function once(text) {
  const shown = await terminalShows(page, text);
  const lines = shown.split("\n").filter((it) => it.trim() === text);
  assert.equal(lines.length, 1, shown);
}

async function openSession(name) {
  await page.goto(`${through.url}/repositories`);
  await page.getByRole("button", { name: "New repository" }).first().click();
  await page.getByLabel(/^Name/).fill(name);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: `Options… for admin/${name}` }).click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await page.getByRole("dialog").getByRole("button", { name: "Open session" }).click();
  await page.waitForURL(/\/ide\/se-/);
  await page.getByRole("treeitem", { name: "carrel.toml" }).waitFor();
  await terminalShows(page, "$");
  return new URL(page.url()).pathname.split("/").at(-1);
}

async function append(text) {
  await page.getByRole("textbox", { name: "Text of carrel.toml" }).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(text);
}

test("a line that is dead for 90 seconds loses nothing", async () => {
  session = await openSession("faults");
  await page.getByRole("treeitem", { name: "carrel.toml" }).click();
  await page.getByRole("textbox", { name: "Text of carrel.toml" }).waitFor();
  through.cut();
  await type(page, "echo typed-$((1+1))-into-the-void\n");
  await append("\n# written without a line\n");
  await page.getByText(/Not connected for 2 min/).waitFor({ timeout: CUT_MS });
  assert.equal(await page.getByRole("dialog").count(), 0, "no window in the way");
  through.mend();
  await once("typed-2-into-the-void");
  await page.getByText(/Not connected for/).waitFor({ state: "detached" });
  await page.keyboard.press("Control+s");
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
  await type(page, "tail -n 1 carrel.toml | sed s/^/saved-/\n");
  await once("saved-# written without a line");
});

test("the master is killed and comes back", async () => {
  await type(page, "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo count-$i; sleep 0.05; done; echo all-$((200+0))\n");
  await terminalShows(page, "count-3");
  await carrel.killMaster();
  await append("# written without a master\n");
  await page.getByRole("img", { name: "unsaved" }).waitFor();
  await page.getByText(/Not connected for|Reconnecting/).first().waitFor();
  await carrel.startMaster();
  await once("all-200");
  await page.getByText(/Not connected for|Reconnecting/).first().waitFor({ state: "detached" });
  await page.keyboard.press("Control+s");
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
});

test("the node's daemon is killed and comes back", async () => {
  await carrel.killNode();
  await type(page, "echo while-$((2+2))-away\n");
  await carrel.startNode();
  await once("while-4-away");
});

test("two tabs share files and terminals", async () => {
  const other = await context.newPage();
  await other.goto(page.url());
  await terminalShows(other, "while-4-away");
  await other.getByRole("treeitem", { name: "carrel.toml" }).click();
  await other.getByText("# written without a master").waitFor();
  await append("# from the first tab\n");
  await page.keyboard.press("Control+s");
  await other.getByText("# from the first tab").waitFor();
  await type(other, "echo from-$((1+1))-tabs\n");
  await once("from-2-tabs");
  await other.close();
});

test("a login is renewed before it ends, and terminals go on", async () => {
  const token = async () => (await context.cookies(through.url)).find((it) => /carrel_token$/.test(it.name))?.value;
  const before = await token();
  await page.clock.install();
  await page.reload();
  await terminalShows(page, "from-2-tabs");
  const renewed = page.waitForResponse((answer) => answer.url().endsWith("/AuthService/Renew"));
  await page.clock.fastForward("01:05:00");
  assert.equal((await renewed).status(), 200);
  await page.clock.resume();
  assert.notEqual(await token(), before);
  await type(page, "echo renewed-$((3+3))\n");
  await once("renewed-6");
});

test("a login that ended can be made again without losing what is typed", async () => {
  await page.getByRole("treeitem", { name: "carrel.toml" }).click();
  await append("# typed by somebody unknown\n");
  await context.clearCookies();
  await page.getByText("You were logged out").waitFor();
  const again = await context.newPage();
  await logIn(again, through.url + (await carrel.link()).slice(carrel.url.length));
  await again.close();
  await page.getByText("You were logged out").waitFor({ state: "detached" });
  await page.keyboard.press("Control+s");
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
});

test("a session that an admin closes says by whom and why", async () => {
  await append("# never saved\n");
  await page.getByRole("img", { name: "unsaved" }).waitFor();
  const call = async (method, data) => (await page.request.post(`${through.url}/api/v1/AccountService/${method}`, { data, headers: { origin: through.url } })).json();
  await call("CreateUser", { name: "grace", role: "ROLE_ADMIN" });
  const link = new URL((await call("CreateLoginLink", { name: "grace" })).url);
  const other = await openPage(browser);
  await logIn(other.page, through.url + link.pathname + link.search);
  await other.page.goto(`${through.url}/admin/sessions`);
  await other.page.getByRole("button", { name: "Close the session of admin on admin/faults" }).click();
  const form = other.page.getByRole("dialog", { name: "Close the session of admin" });
  await accessible(other.page, "the end of somebody's session");
  await form.getByLabel(/^Reason/).fill("the lesson is over");
  await form.getByRole("button", { name: "Close session" }).click();
  await page.getByText(/This session is closed.*by grace.*the lesson is over/).waitFor();
  await page.getByText("# never saved").waitFor();
  await other.context.close();
});
