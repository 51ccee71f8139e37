import { describe, expect, test, vi } from "vitest";
import * as Y from "yjs";
import type { Notes } from "../../gen/notes.ts";
import { Failure, type LiveSocket, type SocketHandlers } from "../../transport.ts";
import { Desk } from "./desk.ts";
import { hear, isSaved, people, say, type Line } from "./model.ts";

/** A server with one document, whose disk answers when told to. */
class Server {
  doc = new Y.Doc();
  readonly lines = new Set<Wire>();
  isDown = false;

  disk(): void {
    for (const line of this.lines) line.write(Uint8Array.of(100, line.taken));
  }
  crash(): void {
    const state = Y.encodeStateAsUpdate(this.doc);
    this.doc = new Y.Doc();
    Y.applyUpdate(this.doc, state);
    for (const line of [...this.lines]) line.close(1006);
  }
}

/** One connection, with everything in order and at once. */
class Wire {
  taken = 0;
  said: Uint8Array[] = [];
  cursor: Uint8Array | undefined;
  readonly handlers: SocketHandlers;
  private readonly server: Server;
  private readonly again: () => void;
  stopped = false;

  constructor(server: Server, handlers: SocketHandlers, again: () => void) {
    this.server = server;
    this.handlers = handlers;
    this.again = again;
  }
  open(): void {
    this.taken = 0;
    this.server.lines.add(this);
    this.handlers.open((data) => this.server.lines.has(this) && this.read(data as Uint8Array));
    this.write(say.step1(Y.encodeStateVector(this.server.doc)));
    for (const line of this.server.lines) if (line !== this && line.cursor) this.write(say.awareness(line.cursor));
  }
  write(data: Uint8Array<ArrayBuffer>): void {
    this.handlers.message(data.buffer.slice(0, data.length));
  }
  close(code: number): void {
    this.server.lines.delete(this);
    if (this.handlers.closed(code) && !this.stopped) this.again();
  }
  private read(data: Uint8Array): void {
    this.said.push(data);
    const heard = hear(data);
    if (heard.kind === "step1") this.write(say.step2(Y.encodeStateAsUpdate(this.server.doc, heard.vector)));
    if (heard.kind === "update") {
      this.taken += 1;
      Y.applyUpdate(this.server.doc, heard.update);
      this.others((it) => it.write(say.update(heard.update)));
    }
    if (heard.kind === "awareness") {
      this.cursor = heard.entries;
      this.others((it) => it.write(say.awareness(heard.entries)));
    }
  }
  private others(tell: (wire: Wire) => void): void {
    for (const line of this.server.lines) if (line !== this) tell(line);
  }
}

const NOTES: Notes = { document: "do-1", mayWrite: true, title: "" };

function sit(server: Server, name: string, open: () => Promise<Notes> = () => Promise.resolve(NOTES)) {
  const seen: { line: Line | undefined; notes: (Notes | Failure)[] } = { line: undefined, notes: [] };
  let wire: Wire | undefined;
  const waiting: (() => void)[] = [];
  const ports = {
    open,
    socket: (handlers: SocketHandlers) => {
      wire = new Wire(server, handlers, () => waiting.push(() => wire?.open()));
      if (server.isDown) waiting.push(() => wire?.open());
      else wire.open();
      const held = wire;
      return { stop: () => ((held.stopped = true), server.lines.delete(held)), renewIfSilentSince: () => held.close(1006) } as unknown as LiveSocket;
    },
    now: () => 0,
    later: (_: number, run: () => void) => {
      const timer = setTimeout(run, 0);
      return () => clearTimeout(timer);
    },
  };
  const desk = new Desk(NOTES, { id: `us-${name}`, name }, ports, { line: (line) => (seen.line = line), people: () => {}, notes: (notes) => seen.notes.push(notes) });
  return { desk, seen, wire: () => wire!, reconnect: () => waiting.splice(0).forEach((run) => run()), type: (text: string) => desk.text.insert(desk.text.length, text) };
}

describe("a desk", () => {
  test("shares what is typed, and is saved when the disk has said so", () => {
    const server = new Server();
    const [ada, bob] = [sit(server, "ada"), sit(server, "bob")];
    ada.desk.connect();
    bob.desk.connect();
    ada.type("hello");
    expect(bob.desk.text.toString()).toBe("hello");
    expect(isSaved(ada.seen.line!)).toBe(false);
    server.disk();
    expect(isSaved(ada.seen.line!)).toBe(true);
    expect(people(bob.desk.awareness.getStates(), bob.desk.doc.clientID).map((it) => it.name)).toEqual(["bob", "ada"]);
    ada.desk.stop();
    expect(people(bob.desk.awareness.getStates(), bob.desk.doc.clientID).map((it) => it.name)).toEqual(["bob"]);
    bob.desk.stop();
  });

  test("merges what was typed on both sides of a broken line, and loses nothing to a crash", () => {
    const server = new Server();
    const [ada, bob] = [sit(server, "ada"), sit(server, "bob")];
    ada.desk.connect();
    bob.desk.connect();
    ada.type("one ");
    server.disk();
    server.crash();
    expect(people(ada.desk.awareness.getStates(), ada.desk.doc.clientID).length).toBe(1);
    ada.type("two ");
    bob.type("three ");
    expect([ada.seen.line!.pending, ada.seen.line!.met]).toEqual([true, false]);
    ada.reconnect();
    bob.reconnect();
    expect(ada.desk.text.toString()).toBe(bob.desk.text.toString());
    for (const word of ["one ", "two ", "three "]) expect(ada.desk.text.toString()).toContain(word);
    expect(server.doc.getText("text").toString()).toBe(ada.desk.text.toString());
    expect(isSaved(ada.seen.line!)).toBe(false);
    server.disk();
    expect([isSaved(ada.seen.line!), ada.seen.line!.pending]).toEqual([true, false]);
    ada.desk.stop();
    bob.desk.stop();
  });

  test("types before the first connection, too", () => {
    const server = new Server();
    server.isDown = true;
    const ada = sit(server, "ada");
    ada.type("early");
    ada.desk.connect();
    expect(server.doc.getText("text").toString()).toBe("");
    server.isDown = false;
    ada.reconnect();
    expect(server.doc.getText("text").toString()).toBe("early");
    ada.desk.stop();
  });

  test("a cursor that runs goes out a few times, the last place for sure", async () => {
    const server = new Server();
    const [ada, bob] = [sit(server, "ada"), sit(server, "bob")];
    ada.desk.connect();
    bob.desk.connect();
    const before = ada.wire().said.length;
    for (let at = 0; at < 100; at++) ada.desk.awareness.setLocalStateField("cursor", at);
    await vi.waitFor(() => expect(bob.desk.awareness.getStates().get(ada.desk.doc.clientID)?.cursor).toBe(99));
    expect(ada.wire().said.length - before).toBeLessThan(5);
    ada.desk.stop();
    bob.desk.stop();
  });

  test("asks what it may do when the membership has changed, and stops when that is nothing", async () => {
    const server = new Server();
    const answers: (Notes | Failure)[] = [{ ...NOTES, mayWrite: false }, new Failure("unavailable", "away"), new Failure("not_found", "no")];
    const open = () => {
      const next = answers.shift()!;
      return next instanceof Failure ? Promise.reject(next) : Promise.resolve(next);
    };
    const ada = sit(server, "ada", open);
    ada.desk.connect();
    ada.wire().close(4403);
    await vi.waitFor(() => expect(ada.seen.notes).toEqual([{ ...NOTES, mayWrite: false }]));
    ada.reconnect();
    ada.wire().close(4404);
    await vi.waitFor(() => expect(answers.length).toBe(1));
    expect(ada.seen.notes.length).toBe(1);
    ada.reconnect();
    ada.wire().close(4404);
    await vi.waitFor(() => expect(ada.seen.notes[1]).toBeInstanceOf(Failure));
    expect(ada.wire().stopped).toBe(true);
    ada.desk.stop();
  });
});
