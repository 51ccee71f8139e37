// Every page in light, dark and at a phone's width, to be looked at: `node e2e/shots.mjs <folder> [part of a name]`.
// No test: what can't be reached is said and left out.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, logIn, openPage, terminalShows, type, visit } from "./browser.mjs";
import { up } from "./carrel.mjs";

const folder = process.argv[2] ?? "shots";
const wanted = process.argv[3] ?? "";
const LOOKS = [
  { name: "light", colorScheme: "light", width: 1280, height: 800 },
  { name: "dark", colorScheme: "dark", width: 1280, height: 800 },
  { name: "phone", colorScheme: "light", width: 390, height: 844 },
  { name: "phone-dark", colorScheme: "dark", width: 390, height: 844 },
];
mkdirSync(folder, { recursive: true });

const carrel = visit(await up());
const browser = await launch();
const { context, page } = await openPage(browser);
page.setDefaultTimeout(15_000);
const button = (name, inside = page) => inside.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
let missed = 0;
let session;

/** One thing to look at: brings the page there, then takes it in every look. */
async function shot(name, reach, { phone = async () => {}, whole = true } = {}) {
  try {
    await reach?.();
    if (!name.includes(wanted)) return;
    for (const look of LOOKS) {
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await page.setViewportSize({ width: look.width, height: look.height });
      if (look.name === "phone") await phone();
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) console.log(`${name} (${look.name}) is ${wide} px wider than the screen`);
      await page.screenshot({ path: join(folder, `${name}.${look.name}.png`), fullPage: whole });
    }
  } catch (error) {
    missed += 1;
    console.log(`${name}: ${error.message.split("\n")[0]}`);
    await page.screenshot({ path: join(folder, `${name}.missed.png`) }).catch(() => {});
    await page.keyboard.press("Escape");
  } finally {
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 800 });
  }
}
const go = (path, text) => async () => {
  await page.goto(carrel.url + path);
  if (text) await page.getByText(text).first().waitFor();
};
const call = (method, data) => page.request.post(`${carrel.url}/api/v1/${method}`, { data, headers: { origin: carrel.url } });
/** Runs a command in the slot, as another program there would. */
async function inSlot(script) {
  const answer = await page.evaluate(
    async ([id, argv]) => (await fetch(`/s/${id}/api/Run`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ argv }) })).json(),
    [session, ["sh", "-c", script]],
  );
  if (answer.exitCode) console.log(`${script}: ${Buffer.from(answer.stderr ?? "", "base64")}`);
}
const view = (name) => async () => button(name, page.getByRole("navigation", { name: "Views" })).click();
const ide = (name, reach, shown = "Editor") => shot(name, reach, { phone: shown ? view(shown) : undefined, whole: false });
/** What lies over the page leaves nothing else to press. */
const over = (name, reach) => ide(name, reach, "");
const side = (name) => page.getByRole("tab", { name, exact: true }).click();
const item = (name) => page.getByRole("treeitem", { name, exact: true });

async function outside() {
  await shot("login-password", go("/login", "Password"));
  await shot("login-refused", async () => {
    await page.getByLabel("Name").fill("admin");
    await page.getByLabel("Password").fill("wrong");
    await button("Log in").click();
    await page.getByRole("alert").waitFor();
  });
  await shot("login-link", async () => {
    await page.goto(carrel.adminLink);
    await button("Log in with this link").waitFor();
  });
  await logIn(page, carrel.adminLink);
}

async function empty() {
  await shot("repositories-empty", go("/repositories", "Nothing here yet"));
  await shot("sessions-empty", go("/sessions", "No session is open"));
  await shot("admin-sessions-empty", go("/admin/sessions", "Nobody is working"));
  await shot("no-such-repository", go("/repositories/admin/nothing", "Try again"));
  await shot("no-such-session", go("/ide/se-0000000000000000000000", "Open a new one"));
}

async function repositories() {
  await go("/repositories", "Nothing here yet")();
  await shot("dialog-new", async () => {
    await button("Start with blinky").click();
    await dialog().waitFor();
  });
  await button("Create").click();
  await page.waitForURL(/\/repositories\/admin\/blinky$/);
  await page.getByRole("link", { name: "blinky.v", exact: true }).waitFor();
  await call("RepositoryService/CreateRepository", { path: "admin/bare" });
  await call("RepositoryService/CreateRepository", { path: "admin/a-repository-with-a-name-that-is-rather-long-and-goes-on" });
  await shot("dialog-import", async () => {
    await go("/repositories", "admin/blinky")();
    await button("Import…").click();
    await page.getByLabel(/^Address/).fill("git@example.org:a/b.git");
    await page.getByText("https://").first().waitFor();
  });
  await shot("import-failed", async () => {
    await page.getByLabel(/^Address/).fill(`${carrel.url}/git/admin/nothing.git`);
    await page.getByLabel(/^Name here/).fill("lost");
    await button("Import").click();
    await page.locator(".reason.bad").waitFor();
  });
  await shot("repositories", async () => {
    await go("/repositories", "admin/blinky")();
    await page.getByText("Add starter files").first().waitFor();
  });
  await shot("dialog-options", async () => {
    await button("Options… for admin/blinky").click();
    await dialog().waitFor();
  });
  await shot("palette-page", async () => {
    await go("/repositories", "admin/blinky")();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
  });
  await page.keyboard.press("Escape");
  await shot("tree", async () => {
    await go("/repositories/admin/blinky", "Start with blinky")();
    await page.getByRole("article").waitFor();
  });
  await shot("tree-empty", go("/repositories/admin/bare", "git push"));
  await shot("file", async () => {
    await go("/repositories/admin/blinky/file?file=blinky.v")();
    await page.locator(".hl-k").first().waitFor();
  });
  await shot("file-missing", go("/repositories/admin/blinky/file?file=nothing.v", "Try again"));
  await shot("history", go("/repositories/admin/blinky/history", "Start with blinky"));
  await shot("commit", async () => {
    await page.getByRole("link", { name: "Start with blinky" }).first().click();
    await page.getByText(/files? changed/).first().waitFor();
  });
  await shot("notes-page", async () => {
    await go("/repositories/admin/blinky/notes")();
    const text = page.locator('.notes .cm-content[contenteditable="true"]');
    await text.click();
    await page.keyboard.insertText("# Plan\n\nSlow the counter down until the eye can follow it, then try the other pins.\n\n- bit 24 blinks about once a second\n- the board's clock is 12 MHz\n");
  });
}

async function people() {
  for (const [name, role] of [["grace", "ROLE_LEARNER"], ["alan", "ROLE_MENTOR"], ["someone-with-a-long-name", "ROLE_LEARNER"]]) await call("AccountService/CreateUser", { name, role });
  await call("AccountService/SetUserDisabled", { name: "alan", disabled: true });
  await shot("admin-users", go("/admin/users", "grace"));
  await shot("dialog-user", async () => {
    await button("New user").click();
    await dialog().waitFor();
  });
  await shot("dialog-login-link", async () => {
    await page.keyboard.press("Escape");
    await button("Login link for grace").click();
    await page.getByText("It works once").waitFor();
  });
  await call("RepositoryService/SetAccess", { path: "admin/blinky", user: "grace", access: "ACCESS_WRITE" });
  await shot("repository-settings", go("/repositories/admin/blinky/settings", "grace"));
  await shot("account", go("/account", "this one"));
  await shot("dialog-token", async () => {
    await button("New token").click();
    await page.getByLabel("What it is for").fill("laptop");
  });
  await shot("token-made", async () => {
    await button("Create token").click();
    await page.getByRole("textbox", { name: "The token" }).waitFor();
  });
  await shot("account-token", async () => {
    await button("Done").click();
    await page.getByText("never used").waitFor();
  });
  await shot("admin-nodes", go("/admin", "burst"));
  await shot("dialog-quarantine", async () => {
    await page.getByRole("button", { name: /^Quarantine no-/ }).click();
    await page.getByLabel(/^Why/).fill("loses sessions");
  });
  await shot("admin-quarantined", async () => {
    await button("Quarantine").click();
    await page.getByText("In quarantine: loses sessions").waitFor();
  });
  await shot("no-slot-free", async () => {
    await go("/repositories", "admin/blinky")();
    await button("Open session on admin/blinky").click();
    await page.locator(".toast").first().waitFor();
  });
  await go("/admin", "In quarantine")();
  await page.getByRole("button", { name: /^Lift quarantine/ }).click();
  await page.getByText("In quarantine: loses sessions").waitFor({ state: "detached" });
}

async function sessions() {
  await go("/repositories", "admin/blinky")();
  await button("Options… for admin/blinky").click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await button("Open session", dialog()).click();
  await page.waitForURL(/\/ide\/se-/);
  session = new URL(page.url()).pathname.split("/").at(-1);
  await ide("ide-preparing");
  await item("blinky.v").waitFor({ timeout: 60_000 });
  await terminalShows(page, "$");
  await ide("ide-welcome");
  await ide("ide-files", undefined, "Files");
  await ide("ide-editor", async () => {
    await item("blinky.v").click();
    await page.locator(".cm-content").first().waitFor();
    await type(page, "ls --color=always -la; printf '\\033[31mred \\033[32mgreen \\033[33myellow \\033[34mblue \\033[35mmagenta \\033[36mcyan\\033[0m\\n'\n");
    await terminalShows(page, "cyan");
    await page.locator(".cm-content").first().click();
  });
  await ide("ide-terminal", undefined, "Terminal");
  await ide("ide-unsaved", async () => {
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("// more to come\n");
    await page.getByRole("img", { name: "unsaved" }).waitFor();
  });
  await page.keyboard.press("Control+s");
  await ide("ide-split", async () => {
    await page.keyboard.press("Control+\\");
    await item("carrel.toml").click();
    await page.getByText("[tasks", { exact: false }).first().waitFor();
  });
  await ide("ide-search-panel", async () => {
    await page.locator(".group.focused .cm-content").click();
    await page.keyboard.press("Control+f");
    await page.locator(".cm-search").waitFor();
  });
  await page.getByRole("textbox", { name: "Find" }).focus();
  await page.keyboard.press("Escape");
  await page.locator(".cm-search").waitFor({ state: "detached" });
  await ide("ide-find-all", async () => {
    await page.keyboard.press("Control+Shift+f");
    await page.getByRole("textbox", { name: "Search" }).first().fill("clk");
    await page.keyboard.press("Enter");
    await page.locator(".foundline").first().waitFor();
  }, "Files");
  await over("ide-palette", async () => {
    await page.keyboard.press("F1");
    await page.getByRole("combobox").waitFor();
  });
  await page.keyboard.press("Escape");
  await over("ide-settings", async () => {
    await page.keyboard.press("Control+,");
    await dialog().waitFor();
  });
  await page.keyboard.press("Escape");
  await over("ide-file-menu", async () => {
    await side("Files");
    await item("blinky.v").click({ button: "right" });
    await page.getByRole("menu").waitFor();
  });
  await page.keyboard.press("Escape");
  await over("ide-new-file", async () => {
    await button("New file").click();
    await dialog().waitFor();
  });
  await page.keyboard.press("Escape");
}

async function work() {
  await ide("ide-tasks", async () => {
    await side("Tasks");
    await page.getByRole("button", { name: /^Run / }).first().waitFor();
  }, "Files");
  await inSlot("printf 'all:\\n\\t@echo blinky.v:3: warning: implicit definition of wire led; echo sub/gone.v:9: error: syntax error; printf bits > out.bin; false\\n' > Makefile; printf '\\n[tasks.make]\\ndescription = \"makes\"\\ncommand = [\"make\"]\\nartefacts = [\"out.bin\"]\\n' >> carrel.toml");
  await ide("ide-task-failed", async () => {
    await button("Run make").click();
    await page.getByText(/ended with/).first().waitFor();
  }, "Terminal");
  await ide("ide-artefact", async () => {
    await side("Tasks");
    await page.getByRole("link", { name: "Download" }).first().waitFor();
  }, "Files");
  await ide("ide-board", async () => {
    await button("To the board…").first().click();
    await page.locator(".board").waitFor();
  }, "Files");
  await ide("ide-problems", async () => {
    await page.keyboard.press("Control+Shift+m");
    await page.locator(".problems").waitFor();
  }, "Terminal");
  await ide("ide-notes", async () => {
    await side("Notes");
    await page.locator(".notes .cm-content").waitFor();
  }, "Files");
  await ide("ide-port", async () => {
    await inSlot("cd /tmp && (setsid python3 -m http.server --bind 127.0.0.1 8000 >/dev/null 2>&1 </dev/null &)");
    await page.getByRole("link", { name: /^Preview port 8000/ }).waitFor();
  });
  await inSlot("printf 'one\\ntwo\\nthree\\n' > poem.txt; git add -A; git commit -qm 'A poem'; git push -q; printf 'one\\nTWO\\nthree\\n' > poem.txt; echo x > new.txt; git add new.txt");
  await ide("ide-git", async () => {
    await side("Git");
    await page.getByText("poem.txt").first().waitFor();
  }, "Files");
  await ide("ide-diff", async () => {
    await page.getByRole("button", { name: /^poem\.txt changed$/ }).click();
    await page.getByRole("region", { name: "Changes of poem.txt" }).getByText("TWO").first().waitFor();
  });
  await inSlot("rm -f new.txt; git reset -q --hard; rm -rf /tmp/o; git clone -q \"$(git remote get-url origin)\" /tmp/o && cd /tmp/o && printf 'one\\ntheirs\\nthree\\n' > poem.txt && git commit -qam Theirs && git push -q");
  await inSlot("printf 'one\\nmine\\nthree\\n' > poem.txt && git commit -qam Mine");
  await ide("ide-push-refused", async () => {
    await button("Push 1 commit").click();
    await page.getByText(/pull first/).waitFor();
  }, "Files");
  await ide("ide-merge", async () => {
    await button("Pull now").click();
    await page.getByText(/A merge is under way/).waitFor();
  }, "Files");
  await ide("ide-conflict", async () => {
    await page.getByRole("button", { name: /^poem\.txt changed on both sides$/ }).click();
    await page.getByText("0 of 1 place decided").waitFor();
  });
  await inSlot("git merge --abort");
}

async function trouble() {
  await ide("ide-changed-outside", async () => {
    await page.goto(`${carrel.url}/ide/${session}`);
    await item("poem.txt").click();
    await page.getByRole("textbox", { name: "Text of poem.txt" }).click();
    await page.keyboard.insertText("typed ");
    await inSlot("echo outside >> poem.txt");
    await page.getByText("changed on the disk while").waitFor();
  });
  await ide("ide-binary", async () => {
    await inSlot("head -c 3000 /dev/urandom > noise.dat; truncate -s 80M huge.log");
    await item("noise.dat").click();
    await page.locator(".group.focused .welcome, .group.focused .bar").first().waitFor();
  });
  await ide("ide-huge", async () => {
    await item("huge.log").click();
    await page.getByText("larger than 8 MB").waitFor();
  });
  await ide("ide-offline", async () => {
    await context.setOffline(true);
    await page.getByText(/Not connected for|Reconnecting/).first().waitFor();
  });
  await context.setOffline(false);
  await page.getByText(/Not connected for|Reconnecting/).first().waitFor({ state: "detached" });
  await shot("sessions", go("/sessions", "blinky"));
  await shot("admin-sessions", go("/admin/sessions", "blinky"));
  await shot("preview-nothing", async () => {
    await page.goto(carrel.url.replace("127.0.0.1", `9999-${session}.localhost`));
  });
  await shot("preview-strange", async () => {
    await page.goto(carrel.url.replace("127.0.0.1", "9999-se-0000000000000000000000.localhost"));
  });
  await call("SessionService/CloseSession", { id: session, reason: "the lesson is over" });
  await ide("ide-closed", go(`/ide/${session}`, "This session is closed"));
  await shot("sessions-closed", async () => {
    await go("/sessions", "No session is open")();
    await page.getByText("Show closed ones").click();
    await page.getByText("the lesson is over").waitFor();
  });
  await carrel.kill();
  await shot("server-away", () => page.getByText("The server can't be reached").first().waitFor());
}

try {
  for (const part of [outside, empty, repositories, people, sessions, work, trouble]) {
    await part().catch((error) => {
      missed += 1;
      console.log(`${part.name} ended early: ${error.message.split("\n").slice(0, 3).join(" ")}`);
      return page.screenshot({ path: join(folder, `${part.name}.missed.png`) });
    });
  }
} finally {
  await browser.close();
  await carrel.stop();
}
console.log(`in ${folder}; ${missed} missed`);
