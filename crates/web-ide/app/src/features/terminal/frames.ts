// The binary messages of a terminal's websocket, written and read. Integers are big-endian.

/** The most input bytes that one message may carry. */
export const INPUT_FRAME_MAX = 64 * 1024;

export interface Size {
  cols: number;
  rows: number;
}

export type ServerFrame =
  | { kind: "output"; seq: number; stream: 1 | 2; bytes: Uint8Array }
  | { kind: "exit"; code: number }
  | { kind: "gap"; from: number; to: number }
  | { kind: "attached"; oldest: number; next: number; accepted: number; running: boolean }
  | { kind: "accepted"; offset: number };

export type ClientFrame =
  | { kind: "input"; offset: number; bytes: Uint8Array }
  | { kind: "resize"; size: Size }
  | { kind: "signal"; signo: number }
  | { kind: "end" };

/** Reads one message; undefined for what is none. */
export function readFrame(message: ArrayBuffer): ServerFrame | undefined {
  const view = new DataView(message);
  const length = message.byteLength - 1;
  const u64 = (at: number) => Number(view.getBigUint64(at));
  if (length < 0) return undefined;
  switch (view.getUint8(0)) {
    case 0: {
      if (length < 9) return undefined;
      const stream = view.getUint8(9);
      if (stream !== 1 && stream !== 2) return undefined;
      return { kind: "output", seq: u64(1), stream, bytes: new Uint8Array(message, 10) };
    }
    case 1:
      return length === 4 ? { kind: "exit", code: view.getInt32(1) } : undefined;
    case 2:
      return length === 16 ? { kind: "gap", from: u64(1), to: u64(9) } : undefined;
    case 3: {
      if (length !== 25) return undefined;
      return { kind: "attached", oldest: u64(1), next: u64(9), accepted: u64(17), running: view.getUint8(25) !== 0 };
    }
    case 4:
      return length === 8 ? { kind: "accepted", offset: u64(1) } : undefined;
    default:
      return undefined;
  }
}

/** Writes one message. */
export function writeFrame(frame: ClientFrame): Uint8Array<ArrayBuffer> {
  switch (frame.kind) {
    case "input": {
      const out = new Uint8Array(9 + frame.bytes.length);
      out[0] = 0x10;
      new DataView(out.buffer).setBigUint64(1, BigInt(frame.offset));
      out.set(frame.bytes, 9);
      return out;
    }
    case "resize": {
      const out = new Uint8Array(5);
      out[0] = 0x11;
      new DataView(out.buffer).setUint16(1, frame.size.cols);
      new DataView(out.buffer).setUint16(3, frame.size.rows);
      return out;
    }
    case "signal":
      return Uint8Array.of(0x12, frame.signo);
    case "end":
      return Uint8Array.of(0x13);
  }
}
