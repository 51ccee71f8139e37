// What a programmer expects of an editor: real language servers in the slot, problems, search, splits, shortcuts; and a
// server in the slot that would script the page.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { accessible, launch, logIn, openPage, server, story, terminalShows, type, visit, watchFor, writing } from "./browser.mjs";
import { eventually, up } from "./carrel.mjs";

/** After this one points again. */
const LOOK_MS = 5_000;

const test = story();
let carrel, browser, context, page, faults, session;

const FILES = {
  "src/main.c": '#include "util.h"\n\nint main(void) {\n  return add(1, 2);\n}\n',
  "src/util.h": "/* Adds two numbers. */\nint add(int a, int b);\n",
  "src/util.c": '#include "util.h"\n\nint add(int a, int b) { return a + b; }\n',
  "tool.py": "import os\n\n\ndef greet(name):\n    return 'hello ' + name\n\n\nprint(greet('you'))\n",
  "top.v": "module top(input clk, output reg q);\n  blink b(.clk(clk));\n  always @(posedge clk) q <= 1'b0;\nendmodule\n",
  "blink.v": "module blink(input clk);\nendmodule\n",
  "notes.rs": "fn main() {}\n",
  "evil.py": `import json, sys
def read():
    length = 0
    while (line := sys.stdin.buffer.readline().strip()):
        length = int(line.split(b':')[1])
    return json.loads(sys.stdin.buffer.read(length)) if length else sys.exit(0)
def say(message):
    data = json.dumps({'jsonrpc': '2.0', **message}).encode()
    sys.stdout.buffer.write(b'Content-Length: %d\\r\\n\\r\\n' % len(data) + data)
    sys.stdout.buffer.flush()
while True:
    asked = read()
    if asked.get('method') == 'initialize':
        say({'id': asked['id'], 'result': {'capabilities': {'hoverProvider': True, 'textDocumentSync': 1}}})
    elif asked.get('method') == 'textDocument/hover':
        text = '**bold** <img src=x onerror="window.bad=1"><form action="https://x"><input></form><a href="javascript:window.bad=1">link</a><style>*{display:none}</style><span class="toast" style="position:fixed">span</span>'
        say({'id': asked['id'], 'result': {'contents': {'kind': 'markdown', 'value': text}}})
    elif 'boom' in json.dumps(asked):
        sys.exit('boom')
    elif 'id' in asked:
        say({'id': asked['id'], 'result': None})
`,
};

const tab = (name) => page.getByRole("button", { name: new RegExp(`^${name.replace(/\./g, "\\.")}( unsaved)?$`), pressed: true }).first();
const tree = (name) => page.getByRole("treeitem", { name, exact: true });
const problems = () => page.getByRole("region", { name: "Problems" });
const status = (name) => page.getByRole("button", { name: `Language server: ${name}`, exact: true });
const text = () => page.locator(".group.focused .cm-content");

async function put(path, content) {
  await page.evaluate(async ([id, name, body]) => fetch(`/s/${id}/raw?path=${encodeURIComponent(name)}`, { method: "PUT", body }), [session, path, content]);
}

async function open(path) {
  await page.keyboard.press("Control+p");
  await page.getByRole("combobox", { name: "Go to file" }).fill(path);
  await page.getByRole("option", { name: path, exact: true }).click();
  await tab(path.split("/").at(-1)).waitFor();
  await writing(page, path);
}

/** Points at something until it is explained: what is drawn anew under the pointer is pointed at again. */
async function explained(target, what, options) {
  const tip = page.locator(".cm-lsp-hover-tooltip");
  await eventually(`an explanation with ${what}`, async () => {
    await page.mouse.move(1, 1);
    await target.hover({ ...options, timeout: LOOK_MS });
    await tip.getByText(what).first().waitFor({ timeout: LOOK_MS });
    return true;
  });
  return tip;
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

test("a session with C, Python and Verilog", async () => {
  await page.getByRole("button", { name: "New repository" }).first().click();
  await page.getByLabel(/^Name/).fill("languages");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "Options… for admin/languages" }).click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await page.getByRole("dialog").getByRole("button", { name: "Open session" }).click();
  await page.waitForURL(/\/ide\/se-/);
  session = new URL(page.url()).pathname.split("/").at(-1);
  await tree("carrel.toml").waitFor();
  await terminalShows(page, "$");
  await type(page, "mkdir -p src; echo made-$((1+1))\n");
  await terminalShows(page, "made-2");
  for (const [path, content] of Object.entries(FILES)) await put(path, content);
  await tree("tool.py").waitFor();
});

test("clangd is started, and says what is wrong", async () => {
  await open("src/main.c");
  await status("clangd").waitFor();
  await text().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("int broken = undeclared_thing;\n");
  await page.locator(".cm-lintRange-error").first().waitFor();
  await page.keyboard.press("Control+Shift+m");
  await problems().getByText(/undeclared_thing/).waitFor();
  await accessible(page, "the IDE with problems");
  await page.keyboard.press("Control+z");
  await problems().getByText(/undeclared_thing/).waitFor({ state: "detached" });
});

test("a definition is a key away, and so is the way back", async () => {
  await text().getByText("add", { exact: false }).last().click();
  await page.keyboard.press("Control+g");
  await page.locator(".cm-panel input").fill("4:11");
  await page.keyboard.press("Enter");
  await page.keyboard.press("F12");
  await page.getByRole("button", { name: /^util\.[ch]$/, pressed: true }).waitFor();
  await page.getByText(/^Line [23], column 5$/).waitFor();
  await page.keyboard.press("Alt+ArrowLeft");
  await writing(page, "src/main.c");
});

test("what is typed is completed", async () => {
  await page.keyboard.press("Control+End");
  await page.keyboard.type("int n = ad");
  await page.keyboard.press("Control+Space");
  await page.locator(".cm-tooltip-autocomplete").getByText(/add/).first().waitFor();
  await accessible(page, "a completion");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
});

test("pylsp checks Python and explains", async () => {
  await open("tool.py");
  await status("pylsp").waitFor();
  await problems().getByText(/'os' imported but unused/).waitFor();
  await explained(text().getByText("greet").last(), /greet\(name\)/);
});

test("Verilog is checked with the other files' modules", async () => {
  await open("top.v");
  await status("verilog-ls").waitFor();
  await text().click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.insertText("  assign q2 = missing_net;\n");
  await problems().getByText(/missing_net/).first().waitFor();
  await page.keyboard.press("Shift+F8");
  await page.getByText(/^Line 2, column/).waitFor();
  await page.keyboard.press("Control+z");
  await problems().getByText(/missing_net/).first().waitFor({ state: "detached" });
});

test("what a task prints leads to its place", async () => {
  await put("carrel.toml", '[tasks.check]\ncommand = ["sh", "-c", "echo src/main.c:3:5: error: made up; false"]\n\n[language-servers.verilog]\ncommand = ["python3", "evil.py"]\n');
  await page.getByRole("tab", { name: "Tasks" }).click();
  await page.getByRole("button", { name: "Run check" }).click();
  await page.getByText("ended with 1").first().waitFor();
  await page.getByRole("button", { name: /^Problems/ }).click();
  await problems().getByRole("button", { name: /made up/ }).click();
  await tab("main.c").waitFor();
  await page.getByText("Line 3, column 5").waitFor();
});

test("a server that ends is started again, visibly, and can script nothing", async () => {
  await status("verilog-ls").click();
  await page.getByRole("button", { name: "Start it anew" }).click();
  await status("python3").waitFor();
  await open("blink.v");
  const tip = await explained(text().locator(".cm-line").first(), "bold", { position: { x: 70, y: 8 } });
  assert.doesNotMatch(await tip.innerHTML(), /img|form|input|href|style|toast|onerror/);
  assert.equal(await page.evaluate(() => window.bad), undefined);
  await text().click();
  const ended = await watchFor(page, "python3 ended, restarting (1)");
  await page.keyboard.insertText("// boom\n");
  await ended();
  await page.keyboard.press("Control+z");
  await status("python3").waitFor();
});

test("all files are searched, and replaced", async () => {
  await page.keyboard.press("Control+Shift+f");
  await page.getByLabel("Search for").fill("add(int");
  await page.getByText("2 matches in 2 files").waitFor();
  await accessible(page, "the search");
  await page.getByRole("button", { name: /int add\(int a, int b\);/ }).click();
  await tab("util.h").waitFor();
  await page.getByLabel("Replace by").fill("plus(int");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Replace all" }).click();
  await page.getByText("Nothing found.").waitFor();
  await page.getByRole("button", { name: "bash", exact: true }).click();
  await type(page, "grep -c 'plus(int' src/util.c src/util.h | sed 's/^/now-/'\n");
  await terminalShows(page, "now-src/util.h:1");
});

test("two columns show one text", async () => {
  await open("src/util.c");
  await page.keyboard.press("Control+\\");
  await page.waitForFunction(() => document.querySelectorAll(".group:not([hidden])").length === 2);
  await writing(page, "src/util.c");
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("// twice");
  await page.waitForFunction(() => [...document.querySelectorAll(".group .cm-content")].filter((it) => it.textContent.startsWith("// twice")).length === 2);
  await accessible(page, "two columns");
  await page.keyboard.press("Control+s");
  await page.getByRole("toolbar", { name: "Open files on the right" }).getByRole("button", { name: "Close src/util.c" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".group:not([hidden])").length === 1);
});

test("settings are kept", async () => {
  await page.keyboard.press("Control+,");
  await page.getByLabel("Text size").selectOption("18");
  await page.getByLabel("Wrap long lines").check();
  await accessible(page, "the settings");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.reload();
  await tree("tool.py").waitFor();
  await open("tool.py");
  await page.locator(".cm-lineWrapping").waitFor();
  assert.equal(await text().evaluate((it) => getComputedStyle(it).fontSize), "18px");
  assert.deepEqual(faults, []);
});
