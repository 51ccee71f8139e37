// A Carrel of a story's own: on loopback, its state in a temporary folder, gone when the story ends.
// CARREL_BIN_DIR: the built programs; CARREL_WEB_ROOT: the built app; CARREL_SESSION_AGENT: the static agent.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const app = resolve(import.meta.dirname, "..");
const programs = process.env.CARREL_BIN_DIR ?? resolve(app, "../../../target/debug");
const webRoot = process.env.CARREL_WEB_ROOT ?? join(app, "dist");
const run = promisify(execFile);
/** Reached only when something is broken. */
const PATIENCE_MS = 120_000;

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGINT")));

function start(program, args, log) {
  const child = spawn(join(programs, program), args, { stdio: ["ignore", "pipe", openSync(log, "a")], env: { ...process.env, CARREL_LOG: "info" } });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

/** Asks until there is an answer. */
export async function eventually(what, look) {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const found = await look().catch(() => undefined);
    if (found !== undefined && found !== false) return found;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** What outlives the daemons on purpose, a session's container and its disk, does not outlive the story. */
async function sweep(state) {
  const volumes = join(state, "volumes");
  const names = await readdir(volumes).catch(() => []);
  for (const slot of names.filter((it) => !it.endsWith(".img"))) {
    await run("docker", ["rm", "-f", `carrel-${slot}`]).catch(() => {});
    await run("umount", [join(volumes, slot)]).catch(() => {});
  }
}

/** Everything in one process, as `cargo xtask up` starts it. */
export async function up({ standard = 0, burst = 2, args = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "carrel-story-"));
  const log = join(folder, "log");
  let listen = "127.0.0.1:0";
  let child;
  const carrel = {
    folder,
    async start() {
      child = start("carrel", ["up", "--json", "--listen", listen, "--standard", standard, "--burst", burst, "--state", join(folder, "state"), "--web-root", webRoot, ...args], log);
      const [line] = await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit").then(() => Promise.reject(new Error(`carrel up ended:\n${readFileSync(log, "utf8")}`)))]);
      const said = JSON.parse(line);
      listen = new URL(said.url).host;
      // A restart prints no new link: everybody is logged in by then.
      Object.assign(carrel, said);
      return carrel;
    },
    kill: () => end(child, "SIGKILL"),
    log: () => readFileSync(log, "utf8"),
    async stop() {
      await end(child, "SIGINT");
      await sweep(join(folder, "state/node"));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return carrel.start();
}

/** A front-end master and a compute node, each a process, so that one can die without the other. */
export async function rack({ standard = 0, burst = 2, master: masterLines = "" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "carrel-story-"));
  const [port, nodePort] = [await freePort(), await freePort()];
  const node = `no-story-${port}`;
  const url = `http://127.0.0.1:${port}`;
  for (const name of ["master", "node"]) mkdirSync(join(folder, name));
  const config = (name) => join(folder, `${name}.toml`);
  writeFileSync(config("master"), `state_dir = "${folder}/master"
public_url = "${url}"
web_root = "${webRoot}"
[[listeners]]
addr = "127.0.0.1:${port}"
[[listeners]]
addr = "unix:${folder}/rack.sock"
audience = "local"
${masterLines}
`);
  writeFileSync(config("node"), `state_dir = "${folder}/node"
node = "${node}"
runtime = "docker"
image = "carrel-session:dev"
frontend_url = "unix:${folder}/rack.sock"
token_file = "${folder}/node.token"
control_url = "unix:${folder}/node.sock"
direct_url = "http://127.0.0.1:${nodePort}"
[[listeners]]
addr = "unix:${folder}/node.sock"
audience = "rack"
[[listeners]]
addr = "127.0.0.1:${nodePort}"
[pools.standard]
wanted = ${standard}
cores = 1
memory_mib = 1024
disk_mib = 512
own_cores = false
[pools.burst]
wanted = ${burst}
memory_mib = 512
disk_mib = 256
`);
  const children = {};
  const log = (name) => join(folder, `${name}.log`);
  const master = (...args) => run(join(programs, "carrel-frontend-master"), ["--config", config("master"), ...args]);
  const link = async () => (await master("admin-link")).stdout.split(/\s+/).find((word) => word.startsWith("http"));
  const carrel = {
    folder,
    url,
    node,
    async startMaster() {
      children.master = start("carrel-frontend-master", ["--config", config("master")], log("master"));
      children.master.stdout.resume();
      await eventually("the front-end master", async () => (await fetch(`${url}/healthz`)).ok);
    },
    async startNode() {
      children.node = start("carrel-compute-node", ["--config", config("node")], log("node"));
      children.node.stdout.resume();
    },
    /** Another one-time link. */
    link,
    killMaster: () => end(children.master, "SIGKILL"),
    killNode: () => end(children.node, "SIGKILL"),
    log: (name) => readFileSync(log(name), "utf8"),
    async stop() {
      await Promise.all(Object.values(children).map((child) => end(child, "SIGTERM")));
      await sweep(join(folder, "node"));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await carrel.startMaster();
  await master("issue-service-token", "--subject", node, "--out", join(folder, "node.token"));
  await carrel.startNode();
  carrel.adminLink = await link();
  return carrel;
}
