// The only place that talks to the server: calls with deadlines, downloads and uploads, sockets that come back.
import { decode, encode, type Method } from "./wire.ts";

/** A call that is not answered by then has failed; opening a session may take the node's five seconds. */
const CALL_DEADLINE_MS = 20_000;
/** Files of up to 64 MiB over a slow line. */
const TRANSFER_DEADLINE_MS = 10 * 60_000;
/** First wait after a broken socket; a restarted agent is back within it. */
const BACKOFF_MIN_MS = 50;
const BACKOFF_MAX_MS = 2_000;
/** A socket that held this long was a good one: the next wait starts small again. */
const GOOD_AFTER_MS = 5_000;
/** Proxies cut idle sockets at 60 s. */
export const BEAT_MS = 25_000;
/** An attempt that is neither open nor refused by then is given up. */
const CONNECT_DEADLINE_MS = 10_000;

/** Why something did not work, in the service's own words. */
export class Failure extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const asFailure = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure("internal", error instanceof Error ? error.message : String(error));

/** The sentence for people. */
export const reason = (error: unknown): string => asFailure(error).message;

export type Reach = { kind: "up" } | { kind: "away"; since: number } | { kind: "out" };

export interface SocketLike {
  binaryType: string;
  readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: Uint8Array<ArrayBuffer> | string): void;
  close(code?: number): void;
}

/** What the transport needs of the browser. */
export interface TransportPorts {
  fetch(url: string, init: RequestInit): Promise<Response>;
  socket(path: string): SocketLike;
  now(): number;
  random(): number;
  later(ms: number, run: () => void): () => void;
}

export interface SocketHandlers {
  /** Asked before each attempt: the address carries what was seen so far. */
  path(): string;
  open(send: (data: Uint8Array<ArrayBuffer> | string) => void): void;
  message(data: unknown): void;
  /** Whether to connect again. */
  closed(code: number): boolean;
  /** Sent when nothing else was for a while. */
  beat?(): void;
}

export class Transport {
  private reach: Reach = { kind: "up" };
  private readonly watchers = new Set<(reach: Reach) => void>();
  private readonly sockets = new Set<LiveSocket>();
  private readonly ports: TransportPorts;

  constructor(ports: TransportPorts) {
    this.ports = ports;
  }

  /** Calls back now and whenever the server gets out of reach, comes back, or no longer knows us. */
  watchReach(tell: (reach: Reach) => void): () => void {
    this.watchers.add(tell);
    tell(this.reach);
    return () => this.watchers.delete(tell);
  }

  call<Q, R>(method: Method<Q, R>, request: Partial<Q> = {}, deadline = CALL_DEADLINE_MS): Promise<R> {
    return this.post(`/api/v1/${method.service}/${method.name}`, method, request, deadline);
  }

  /** A call into a session's workspace. */
  inside<Q, R>(session: string, method: Method<Q, R>, request: Partial<Q> = {}, deadline = CALL_DEADLINE_MS): Promise<R> {
    return this.post(`/s/${session}/api/${method.name}`, method, request, deadline);
  }

  private async post<Q, R>(path: string, method: Method<Q, R>, request: Partial<Q>, deadline: number): Promise<R> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    // The server then answers with a cookie instead of a token, so that no script ever holds one.
    if (method.service === "AuthService") headers["x-carrel-cookie"] = "set";
    const body = JSON.stringify(encode(method.input, request));
    const response = await this.send(path, { method: "POST", headers, body }, deadline);
    return decode(method.output, await response.json().catch(() => ({})));
  }

  async get(path: string, deadline = CALL_DEADLINE_MS): Promise<Response> {
    return this.send(path, { method: "GET" }, deadline);
  }

  async download(path: string): Promise<{ bytes: Uint8Array<ArrayBuffer>; etag: string }> {
    const response = await this.send(path, { method: "GET" }, TRANSFER_DEADLINE_MS);
    const etag = (response.headers.get("etag") ?? "").replace(/"/g, "");
    return { bytes: new Uint8Array(await response.arrayBuffer()), etag };
  }

  async upload(path: string, body: Blob | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<unknown> {
    const response = await this.send(path, { method: "PUT", body, headers }, TRANSFER_DEADLINE_MS);
    return response.json().catch(() => ({}));
  }

  private async send(path: string, init: RequestInit, deadline: number): Promise<Response> {
    let response: Response;
    try {
      const signal = AbortSignal.timeout(deadline);
      response = await this.ports.fetch(path, { credentials: "same-origin", redirect: "error", ...init, signal });
    } catch (error) {
      this.note("away");
      const late = error instanceof DOMException && error.name === "TimeoutError";
      throw new Failure(
        late ? "deadline_exceeded" : "unavailable",
        late ? "the server did not answer in time; try again" : "the server can't be reached; this page goes on trying",
      );
    }
    if (response.ok) {
      this.note("up");
      return response;
    }
    const told = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
    const failure = new Failure(told.code ?? `http_${response.status}`, told.message ?? `the server answered ${response.status}`, response.status);
    this.note(failure.code === "unauthenticated" ? "out" : response.status === 502 ? "away" : "up");
    throw failure;
  }

  private note(kind: Reach["kind"]): void {
    const before = this.reach;
    if (kind === before.kind) return;
    this.reach = kind === "away" ? { kind, since: this.ports.now() } : { kind };
    // What was open while nothing came through may be dead without knowing; coming back is exact, so it costs little.
    if (kind === "up" && before.kind === "away") for (const socket of this.sockets) socket.renewIfSilentSince(before.since);
    for (const tell of this.watchers) tell(this.reach);
  }

  /** A socket that is opened again whenever it breaks, until it is stopped. */
  socket(handlers: SocketHandlers): LiveSocket {
    const socket = new LiveSocket(this.ports, handlers, (gone) => this.sockets.delete(gone));
    this.sockets.add(socket);
    return socket;
  }
}

export class LiveSocket {
  private raw: SocketLike | undefined;
  private wait = BACKOFF_MIN_MS;
  private openedAt = 0;
  private heardAt: number;
  private timer: () => void = () => {};
  private stopped = false;
  private readonly ports: TransportPorts;
  private readonly handlers: SocketHandlers;
  private readonly gone: (socket: LiveSocket) => void;

  constructor(ports: TransportPorts, handlers: SocketHandlers, gone: (socket: LiveSocket) => void) {
    this.ports = ports;
    this.handlers = handlers;
    this.gone = gone;
    this.heardAt = ports.now();
    this.connect();
  }

  /** Ends it for good. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.timer();
    this.gone(this);
    this.drop();
  }

  /** Opens a fresh connection unless something came in after this time. */
  renewIfSilentSince(since: number): void {
    if (this.stopped || this.heardAt > since) return;
    this.drop();
    this.wait = BACKOFF_MIN_MS;
    this.broken(1006);
  }

  private drop(): void {
    const raw = this.raw;
    this.raw = undefined;
    if (!raw) return;
    raw.onopen = raw.onmessage = raw.onclose = null;
    raw.close();
  }

  private connect(): void {
    const raw = this.ports.socket(this.handlers.path());
    raw.binaryType = "arraybuffer";
    this.raw = raw;
    this.timer();
    this.timer = this.ports.later(CONNECT_DEADLINE_MS, () => {
      this.drop();
      this.broken(1006);
    });
    raw.onopen = () => {
      this.openedAt = this.heardAt = this.ports.now();
      this.beatLater();
      this.handlers.open((data) => {
        if (this.raw === raw && raw.readyState === 1) raw.send(data);
      });
    };
    raw.onmessage = (event) => {
      this.heardAt = this.ports.now();
      this.handlers.message(event.data);
    };
    raw.onclose = (event) => {
      this.raw = undefined;
      if (this.openedAt > 0 && this.ports.now() - this.openedAt >= GOOD_AFTER_MS) this.wait = BACKOFF_MIN_MS;
      this.broken(event.code);
    };
  }

  private beatLater(): void {
    this.timer();
    this.timer = this.ports.later(BEAT_MS, () => {
      this.handlers.beat?.();
      this.beatLater();
    });
  }

  private broken(code: number): void {
    this.timer();
    this.openedAt = 0;
    if (this.stopped) return;
    if (!this.handlers.closed(code)) return this.stop();
    const wait = this.wait * (0.5 + this.ports.random() / 2);
    this.wait = Math.min(this.wait * 2, BACKOFF_MAX_MS);
    this.timer = this.ports.later(wait, () => this.connect());
  }
}

/** The browser's own. */
export function browserPorts(): TransportPorts {
  return {
    fetch: (url, init) => fetch(url, init),
    socket: (path) => {
      const scheme = location.protocol === "https:" ? "wss:" : "ws:";
      return new WebSocket(`${scheme}//${location.host}${path}`) as unknown as SocketLike;
    },
    now: () => Date.now(),
    random: () => Math.random(),
    later: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
