import { describe, expect, test } from "vitest";
import { readFrame, writeFrame, type ServerFrame } from "./frames.ts";
import { Attachment, UNACCEPTED_MAX, type Action } from "./model.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const raw = (value: string) => new TextEncoder().encode(value);
const hello = (next: number, accepted = 0, oldest = 0): ServerFrame => ({ kind: "attached", oldest, next, accepted, running: true });

/** A holder that keeps its output and takes each input byte once; connections may break at any message. */
class Holder {
  output = "";
  input = "";
  accepted = new Map<string, number>();

  attach(attachment: Attachment): ServerFrame[] {
    const frames = [hello(this.output.length, this.accepted.get(attachment.client) ?? 0)];
    const rest = raw(this.output.slice(attachment.since));
    return rest.length ? [...frames, { kind: "output", seq: attachment.since, stream: 1, bytes: rest }] : frames;
  }

  take(attachment: Attachment, actions: Action[]): ServerFrame[] {
    let offset = this.accepted.get(attachment.client) ?? 0;
    for (const action of actions) {
      if (action.do !== "send" || action.frame.kind !== "input") continue;
      expect(action.frame.offset).toBeLessThanOrEqual(offset);
      const fresh = action.frame.bytes.subarray(offset - action.frame.offset);
      this.input += text(fresh);
      offset += fresh.length;
    }
    this.accepted.set(attachment.client, offset);
    return [{ kind: "accepted", offset }];
  }
}

describe("an attachment", () => {
  test("loses and repeats nothing however often the line breaks or the page is loaded again", () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 200; round++) {
      const holder = new Holder();
      let page = new Attachment(`page-${round}`);
      let seen = "";
      let typed = "";
      const run = (actions: Action[]) => {
        for (const action of actions) if (action.do === "write") seen += text(action.bytes);
        return actions;
      };
      for (let step = 0; step < 40; step++) {
        const what = random(6);
        if (what === 0) page.closed(1006);
        if (what === 1) {
          page = new Attachment("another", page.keep());
          seen = "";
        }
        if (what <= 2 && !page.up) {
          page.connected();
          for (const frame of holder.attach(page)) holder.take(page, run(page.frame(frame)));
        }
        if (what === 3) {
          typed += `k${step}`;
          const actions = page.input(raw(`k${step}`));
          // The answer may get lost with the line.
          if (actions) for (const frame of holder.take(page, actions)) if (random(2)) page.frame(frame);
        }
        if (what === 4) {
          const seq = holder.output.length;
          holder.output += `o${step}`;
          run(page.frame({ kind: "output", seq, stream: 1, bytes: raw(`o${step}`) }));
        }
      }
      page.closed(1006);
      page.connected();
      for (const frame of holder.attach(page)) holder.take(page, run(page.frame(frame)));
      expect(holder.input, `round ${round}`).toBe(typed);
      expect(seen, `round ${round}`).toBe(holder.output);
    }
  });

  test("says what was lost, and nothing of what was over before it came", () => {
    const late = new Attachment("a");
    late.connected();
    expect(late.frame(hello(500, 0, 100))).toEqual([{ do: "live", at: 500 }]);
    expect(late.frame({ kind: "gap", from: 100, to: 130 })).toEqual([{ do: "lost", bytes: 30 }]);
    expect(late.since).toBe(130);
    expect(late.frame({ kind: "output", seq: 120, stream: 1, bytes: raw("0123456789ab") })).toEqual([
      { do: "write", stream: 1, bytes: raw("ab") },
    ]);
  });

  test("ends once, with the reason", () => {
    for (const [code, why] of [[4400, "refused"], [4404, "no-terminal"], [4410, "session-closed"]] as const) {
      const page = new Attachment("a");
      page.connected();
      expect(page.closed(code)).toEqual([{ do: "fail", why }]);
      expect(page.closed(1006)).toEqual([]);
    }
    const page = new Attachment("a");
    page.connected();
    page.frame(hello(0));
    page.frame({ kind: "output", seq: 0, stream: 1, bytes: raw("ten bytes.") });
    page.closed(1001);
    page.connected();
    expect(page.frame(hello(0))).toEqual([{ do: "fail", why: "replaced" }]);
  });

  test("takes large input in pieces and refuses what it can't keep", () => {
    const page = new Attachment("a");
    page.connected();
    page.frame(hello(0));
    const actions = page.input(new Uint8Array(150_000));
    expect(actions && actions.map((it) => it.do === "send" && it.frame.kind === "input" && it.frame.bytes.length)).toEqual([65_536, 65_536, 18_928]);
    expect(page.input(new Uint8Array(UNACCEPTED_MAX))).toBe(false);
    expect(page.frame({ kind: "accepted", offset: 150_001 })).toEqual([{ do: "fail", why: "refused" }]);
  });
});

describe("frames", () => {
  const message = (...parts: (number | bigint)[]) => {
    const out: number[] = [];
    for (const part of parts) {
      if (typeof part === "number") out.push(part);
      else for (let shift = 56n; shift >= 0n; shift -= 8n) out.push(Number((part >> shift) & 255n));
    }
    return Uint8Array.from(out).buffer;
  };

  test("are read", () => {
    expect(readFrame(message(0, 258n, 2, 65, 66))).toEqual({ kind: "output", seq: 258, stream: 2, bytes: raw("AB") });
    expect(readFrame(message(1, 255, 255, 255, 255))).toEqual({ kind: "exit", code: -1 });
    expect(readFrame(message(2, 1n, 2n))).toEqual({ kind: "gap", from: 1, to: 2 });
    expect(readFrame(message(3, 1n, 2n, 3n, 1))).toEqual({ kind: "attached", oldest: 1, next: 2, accepted: 3, running: true });
    expect(readFrame(message(4, 9n))).toEqual({ kind: "accepted", offset: 9 });
    for (const bad of [message(), message(0, 1n), message(0, 1n, 3), message(1, 0), message(9)]) expect(readFrame(bad)).toBeUndefined();
  });

  test("are written", () => {
    expect([...writeFrame({ kind: "input", offset: 258, bytes: raw("A") })]).toEqual([0x10, 0, 0, 0, 0, 0, 0, 1, 2, 65]);
    expect([...writeFrame({ kind: "resize", size: { cols: 300, rows: 24 } })]).toEqual([0x11, 1, 44, 0, 24]);
    expect([...writeFrame({ kind: "signal", signo: 2 })]).toEqual([0x12, 2]);
    expect([...writeFrame({ kind: "end" })]).toEqual([0x13]);
  });
});
