// A slot that tries to act on the website: by files, by what it prints, by what its tasks make and say. All of it stays data.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { accessible, launch, logIn, openPage, server, story, terminalShows, type, visit } from "./browser.mjs";
import { eventually, up } from "./carrel.mjs";

const test = story();
const LINE_CHARS = 1_000_000;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.bad=1"><script>window.bad=1;fetch('/api/v1/AuthService/WhoAmI')</script><text>drawn</text></svg>`;
let carrel, browser, context, page, faults, session;

const item = (name) => page.getByRole("treeitem", { name, exact: true });
const side = (name) => page.getByRole("tab", { name, exact: true });
const rawOf = (path) => `${server}/s/${session}/raw?path=${encodeURIComponent(path)}`;
const untouched = async (what) => assert.equal(await page.evaluate(() => window.bad), undefined, `${what} ran a script`);

/** Runs a command in the slot, as any program there may. */
async function inSlot(script) {
  const answer = await page.evaluate(
    async ([id, argv]) => (await fetch(`/s/${id}/api/Run`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ argv }) })).json(),
    [session, ["sh", "-c", script]],
  );
  const text = (bytes) => Buffer.from(bytes ?? "", "base64").toString();
  assert.equal(answer.exitCode ?? 0, 0, `${script}: ${answer.message ?? ""} ${text(answer.stderr)}`);
}
const write = (path, text) => inSlot(`printf %s ${Buffer.from(text).toString("base64")} | base64 -d > '${path}'`);

/** An answer that no browser shows as a page of the website. */
function harmless(answer) {
  const headers = answer.headers();
  assert.equal(answer.status(), 200);
  assert.equal(headers["content-type"], "application/octet-stream");
  assert.match(headers["content-disposition"], /^attachment/);
  assert.match(headers["content-security-policy"], /sandbox/);
  assert.equal(headers["x-content-type-options"], "nosniff");
}

before(async () => {
  carrel = visit(await up());
  browser = await launch();
  ({ context, page, faults } = await openPage(browser));
  await logIn(page, carrel.adminLink);
});
after(async () => {
  await browser?.close();
  await carrel?.stop();
});

test("a session on a repository", async () => {
  await page.getByRole("button", { name: "New repository" }).first().click();
  await page.getByLabel(/^Name/).fill("hostile");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "Options… for admin/hostile" }).click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await page.getByRole("dialog").getByRole("button", { name: "Open session" }).click();
  await page.waitForURL(/\/ide\/se-/);
  session = new URL(page.url()).pathname.split("/").at(-1);
  await item("carrel.toml").waitFor();
  await terminalShows(page, "$");
});

test("a picture with a script is text here, and a download at its own address", async () => {
  await write("evil.svg", SVG);
  await item("evil.svg").click();
  await page.locator(".group.focused .cm-content").getByText("window.bad=1;fetch").waitFor();
  harmless(await page.request.get(rawOf("evil.svg")));
  const direct = await context.newPage();
  const [download] = await Promise.all([direct.waitForEvent("download"), direct.goto(rawOf("evil.svg")).catch(() => {})]);
  assert.equal(download.suggestedFilename(), "evil.svg");
  await direct.close();
  // Whoever makes the website itself show it, in a frame or an object, gets nothing either.
  const shown = await page.evaluate(async (address) => {
    const frame = document.createElement("iframe");
    frame.src = address;
    document.body.append(frame);
    const settled = new Promise((done) => frame.addEventListener("load", done, { once: true }));
    await Promise.race([settled, new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))]);
    let inside = "";
    try {
      inside = frame.contentDocument?.documentElement?.textContent ?? "";
    } catch {
      // Another origin: out of reach, as it should be.
    }
    frame.remove();
    return inside;
  }, rawOf("evil.svg"));
  assert.doesNotMatch(shown, /drawn/);
  await untouched("the picture");
});

test("a line of a megabyte is opened, changed and saved", async () => {
  await inSlot(`head -c ${LINE_CHARS} /dev/zero | tr '\\0' x > long.txt; echo >> long.txt; echo tail >> long.txt`);
  await item("long.txt").click();
  await page.getByRole("textbox", { name: "Text of long.txt" }).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("changed");
  await page.getByRole("img", { name: "unsaved" }).waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("img", { name: "unsaved" }).waitFor({ state: "detached" });
  await type(page, "tail -n 1 long.txt | sed s/^/end-/; wc -c < long.txt | sed s/^/size-/\n");
  await terminalShows(page, `size-${LINE_CHARS + "\ntail\nchanged".length}`);
  await terminalShows(page, "end-changed");
});

test("what is no text is offered as a download", async () => {
  await inSlot("head -c 5000 /dev/zero > noise.dat");
  await item("noise.dat").click();
  await page.getByText("noise.dat: not text").waitFor();
  await accessible(page, "a file that is no text");
});

test("escape sequences reach neither title nor clipboard, and type nothing", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  const title = await page.title();
  const steal = Buffer.from("rm -rf ~").toString("base64");
  await write("escapes.sh", [
    String.raw`printf '\033]0;;touch pwned;\007\033]2;Log in again\007'`,
    String.raw`printf '\033]52;c;${steal}\007\033]52;c;?\007'`,
    // Reports that terminals have answered with text of the asker's choice: title, icon, settings.
    String.raw`printf '\033[21t\033[20t\033P$q;touch pwned;\033\\'`,
    "read -r -t 2 -n 300 answer",
    'case "$answer" in *pwned*|*Log*|*rm*) echo "typed-by-itself";; *) echo "nothing-$((1+1))-typed";; esac',
  ].join("\n"));
  await type(page, "clear; bash escapes.sh\n");
  const shown = await terminalShows(page, "nothing-2-typed");
  assert.doesNotMatch(shown, /typed-by-itself/);
  assert.equal(await page.title(), title);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "mine");
  // What came unread is now in the shell's line; it must name no file that exists.
  await page.keyboard.press("Control+c");
  await type(page, "ls pwned 2>&1 | sed s/^/ls-/\n");
  await terminalShows(page, "No such file");
});

test("links that a slot prints do not run, and lead away only when asked", async () => {
  const asked = [];
  const opened = [];
  page.on("dialog", (dialog) => (asked.push(dialog.message()), dialog.dismiss()));
  context.on("page", (it) => opened.push(it.url()));
  await write("links.sh", [
    "clear",
    String.raw`printf '\033]8;;javascript:window.bad=1\033\\press-this-one\033]8;;\033\\\n'`,
    String.raw`printf '\033]8;;data:text/html,<script>opener.bad=1</script>\033\\press-that-one\033]8;;\033\\\n'`,
    String.raw`printf '\033]8;;https://elsewhere.invalid/\033\\press-the-last\033]8;;\033\\\n'`,
  ].join("\n"));
  await type(page, "sh links.sh\n");
  await terminalShows(page, "press-the-last");
  const row = (text) => page.locator(".screen:not([hidden]) .xterm-rows > div").filter({ hasText: text }).last();
  for (const text of ["press-this-one", "press-that-one", "press-the-last"]) {
    await row(text).hover({ position: { x: 30, y: 6 }, force: true });
    // A link is one as soon as the pointer says so; the others never are.
    if (text === "press-the-last") await page.locator(".screen:not([hidden]) .xterm-cursor-pointer").waitFor();
    await row(text).click({ position: { x: 30, y: 6 }, force: true });
  }
  await eventually("the question before a link", async () => asked.length > 0);
  await untouched("a link");
  assert.deepEqual(opened, []);
  assert.equal(asked.length, 1, asked.join("\n"));
  assert.match(asked[0], /elsewhere\.invalid/, "only a plain address may even be asked about");
  assert.equal(await page.locator('a[href^="javascript:"], a[href^="data:"]').count(), 0);
  page.removeAllListeners("dialog");
});

test("a flood of output leaves the page alive", async () => {
  await type(page, "clear; yes '<img src=x onerror=window.bad=1>' | head -c 5000000; printf '\\033[999999999;999999999H\\033[2147483647X\\033[0m'; clear; echo flood-$((1+1))-over\n");
  await terminalShows(page, "flood-2-over");
  await untouched("the flood");
});

test("a task's words and its artefact are data, and the page that it made is a download", async () => {
  await write("page.html", "<!doctype html><script>window.bad=1;fetch('/api/v1/AuthService/WhoAmI')</script>");
  await write("carrel.toml", `[tasks.make]
description = "<img src=x onerror=window.bad=1>"
command = ["sh", "-c", "echo '<b onmouseover=bad>x</b>.v:3: error: <script>window.bad=1</script>'; cp page.html made.html"]
artefacts = ["made.html"]
`);
  await side("Tasks").click();
  await page.getByText("<img src=x onerror=window.bad=1>").first().waitFor();
  await page.getByRole("button", { name: "Run make" }).click();
  await page.getByText("ended", { exact: true }).waitFor();
  const link = page.getByRole("complementary", { name: "Workspace" }).getByRole("link", { name: "Download" });
  await link.waitFor();
  const address = new URL(await link.getAttribute("href"), server).href;
  harmless(await page.request.get(address));
  const direct = await context.newPage();
  await Promise.all([direct.waitForEvent("download"), direct.goto(address).catch(() => {})]);
  await direct.close();
  await untouched("the task");
  await accessible(page, "a hostile task");
});

test("pushed to the repository it is no more than text there", async () => {
  await inSlot("git add -A && git commit -qm '<script>window.bad=1</script>' && git push -q");
  const repository = await context.newPage();
  await repository.goto(`${server}/repositories/admin/hostile/file?file=evil.svg`);
  await repository.getByText("window.bad=1;fetch").first().waitFor();
  assert.equal(await repository.locator("svg script, object, embed, iframe").count(), 0);
  harmless(await repository.request.get(new URL(await repository.getByRole("link", { name: "Download" }).getAttribute("href"), server).href));
  await repository.goto(`${server}/repositories/admin/hostile/file?file=long.txt`);
  await repository.getByRole("link", { name: "Download" }).waitFor();
  await repository.goto(`${server}/repositories/admin/hostile/history`);
  await repository.getByRole("link", { name: "<script>window.bad=1</script>" }).waitFor();
  assert.equal(await repository.evaluate(() => window.bad), undefined);
  await repository.close();
});

test("another website can't use the login, nor put this one into a frame", async () => {
  const elsewhere = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html><title>elsewhere</title>")).listen(0, "127.0.0.1");
  await new Promise((ready) => elsewhere.once("listening", ready));
  // Another name of this machine is another site for the browser.
  const other = await context.newPage();
  await other.goto(`http://localhost:${elsewhere.address().port}/`);
  const answers = await other.evaluate(async ([at, id]) => {
    const said = async (path, options) => fetch(at + path, { credentials: "include", mode: "no-cors", ...options }).then((it) => it.type, () => "refused");
    const socket = new Promise((done) => {
      const it = new WebSocket(`${at.replace("http", "ws")}/s/${id}/watch`);
      it.onopen = () => done("open");
      it.onerror = () => done("refused");
    });
    return { close: await said("/api/v1/SessionService/CloseSession", { method: "POST", body: JSON.stringify({ id }) }), socket: await socket };
  }, [server, session]);
  assert.equal(answers.socket, "refused");
  const still = await page.request.post(`${server}/api/v1/SessionService/GetSession`, { data: { id: session }, headers: { origin: server } });
  assert.equal((await still.json()).state, "SESSION_STATE_READY", "nobody closed it");
  const head = (await page.request.get(`${server}/sessions`)).headers();
  assert.match(head["content-security-policy"], /frame-ancestors 'none'/);
  await other.close();
  elsewhere.close();
  // That the picture is not framed is what the policy says on the console.
  assert.deepEqual(faults.filter((it) => !/frame-src|Framing|download/i.test(it)), []);
});
