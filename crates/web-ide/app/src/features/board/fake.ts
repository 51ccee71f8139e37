// A board for tests, on the other end of the USB cable: it reads the engine's commands byte by byte and has a flash
// that behaves like one (erased bits are ones, writing only clears bits, nothing without write enable).
import { PIN } from "./mpsse.ts";
import type { Usb } from "./ports.ts";

export interface Transfer {
  kind: "control" | "out";
  bytes: number[];
}

export class FakeBoard implements Usb {
  readonly flash: Uint8Array;
  readonly transfers: Transfer[] = [];
  id = [0x20, 0xba, 0x16];
  /** After so many transfers the cable is pulled. */
  unplugAfter = Infinity;
  /** Bits of the flash that don't take. */
  stuckAt: number | undefined;
  starts = true;
  closed = false;
  mode = 0;
  private pinsOut = 0;
  private selected = false;
  private resetHeld = false;
  private command: number[] = [];
  private writeEnabled = false;
  private busyPolls = 0;
  private asleep = true;
  private answers: number[] = [];

  constructor(size = 256 * 1024) {
    this.flash = new Uint8Array(size).fill(0x55);
  }

  private note(kind: Transfer["kind"], bytes: number[]): void {
    if (this.transfers.length >= this.unplugAfter) throw new DOMException("The device was disconnected.", "NetworkError");
    this.transfers.push({ kind, bytes });
  }

  async control(request: number, value: number, index: number): Promise<void> {
    this.note("control", [request, value, index]);
    if (request === 0x0b) this.mode = value >> 8;
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.note("out", Array.from(bytes));
    if (this.mode !== 2) throw new Error("data for an engine that is off");
    for (let at = 0; at < bytes.length; ) at += this.run(bytes, at);
  }

  async receive(): Promise<Uint8Array> {
    // In packets as USB has them, so that answers come in pieces.
    return Uint8Array.from(this.answers.splice(0, 510));
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  get running(): boolean {
    return !this.resetHeld && !this.selected;
  }

  private run(bytes: Uint8Array, at: number): number {
    const op = bytes[at]!;
    const length = () => (bytes[at + 1]! | (bytes[at + 2]! << 8)) + 1;
    switch (op) {
      case 0x80:
        this.drive(bytes[at + 1]!, bytes[at + 2]!);
        return 3;
      case 0x81: {
        const done = this.running && this.starts ? PIN.done : 0;
        this.answers.push(this.pinsOut | done);
        return 1;
      }
      case 0x11:
        for (const byte of bytes.subarray(at + 3, at + 3 + length())) this.shift(byte);
        return 3 + length();
      case 0x31:
        for (const byte of bytes.subarray(at + 3, at + 3 + length())) this.answers.push(this.shift(byte));
        return 3 + length();
      case 0x86:
        return 3;
      case 0x85: case 0x87: case 0x8a: case 0x8d: case 0x97:
        return 1;
      default:
        this.answers.push(0xfa, op);
        return 1;
    }
  }

  private drive(value: number, driven: number): void {
    this.pinsOut = value;
    const low = (pin: number) => (driven & pin) !== 0 && (value & pin) === 0;
    this.resetHeld = low(PIN.creset);
    const selected = low(PIN.select);
    if (this.selected && !selected) this.finish();
    if (!this.selected && selected) this.command = [];
    this.selected = selected;
  }

  private shift(byte: number): number {
    if (!this.selected) return 0xff;
    if (!this.resetHeld) throw new Error("the FPGA is not held in reset while its flash is used");
    this.command.push(byte);
    const position = this.command.length - 1;
    const op = this.command[0];
    if (this.asleep && op !== 0xab) return 0xff;
    if (op === 0x9f && position > 0) return this.id[position - 1] ?? 0;
    if (op === 0x05 && position > 0) return this.busyPolls-- > 0 ? 1 : 0;
    if (op === 0x03 && position > 3) return this.flash[this.address() + position - 4] ?? 0xff;
    return 0xff;
  }

  private address(): number {
    return (this.command[1]! << 16) | (this.command[2]! << 8) | this.command[3]!;
  }

  private finish(): void {
    const op = this.command[0];
    if (op === 0xab) this.asleep = false;
    if (this.asleep) return;
    if (op === 0xb9) this.asleep = true;
    if (op === 0x06) this.writeEnabled = true;
    if ((op !== 0xd8 && op !== 0x02) || !this.writeEnabled || this.busyPolls > 0) return;
    this.writeEnabled = false;
    this.busyPolls = 2;
    if (op === 0xd8) {
      const start = this.address() & ~0xffff;
      this.flash.fill(0xff, start, start + 0x10000);
      return;
    }
    const start = this.address();
    this.command.slice(4).forEach((byte, index) => {
      // Within one page the address wraps around.
      const at = (start & ~0xff) | ((start + index) & 0xff);
      if (at !== this.stuckAt) this.flash[at] = this.flash[at]! & byte;
    });
  }
}
