// Writes a bitstream into the SPI flash of an iCE40 board (iCEstick and its kin) and lets the FPGA start from it.
//
// Invariant: no sector is erased before the flash has named itself, and the board is let go whatever happens.
import { BIT_MODE, exchange, flush, pins, readPins, REQUEST, RESET, PIN, setup, write } from "./mpsse.ts";
import type { Clock, Progress, Usb } from "./ports.ts";

/** The port of the FT2232H that is wired to the flash; the other is the serial line. */
const PORT = 1;
/** Shorter than the default 16 ms: each answer waits that long when the packet is not full. */
const LATENCY_MS = 1;
/** Flash commands, the same with every maker. */
const CMD = { release: 0xab, id: 0x9f, writeEnable: 0x06, status: 0x05, erase64: 0xd8, program: 0x02, read: 0x03, sleep: 0xb9 } as const;
const BUSY = 1;
const PAGE = 256;
export const SECTOR = 64 * 1024;
/** The smallest flash on these boards has 4 MB; no iCE40 has a bitstream of more than 0.2 MB. */
export const BITSTREAM_MAX = 1024 * 1024;
/** A sector takes 2 s at worst by the data sheets. */
const ERASE_LIMIT_MS = 4_000;
const PROGRAM_LIMIT_MS = 200;
const ANSWER_LIMIT_MS = 2_000;
/** The FPGA loads its largest bitstream in 70 ms. */
const START_LIMIT_MS = 500;
const READ_CHUNK = 4_096;

export class BoardError extends Error {}

/** What is wrong with a file as an iCE40 bitstream; undefined when nothing is. */
export function bitstreamProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length > BITSTREAM_MAX) return "this is larger than any iCE40 bitstream";
  // A comment may come first, then the preamble.
  for (let at = 0; at + 4 <= Math.min(bytes.length, 4_096); at++) {
    if (bytes[at] === 0x7e && bytes[at + 1] === 0xaa && bytes[at + 2] === 0x99 && bytes[at + 3] === 0x7e) return undefined;
  }
  return "this is not an iCE40 bitstream (the preamble 7E AA 99 7E is missing)";
}

export class Board {
  private readonly usb: Usb;
  private readonly clock: Clock;
  private readonly progress: Progress;

  constructor(usb: Usb, clock: Clock, progress: Progress) {
    this.usb = usb;
    this.clock = clock;
    this.progress = progress;
  }

  /** Erases, writes, compares, starts. */
  async program(bitstream: Uint8Array): Promise<void> {
    const problem = bitstreamProblem(bitstream);
    if (problem) throw new BoardError(problem);
    try {
      await this.open();
      const name = await this.identify();
      this.progress.say(`flash ${name}`);
      await this.erase(bitstream.length);
      await this.write(bitstream);
      await this.verify(bitstream);
      await this.start();
    } finally {
      // A board that was unplugged can't be told anything; the first error is the one that matters.
      await this.letGo().catch(() => {});
      await this.usb.close().catch(() => {});
    }
  }

  private async open(): Promise<void> {
    const { usb } = this;
    await usb.control(REQUEST.reset, RESET.all, PORT);
    await usb.control(REQUEST.reset, RESET.purgeRead, PORT);
    await usb.control(REQUEST.reset, RESET.purgeWrite, PORT);
    await usb.control(REQUEST.latency, LATENCY_MS, PORT);
    await usb.control(REQUEST.bitMode, BIT_MODE.reset, PORT);
    await usb.control(REQUEST.bitMode, BIT_MODE.mpsse, PORT);
    await this.send([...setup(), ...pins(false, true)]);
    // The FPGA lets go of the flash within a microsecond of its reset; the board's capacitors take longer.
    await this.clock.wait(250);
  }

  private async identify(): Promise<string> {
    await this.command([CMD.release]);
    const answer = await this.command([CMD.id, 0, 0, 0], 3);
    const hex = Array.from(answer, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    if (answer.every((byte) => byte === 0xff) || answer.every((byte) => byte === 0)) {
      throw new BoardError("the board's flash does not answer; unplug the board, plug it in again, and retry");
    }
    return hex;
  }

  private async erase(length: number): Promise<void> {
    const sectors = Math.ceil(length / SECTOR);
    this.progress.say(`erasing ${sectors} sector${sectors === 1 ? "" : "s"}`);
    for (let sector = 0; sector < sectors; sector++) {
      await this.command([CMD.writeEnable]);
      await this.command([CMD.erase64, ...address(sector * SECTOR)]);
      await this.idle(ERASE_LIMIT_MS, "erase");
      this.progress.done(((sector + 1) / sectors) * 0.3);
    }
  }

  private async write(bitstream: Uint8Array): Promise<void> {
    this.progress.say(`writing ${bitstream.length} bytes`);
    for (let at = 0; at < bitstream.length; at += PAGE) {
      await this.command([CMD.writeEnable]);
      await this.command([CMD.program, ...address(at), ...bitstream.subarray(at, at + PAGE)]);
      await this.idle(PROGRAM_LIMIT_MS, "write");
      this.progress.done(0.3 + (at / bitstream.length) * 0.5);
    }
  }

  private async verify(bitstream: Uint8Array): Promise<void> {
    this.progress.say("comparing");
    for (let at = 0; at < bitstream.length; at += READ_CHUNK) {
      const wanted = bitstream.subarray(at, at + READ_CHUNK);
      const there = await this.command([CMD.read, ...address(at), ...new Uint8Array(wanted.length)], wanted.length);
      const wrong = wanted.findIndex((byte, index) => byte !== there[index]);
      if (wrong >= 0) throw new BoardError(`the flash holds something else at byte ${at + wrong}; try again`);
      this.progress.done(0.8 + (at / bitstream.length) * 0.2);
    }
  }

  private async start(): Promise<void> {
    await this.command([CMD.sleep]);
    await this.send(pins(false, false));
    const until = this.clock.now() + START_LIMIT_MS;
    for (;;) {
      await this.send([...readPins(), ...flush()]);
      const [levels] = await this.read(1);
      if ((levels ?? 0) & PIN.done) break;
      if (this.clock.now() >= until) throw new BoardError("the FPGA did not start from what was written; is the bitstream for this board?");
      await this.clock.wait(10);
    }
    this.progress.done(1);
    this.progress.say("running");
  }

  private letGo(): Promise<void> {
    return this.send(pins(false, false)).then(() => this.usb.control(REQUEST.bitMode, BIT_MODE.reset, PORT));
  }

  /** Waits until the flash has finished what it was told. */
  private async idle(limit: number, what: string): Promise<void> {
    const until = this.clock.now() + limit;
    for (;;) {
      const [status] = await this.command([CMD.status, 0], 1);
      if (status !== undefined && (status & BUSY) === 0) return;
      if (this.clock.now() >= until) throw new BoardError(`the flash did not finish to ${what} in time; unplug the board and try again`);
      await this.clock.wait(1);
    }
  }

  /** One flash command between select and deselect; the last `wanted` bytes that came back meanwhile. */
  private async command(bytes: number[], wanted = 0): Promise<Uint8Array> {
    const shift = wanted > 0 ? [...exchange(bytes), ...flush()] : write(bytes);
    await this.send([...pins(true, true), ...shift, ...pins(false, true)]);
    if (wanted === 0) return new Uint8Array();
    return (await this.read(bytes.length)).subarray(bytes.length - wanted);
  }

  private send(bytes: number[]): Promise<void> {
    return this.usb.send(Uint8Array.from(bytes));
  }

  private async read(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    const until = this.clock.now() + ANSWER_LIMIT_MS;
    for (let at = 0; at < length; ) {
      const piece = await this.usb.receive();
      if (piece[0] === 0xfa && at === 0 && piece.length === 2 && length !== 2) throw new BoardError("the board's USB chip refused a command; unplug the board and try again");
      out.set(piece.subarray(0, length - at), at);
      at += piece.length;
      if (at < length && this.clock.now() >= until) throw new BoardError("the board does not answer; unplug it, plug it in again, and retry");
    }
    return out;
  }
}

const address = (at: number): number[] => [(at >> 16) & 0xff, (at >> 8) & 0xff, at & 0xff];
