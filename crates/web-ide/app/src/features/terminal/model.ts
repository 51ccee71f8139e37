// One attachment to a terminal, through any number of connections and page loads: frames in, actions out.
//
// Invariant: every output byte is written once and in order, every input byte reaches the holder once and in order.
// Output is numbered by the holder; input is numbered here and kept until the holder says that it was written.
// Invariant: no clock, no socket, no screen.
import { INPUT_FRAME_MAX, type ClientFrame, type ServerFrame, type Size } from "./frames.ts";

/** Input not yet accepted; beyond it no more is taken. A paste larger than this is refused whole. */
export const UNACCEPTED_MAX = 1_536 * 1024;

export type Action =
  | { do: "send"; frame: ClientFrame }
  | { do: "write"; stream: 1 | 2; bytes: Uint8Array }
  | { do: "lost"; bytes: number }
  /** From here on output is news: what came before was repeated for a page that had not seen it. */
  | { do: "live"; at: number }
  | { do: "exit"; code: number }
  | { do: "fail"; why: Ended };

export type Ended = "refused" | "no-terminal" | "session-closed" | "replaced";

export const ENDED_TEXT: Record<Ended, string> = {
  refused: "the session refused what this page sent; reload the page",
  "no-terminal": "this terminal does not exist any more; open a new one",
  "session-closed": "the session was closed",
  replaced: "this terminal was replaced while the page was away; open a new one",
};

/** What a page leaves for its next load. */
export interface Kept {
  client: string;
  accepted: number;
  unaccepted: Uint8Array;
}

type Phase = "down" | "greeting" | "up" | "ended";

export class Attachment {
  readonly client: string;
  private phase: Phase = "down";
  private next = 0;
  private greeted = false;
  private pieces: Uint8Array[] = [];
  private waiting = 0;
  private accepted: number;
  private sent: number;
  private size: Size | undefined;

  constructor(client: string, kept?: Kept) {
    this.client = kept?.client ?? client;
    this.accepted = this.sent = kept?.accepted ?? 0;
    if (kept && kept.unaccepted.length > 0) {
      this.pieces = [kept.unaccepted];
      this.waiting = kept.unaccepted.length;
    }
  }

  /** The first output byte wanted, for the address of the next connection. */
  get since(): number {
    return this.next;
  }

  get up(): boolean {
    return this.phase === "up";
  }

  get over(): boolean {
    return this.phase === "ended";
  }

  connected(): void {
    if (this.phase !== "ended") this.phase = "greeting";
  }

  closed(code: number): Action[] {
    if (this.phase === "ended") return [];
    this.phase = "down";
    if (code === 4400) return this.fail("refused");
    if (code === 4404) return this.fail("no-terminal");
    if (code === 4410) return this.fail("session-closed");
    return [];
  }

  /** The user typed. False: too much is waiting already, nothing of it was taken. */
  input(bytes: Uint8Array): Action[] | false {
    if (bytes.length === 0 || this.phase === "ended") return [];
    if (this.waiting + bytes.length > UNACCEPTED_MAX) return false;
    this.pieces.push(bytes);
    this.waiting += bytes.length;
    return this.sendRest();
  }

  resize(size: Size): Action[] {
    this.size = size;
    return this.phase === "up" ? [{ do: "send", frame: { kind: "resize", size } }] : [];
  }

  /** A message that changes nothing, so that nobody between takes the line for idle. */
  beat(): Action[] {
    return this.size ? this.resize(this.size) : [];
  }

  signal(signo: number): Action[] {
    return this.phase === "up" ? [{ do: "send", frame: { kind: "signal", signo } }] : [];
  }

  /** What the next load of this page needs to go on without losing or repeating a key. */
  keep(): Kept {
    const unaccepted = new Uint8Array(this.waiting);
    let at = 0;
    for (const piece of this.pieces) {
      unaccepted.set(piece, at);
      at += piece.length;
    }
    return { client: this.client, accepted: this.accepted, unaccepted };
  }

  frame(frame: ServerFrame): Action[] {
    if (this.phase === "down" || this.phase === "ended") return [];
    if (this.phase === "greeting") return frame.kind === "attached" ? this.greet(frame) : this.fail("refused");
    switch (frame.kind) {
      case "attached":
        return this.fail("refused");
      case "output":
        return this.output(frame.seq, frame.stream, frame.bytes);
      case "gap":
        return this.skipTo(frame.to);
      case "accepted":
        if (frame.offset > this.sent) return this.fail("refused");
        this.dropAccepted(frame.offset);
        return [];
      case "exit":
        this.phase = "ended";
        return [{ do: "exit", code: frame.code }];
    }
  }

  private greet(hello: Extract<ServerFrame, { kind: "attached" }>): Action[] {
    const typed = this.accepted + this.waiting;
    if (hello.next < this.next || hello.accepted < this.accepted || hello.accepted > typed) return this.fail("replaced");
    const actions: Action[] = [];
    if (!this.greeted) {
      this.greeted = true;
      this.next = Math.max(this.next, hello.oldest);
      actions.push({ do: "live", at: hello.next });
    }
    this.phase = "up";
    this.dropAccepted(hello.accepted);
    this.sent = this.accepted;
    if (this.size) actions.push({ do: "send", frame: { kind: "resize", size: this.size } });
    return [...actions, ...this.sendRest()];
  }

  private output(seq: number, stream: 1 | 2, bytes: Uint8Array): Action[] {
    const actions = this.skipTo(seq);
    const fresh = bytes.subarray(Math.min(this.next - seq, bytes.length));
    if (fresh.length > 0) {
      this.next += fresh.length;
      actions.push({ do: "write", stream, bytes: fresh });
    }
    return actions;
  }

  private skipTo(to: number): Action[] {
    if (to <= this.next) return [];
    const bytes = to - this.next;
    this.next = to;
    return [{ do: "lost", bytes }];
  }

  private dropAccepted(offset: number): void {
    while (this.accepted < offset) {
      const first = this.pieces[0];
      if (!first) return;
      const here = Math.min(offset - this.accepted, first.length);
      if (here === first.length) this.pieces.shift();
      else this.pieces[0] = first.subarray(here);
      this.accepted += here;
      this.waiting -= here;
    }
  }

  private sendRest(): Action[] {
    if (this.phase !== "up") return [];
    const actions: Action[] = [];
    let at = this.accepted;
    for (const piece of this.pieces) {
      const end = at + piece.length;
      while (this.sent < end) {
        const bytes = piece.subarray(this.sent - at, this.sent - at + INPUT_FRAME_MAX);
        actions.push({ do: "send", frame: { kind: "input", offset: this.sent, bytes } });
        this.sent += bytes.length;
      }
      at = end;
    }
    return actions;
  }

  private fail(why: Ended): Action[] {
    this.phase = "ended";
    return [{ do: "fail", why }];
  }
}
