// Notes of a repository in three browsers: typed together, through a cut line, a killed server and changed access.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { accessible, launch, openPage, story, visit } from "./browser.mjs";
import { eventually, up } from "./carrel.mjs";

const test = story();
const PASSWORD = "correct horse battery";
let carrel, browser, admin, document;
const people = {};

async function call(token, method, body) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${carrel.url}/api/v1/${method}`, { method: "POST", headers, body: JSON.stringify(body) });
  const said = await answer.json();
  assert.ok(answer.ok, `${method}: ${JSON.stringify(said)}`);
  return said;
}

async function person(name, options) {
  await call(admin, "AccountService/CreateUser", { name, role: "ROLE_LEARNER", password: PASSWORD });
  const { token } = await call(undefined, "AuthService/Login", { name, password: PASSWORD });
  const { context, page, faults } = await openPage(browser, options);
  await context.addCookies([{ name: "carrel_token", value: token, url: carrel.url, httpOnly: true, sameSite: "Lax" }]);
  people[name] = { token, context, page, faults, text: page.locator(".notes .cm-content"), state: page.locator(".notes-head .state") };
  return people[name];
}

const shown = (who) => who.text.innerText();
const has = (who, words) => eventually(`${words} in the notes`, async () => (await shown(who)).includes(words));
const says = (who, state) => who.state.filter({ hasText: new RegExp(`^${state}$`) }).waitFor();
const share = (user, access) => call(people.ada.token, "RepositoryService/SetAccess", { path: "ada/demo", user, access });
/** What the server has, whoever shows what. */
async function stored() {
  const { text } = await call(people.ada.token, "DocumentService/ExportDocument", { id: document, form: "FORM_TEXT" });
  return text?.text ?? "";
}

before(async () => {
  carrel = visit(await up({ burst: 0, args: ["--runtime", "process"] }));
  browser = await launch();
  const secret = new URL(carrel.adminLink).searchParams.get("link");
  admin = (await call(undefined, "AuthService/RedeemLink", { secret })).token;
  await person("ada");
  await person("bob", { colorScheme: "dark" });
  await person("rita", { viewport: { width: 390, height: 780 } });
  await call(people.ada.token, "RepositoryService/CreateRepository", { path: "ada/demo", withStarters: true });
});
after(async () => {
  await browser?.close();
  await carrel?.stop();
});

test("two people type in one text and see each other", async () => {
  const { ada, bob } = people;
  await share("bob", "ACCESS_WRITE");
  await ada.page.goto(`${carrel.url}/repositories/ada/demo`);
  await ada.page.getByRole("link", { name: "Notes" }).click();
  await says(ada, "saved");
  document = (await call(ada.token, "NotesService/OpenNotes", { repository: "ada/demo" })).document;
  await bob.page.goto(`${carrel.url}/repositories/ada/demo/notes`);
  await says(bob, "saved");
  await ada.text.click();
  await ada.page.keyboard.insertText("# Plan\n\nAda writes this line.\n");
  await has(bob, "Ada writes this line.");
  await bob.text.click();
  await bob.page.keyboard.press("Control+End");
  await bob.page.keyboard.type("Bob writes that one.");
  await has(ada, "Bob writes that one.");
  await ada.page.locator(".peer-name", { hasText: "bob" }).waitFor({ state: "attached" });
  await bob.page.locator(".peer-name", { hasText: "ada" }).waitFor({ state: "attached" });
  await ada.page.getByRole("button", { name: "bob" }).waitFor();
  await Promise.all([says(ada, "saved"), says(bob, "saved")]);
  assert.equal(await stored(), "# Plan\n\nAda writes this line.\nBob writes that one.");
  await accessible(ada.page, "the notes");
  await accessible(bob.page, "the notes in the dark theme");
});

test("one follows the other to where they are", async () => {
  const { ada, bob } = people;
  await bob.page.keyboard.insertText("\n".repeat(120) + "the far end");
  await eventually("the far end stored", async () => (await stored()).endsWith("the far end"));
  await ada.text.press("Control+Home");
  await ada.page.getByRole("button", { name: "bob", pressed: false }).click();
  await ada.page.getByRole("button", { name: "bob", pressed: true }).waitFor();
  const atEnd = () => ada.page.locator(".notes .cm-scroller").evaluate((it) => it.scrollTop > 500);
  await eventually("Ada's page at the far end", atEnd);
  await ada.text.press("ArrowUp");
  await ada.page.getByRole("button", { name: "bob", pressed: false }).waitFor();
});

test("what is typed while the line is cut is kept and merged", async () => {
  const { ada, bob } = people;
  await bob.context.setOffline(true);
  await bob.page.keyboard.type(" and Bob's offline words");
  await says(bob, "kept on this device");
  await ada.text.press("Control+Home");
  await ada.page.keyboard.insertText("Ada's words meanwhile. ");
  await says(ada, "saved");
  await bob.page.getByText(/No connection/).waitFor();
  await bob.context.setOffline(false);
  await says(bob, "saved");
  // Only what is in sight is on the page.
  await ada.text.press("Control+End");
  await has(ada, "and Bob's offline words");
  const all = await stored();
  assert.ok(all.includes("Ada's words meanwhile. ") && all.includes(" and Bob's offline words"), all);
});

test("a server that is killed loses nothing that was called saved, and gets what was typed meanwhile", async () => {
  const { ada, bob } = people;
  const before = await stored();
  await carrel.kill();
  await ada.text.press("Control+Home");
  await ada.page.keyboard.insertText("typed while it was dead; ");
  await says(ada, "kept on this device");
  await carrel.start();
  await says(ada, "saved");
  await bob.text.press("Control+Home");
  await has(bob, "typed while it was dead; ");
  const now = await stored();
  assert.ok(now.includes("typed while it was dead; "));
  for (const words of before.split("\n").filter(Boolean)) assert.ok(now.includes(words), words);
});

test("what was typed without a line outlives the tab", async () => {
  const { bob } = people;
  await bob.context.setOffline(true);
  await bob.text.press("Control+End");
  await bob.page.keyboard.type(" (in a tab that closes)");
  await says(bob, "kept on this device");
  await bob.page.goto("about:blank");
  await bob.context.setOffline(false);
  await bob.page.goto(`${carrel.url}/repositories/ada/demo/notes`);
  await says(bob, "saved");
  await eventually("the words of the closed tab stored", async () => (await stored()).includes(" (in a tab that closes)"));
});

test("a reader sees and can't type; without access nothing is left", async () => {
  const { ada, rita } = people;
  await share("rita", "ACCESS_READ");
  await rita.page.goto(`${carrel.url}/repositories/ada/demo/notes`);
  await says(rita, "read only");
  await has(rita, "typed while it was dead");
  assert.equal(await rita.text.getAttribute("contenteditable"), "false");
  const before = await stored();
  await rita.text.click();
  await rita.page.keyboard.type("mine");
  await ada.text.press("Control+Home");
  await ada.page.keyboard.insertText("after the reader; ");
  await has(rita, "after the reader; ");
  assert.equal(await stored(), `after the reader; ${before}`);
  await accessible(rita.page, "the notes on a phone");
  // Better rights reach an open page, and so does their end.
  await share("rita", "ACCESS_WRITE");
  await says(rita, "saved");
  assert.equal(await rita.text.getAttribute("contenteditable"), "true");
  await share("rita", "ACCESS_NONE");
  await rita.page.getByRole("alert").filter({ hasText: "no longer yours" }).waitFor();
  assert.equal(await rita.text.count(), 0);
  const kept = () => rita.page.evaluate(async () => (await indexedDB.databases()).filter((it) => it.name.startsWith("carrel.notes.")).length);
  await eventually("nothing kept on the device", async () => (await kept()) === 0);
});

test("nothing went wrong on the way", () => {
  for (const [name, { faults }] of Object.entries(people)) assert.deepEqual(faults, [], name);
});
