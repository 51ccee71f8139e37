// One open document: our copy of it, and the line over which it and everybody's cursors travel.
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Notes } from "../../gen/notes.ts";
import { asFailure, type Failure, type LiveSocket } from "../../transport.ts";
import { after, FIRST, hear, say, type Line, type LineEvent } from "./model.ts";
import type { NotesPorts } from "./ports.ts";

/** Cursors go out this often; the server passes them on twenty times a second. */
const CURSOR_MS = 50;
/** A line on which a question got no answer for so long is dead, whatever the browser thinks. */
const SILENT_MS = 60_000;
/** What is typed is on the server's disk within milliseconds; later than this the line is dead. The first exchange, which may be large, has the time it takes. */
const SAVED_MS = 8_000;
/** The membership has changed or the document is gone: ask what we may do now. */
const CHANGED = [4403, 4404];
/** Broken this often before it was ever open: ask whether we may still come. */
const ASK_AFTER = 3;

export interface DeskEvents {
  line(line: Line): void;
  people(): void;
  /** What we may do has changed, or (a failure) we may do nothing any more. */
  notes(notes: Notes | Failure): void;
}

export class Desk {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText("text");
  readonly awareness = new Awareness(this.doc);
  private line: Line = FIRST;
  private socket: LiveSocket | undefined;
  private send: ((data: Uint8Array<ArrayBuffer>) => void) | undefined;
  private heardAt: number;
  private broken = 0;
  private moved = false;
  private stopTimer: (() => void) | undefined;
  private waiting: (() => void) | undefined;
  private stopped = false;
  private readonly ports: NotesPorts;
  private readonly events: DeskEvents;
  private notes: Notes;

  constructor(notes: Notes, user: { id: string; name: string }, ports: NotesPorts, events: DeskEvents) {
    this.notes = notes;
    this.ports = ports;
    this.events = events;
    this.heardAt = ports.now();
    this.awareness.setLocalState({ user: { id: user.id, name: user.name } });
    this.doc.on("update", this.updated);
    this.awareness.on("update", this.stirred);
  }

  /** Begins to talk to the server: after what was kept on this device is in the document. */
  connect(): void {
    if (this.stopped || this.socket) return;
    this.socket = this.ports.socket({
      path: () => `/doc/${this.notes.document}?saved=1`,
      open: (send) => this.opened(send),
      message: (data) => this.message(new Uint8Array(data as ArrayBuffer)),
      closed: (code) => this.closed(code),
      beat: () => this.beat(),
    });
  }

  /** Something was on this device already, perhaps typed while there was no line. */
  kept(): void {
    this.on({ kind: "typed" });
    this.keptAll();
  }

  /** All that was typed so far is on this device. */
  keptAll(): void {
    if (!this.stopped) this.on({ kind: "kept" });
  }

  stop(): void {
    if (this.stopped) return;
    // Others see us go at once; the server would tell them a moment later.
    this.awareness.setLocalState(null);
    this.flush();
    this.stopped = true;
    this.stopTimer?.();
    this.waiting?.();
    this.socket?.stop();
    this.awareness.destroy();
    this.doc.destroy();
  }

  /** The line has changed in a way that only a new connection can find out about. */
  renew(): void {
    this.socket?.renewIfSilentSince(this.ports.now());
  }

  private on(event: LineEvent): void {
    this.line = after(this.line, event);
    this.events.line(this.line);
    if (event.kind === "sent" && !this.waiting) this.waiting = this.ports.later(SAVED_MS, () => this.late(this.line.saved));
  }

  /** Nothing more was acknowledged for a while: a line that still lives answers a new connection. */
  private late(before: number): void {
    this.waiting = undefined;
    const { met, sent, saved } = this.line;
    if (!met || saved === 0 || saved >= sent || this.stopped) return;
    if (saved === before) this.socket?.renewIfSilentSince(this.ports.now());
    else this.waiting = this.ports.later(SAVED_MS, () => this.late(saved));
  }

  private opened(send: (data: Uint8Array<ArrayBuffer>) => void): void {
    this.send = send;
    this.broken = 0;
    this.heardAt = this.ports.now();
    this.on({ kind: "opened" });
    send(say.step1(Y.encodeStateVector(this.doc)));
    this.stir();
  }

  private message(bytes: Uint8Array): void {
    this.heardAt = this.ports.now();
    const heard = hear(bytes);
    switch (heard.kind) {
      case "step1":
        this.on({ kind: "sent" });
        return this.send?.(say.step2(Y.encodeStateAsUpdate(this.doc, heard.vector)));
      case "update":
        return Y.applyUpdate(this.doc, heard.update, this);
      case "awareness":
        return applyAwarenessUpdate(this.awareness, heard.entries, this);
      case "saved":
        return this.on({ kind: "saved", count: heard.count });
      case "denied":
        return this.on({ kind: "denied" });
      case "other":
    }
  }

  private closed(code: number): boolean {
    this.send = undefined;
    this.on({ kind: "closed" });
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    this.broken += 1;
    if (CHANGED.includes(code) || this.broken % ASK_AFTER === 0) void this.ask();
    return !this.stopped;
  }

  /** A refused handshake says nothing to a page, so the method is asked instead. */
  private async ask(): Promise<void> {
    try {
      this.notes = await this.ports.open();
      this.events.notes(this.notes);
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code !== "not_found" && failure.code !== "permission_denied") return;
      this.socket?.stop();
      this.events.notes(failure);
    }
  }

  private beat(): void {
    // Its answer holds our own state at least.
    this.send?.(say.queryAwareness());
    const since = this.ports.now() - SILENT_MS;
    if (this.heardAt < since) this.socket?.renewIfSilentSince(since);
  }

  private readonly updated = (update: Uint8Array, origin: unknown): void => {
    if (origin === this || this.stopped) return;
    this.on({ kind: "typed" });
    // Before the first exchange it is part of what goes out then.
    if (!this.send || !this.line.met) return;
    this.on({ kind: "sent" });
    this.send(say.update(update));
  };

  private readonly stirred = (_: unknown, origin: unknown): void => {
    this.events.people();
    if (origin === this || this.stopped) return;
    this.stir();
  };

  /** Our cursor goes out soon: now if it has rested, else with the next. */
  private stir(): void {
    this.moved = true;
    if (this.stopTimer) return;
    this.flush();
    this.stopTimer = this.ports.later(CURSOR_MS, () => {
      this.stopTimer = undefined;
      if (this.moved) this.stir();
    });
  }

  private flush(): void {
    if (!this.moved || !this.send) return;
    this.moved = false;
    this.send(say.awareness(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])));
  }
}
