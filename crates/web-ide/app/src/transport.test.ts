import { describe, expect, test } from "vitest";
import { AuthService } from "./gen/auth.ts";
import { WorkspaceService } from "./gen/agent.ts";
import { BEAT_MS, Failure, Transport, type Reach, type SocketLike, type TransportPorts } from "./transport.ts";

/** A browser whose time and network stand still until told. */
class World implements TransportPorts {
  time = 1_000;
  timers: { at: number; run: () => void }[] = [];
  sockets: (SocketLike & { path: string; closed: boolean; sent: Uint8Array[] })[] = [];
  asked: { url: string; init: RequestInit }[] = [];
  answer: () => Promise<Response> = async () => Response.json({});

  fetch = (url: string, init: RequestInit) => {
    this.asked.push({ url, init });
    return this.answer();
  };
  socket = (path: string) => {
    const sent: Uint8Array[] = [];
    const socket = { path, sent, closed: false, binaryType: "", readyState: 1, onopen: null, onmessage: null, onclose: null,
      send: (data: Uint8Array) => sent.push(data), close: () => (socket.closed = true) } as unknown as World["sockets"][0];
    this.sockets.push(socket);
    return socket;
  };
  now = () => this.time;
  random = () => 1;
  later = (ms: number, run: () => void) => {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((it) => it !== timer));
  };
  pass(ms: number) {
    const end = this.time + ms;
    for (;;) {
      const due = this.timers.filter((it) => it.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((it) => it !== due);
      this.time = due.at;
      due.run();
    }
    this.time = end;
  }
  get last() {
    return this.sockets.at(-1)!;
  }
}

describe("calls", () => {
  test("name the method, and ask for a cookie where a token would come", async () => {
    const world = new World();
    const transport = new Transport(world);
    await transport.call(AuthService.login, { name: "ada", password: "x" });
    await transport.inside("se-1", WorkspaceService.listFiles, { path: "src" });
    expect(world.asked.map((it) => it.url)).toEqual(["/api/v1/AuthService/Login", "/s/se-1/api/ListFiles"]);
    expect((world.asked[0]!.init.headers as Record<string, string>)["x-carrel-cookie"]).toBe("set");
    expect((world.asked[1]!.init.headers as Record<string, string>)["x-carrel-cookie"]).toBeUndefined();
    expect(world.asked[0]!.init.body).toBe('{"name":"ada","password":"x"}');
  });

  test("fail with the service's words, and tell who watches whether the server is there", async () => {
    const world = new World();
    const transport = new Transport(world);
    const reaches: Reach["kind"][] = [];
    transport.watchReach((reach) => reaches.push(reach.kind));
    world.answer = async () => Response.json({ code: "not_found", message: "no such file" }, { status: 404 });
    await expect(transport.call(AuthService.whoAmI)).rejects.toMatchObject({ code: "not_found", message: "no such file", status: 404 });
    world.answer = async () => Promise.reject(new TypeError("network"));
    await expect(transport.call(AuthService.whoAmI)).rejects.toBeInstanceOf(Failure);
    world.answer = async () => Response.json({ code: "unauthenticated", message: "sign in" }, { status: 401 });
    await expect(transport.call(AuthService.whoAmI)).rejects.toMatchObject({ code: "unauthenticated" });
    world.answer = async () => Response.json({});
    await transport.call(AuthService.whoAmI);
    expect(reaches).toEqual(["up", "away", "out", "up"]);
  });
});

describe("a live socket", () => {
  const open = (world: World, again = true) => {
    const log: string[] = [];
    const transport = new Transport(world);
    const socket = transport.socket({
      path: () => `/s/x?since=${log.length}`,
      open: () => log.push("open"),
      message: (data) => log.push(String(data)),
      closed: (code) => (log.push(`closed ${code}`), again),
      beat: () => log.push("beat"),
    });
    return { transport, socket, log };
  };

  test("comes back with growing waits, and small ones after a good connection", () => {
    const world = new World();
    const { log } = open(world);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      world.last.onclose!({ code: 1006 });
      const count = world.sockets.length;
      const from = world.time;
      while (world.sockets.length === count) world.pass(10);
      waits.push(world.time - from);
    }
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(world.last.path).toBe("/s/x?since=8");
    world.last.onopen!();
    world.pass(6_000);
    world.last.onclose!({ code: 1001 });
    const count = world.sockets.length;
    world.pass(50);
    expect(world.sockets.length).toBe(count + 1);
    expect(log.at(-1)).toBe("closed 1001");
  });

  test("beats, gives up an attempt that hangs, and stops when told", () => {
    const world = new World();
    const { socket, log } = open(world);
    world.pass(10_100);
    expect(log).toEqual(["closed 1006"]);
    expect(world.sockets.length).toBe(2);
    world.last.onopen!();
    world.pass(2 * BEAT_MS);
    expect(log).toEqual(["closed 1006", "open", "beat", "beat"]);
    socket.stop();
    world.pass(60_000);
    expect(world.last.closed).toBe(true);
    expect(world.sockets.length).toBe(2);
  });

  test("does not come back when its owner says so", () => {
    const world = new World();
    open(world, false);
    world.last.onclose!({ code: 4404 });
    world.pass(60_000);
    expect(world.sockets.length).toBe(1);
  });

  test("is renewed after the network was away, unless it was heard meanwhile", async () => {
    const world = new World();
    const { transport } = open(world);
    world.last.onopen!();
    world.time += 1;
    world.answer = async () => Promise.reject(new TypeError("network"));
    await transport.call(AuthService.whoAmI).catch(() => {});
    world.answer = async () => Response.json({});
    await transport.call(AuthService.whoAmI);
    world.pass(60);
    expect(world.sockets.length).toBe(2);
    expect(world.sockets[0]!.closed).toBe(true);
  });
});
