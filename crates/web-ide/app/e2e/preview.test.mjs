// A program in the slot, seen at an origin of its own: pages, websockets, its own cookies; and nothing of ours.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { accessible, fits, launch, logIn, openPage, story, terminalShows, type, visit, watchFor } from "./browser.mjs";
import { up } from "./carrel.mjs";

const test = story();
let carrel, browser, context, page, preview, session;

/** Serves its request's head as text, a page that tries to reach the website, and an echo over a websocket. */
const SERVER = String.raw`
import base64, hashlib, http.server, json
class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *_): pass
    def do_GET(self):
        if self.headers.get('upgrade') == 'websocket':
            key = self.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
            self.send_response(101)
            self.send_header('connection', 'upgrade')
            self.send_header('upgrade', 'websocket')
            self.send_header('sec-websocket-accept', base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
            self.end_headers()
            head = self.rfile.read(2)
            mask = self.rfile.read(4)
            text = bytes(b ^ mask[i % 4] for i, b in enumerate(self.rfile.read(head[1] & 127)))
            self.wfile.write(bytes([0x81, len(text)]) + text)
            self.close_connection = True
            return
        body = json.dumps({'path': self.path, 'headers': {k.lower(): v for k, v in self.headers.items()}}).encode()
        if self.path == '/':
            body = b'<!doctype html><title>mine</title><h1>from the slot</h1>'
        self.send_response(200)
        self.send_header('content-type', 'text/html' if self.path == '/' else 'application/json')
        self.send_header('set-cookie', 'own=1; Path=/; Domain=localhost')
        self.send_header('set-cookie', 'carrel_token=stolen; Path=/')
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(('127.0.0.1', 8000), Server).serve_forever()
`;

before(async () => {
  carrel = visit(await up());
  browser = await launch();
  ({ context, page } = await openPage(browser));
  await logIn(page, carrel.adminLink);
});
after(async () => {
  await browser?.close();
  await carrel?.stop();
});

test("a port that is open is linked", async () => {
  await page.getByRole("button", { name: "New repository" }).first().click();
  await page.getByLabel(/^Name/).fill("served");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "Options… for admin/served" }).click();
  await page.getByLabel(/^Slot/).selectOption("SLOT_CLASS_BURST");
  await page.getByRole("dialog").getByRole("button", { name: "Open session" }).click();
  await page.waitForURL(/\/ide\/se-/);
  session = new URL(page.url()).pathname.split("/").at(-1);
  await page.getByRole("treeitem", { name: "carrel.toml" }).waitFor();
  await terminalShows(page, "$");
  await page.evaluate(
    async ([id, text]) => fetch(`/s/${id}/raw?path=server.py`, { method: "PUT", body: text }),
    [session, SERVER],
  );
  await type(page, "python3 server.py &\n");
  await page.getByRole("link", { name: "Preview port 8000 python3" }).waitFor();
  await accessible(page, "the IDE with a port");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Terminal" }).click();
  await page.getByRole("link", { name: "Preview port 8000 python3" }).waitFor();
  await fits(page, "a port on a phone");
  await accessible(page, "a port on a phone");
  await page.setViewportSize({ width: 1280, height: 800 });
});

test("its page is shown at an origin of its own", async () => {
  [preview] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: "Preview port 8000 python3" }).click()]);
  await preview.getByRole("heading", { name: "from the slot" }).waitFor();
  const at = new URL(preview.url());
  assert.equal(at.hostname, `8000-${session}.localhost`);
  assert.equal(at.pathname + at.search, "/", "the code is gone from the address");
});

test("the program sees nothing of ours, and keeps its own cookie", async () => {
  const { headers } = await preview.evaluate(async () => (await fetch("/headers")).json());
  assert.equal(headers.host, "localhost:8000");
  assert.equal(headers.cookie, "own=1");
  assert.match(headers["x-forwarded-host"], new RegExp(`^8000-${session}\\.localhost:\\d+$`));
  const names = (await context.cookies(preview.url())).map((it) => it.name).sort();
  assert.deepEqual(names, ["carrel_preview", "own"], "no cookie of ours was set by the slot");
  assert.equal(await preview.evaluate(() => document.cookie), "own=1");
});

test("a websocket passes", async () => {
  const said = await preview.evaluate(
    () => new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://${location.host}/echo`);
      socket.onopen = () => socket.send("hello");
      socket.onmessage = (event) => resolve(event.data);
      socket.onerror = () => reject(new Error("refused"));
    }),
  );
  assert.equal(said, "hello");
});

test("its scripts reach neither the website nor another port", async () => {
  const tries = await preview.evaluate(
    async ([site, other]) => {
      const attempt = async (url, options) => {
        try {
          const answer = await fetch(url, { credentials: "include", ...options });
          return answer.type === "opaque" ? "opaque" : `${answer.status} ${await answer.text()}`;
        } catch {
          return "blocked";
        }
      };
      return [
        await attempt(`${site}/api/v1/AuthService/WhoAmI`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }),
        await attempt(`${site}/api/v1/AuthService/WhoAmI`, { method: "POST", mode: "no-cors", body: "{}" }),
        await attempt(other),
      ];
    },
    [carrel.url, `http://9000-${session}.localhost:${new URL(carrel.url).port}/`],
  );
  assert.equal(tries[0], "blocked");
  assert.ok(["blocked", "opaque"].includes(tries[1]), tries[1]);
  assert.equal(tries[2], "blocked");
  const opened = await preview.evaluate(async (site) => {
    const frame = document.createElement("iframe");
    frame.src = `${site}/sessions`;
    document.body.append(frame);
    await new Promise((done) => (frame.onload = done));
    try {
      return frame.contentDocument ? "readable" : "closed";
    } catch {
      return "closed";
    }
  }, carrel.url);
  assert.equal(opened, "closed");
});

test("a port where nothing listens says so, looks again, and is announced when something does", async () => {
  const empty = await context.newPage();
  await empty.goto(`${carrel.url}/preview/9000-${session}`);
  await empty.getByRole("heading", { name: "Nothing answers on port 9000 yet" }).waitFor();
  assert.doesNotMatch(await empty.locator("main").innerText(), /os error/, "said in plain words");
  await accessible(empty, "the page of a port without a program");
  const told = await watchFor(page, "python3 listens on port 9000");
  await type(page, "sed s/8000/9000/ server.py | python3 - &\n");
  await told();
  await empty.getByRole("heading", { name: "from the slot" }).waitFor();
  await empty.close();
});

test("a stranger is led to the login page, another user to nothing", async () => {
  const stranger = await openPage(browser);
  await stranger.page.goto(`http://8000-${session}.localhost:${new URL(carrel.url).port}/`);
  await stranger.page.getByLabel("Password").waitFor();
  assert.equal(new URL(stranger.page.url()).pathname, "/login");
  const fetched = await stranger.page.request.get(`http://127.0.0.1:${new URL(carrel.url).port}/`, { headers: { host: `8000-${session}.localhost`, "sec-fetch-mode": "cors" } });
  assert.equal(fetched.status(), 401);
  await stranger.context.close();
});

test("logging out ends it", async () => {
  await page.goto(`${carrel.url}/account`);
  await page.getByRole("button", { name: "Log out everywhere" }).click();
  await page.getByLabel("Name").waitFor();
  await preview.goto(preview.url());
  await preview.getByLabel("Password").waitFor();
});
