import { describe, expect, test } from "vitest";
import recorded from "./recorded.json" with { type: "json" };
import { FakeBoard } from "./fake.ts";
import { bitstreamProblem, Board, BoardError } from "./flash.ts";

/** A bitstream that is one by its first bytes. */
function bitstream(length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
  bytes.set([0xff, 0x00, 0x00, 0xff, 0x7e, 0xaa, 0x99, 0x7e]);
  return bytes;
}

/** `toEqual` walks 100 kB for seconds on a busy machine. */
const holds = (board: FakeBoard, bytes: Uint8Array) => Buffer.compare(board.flash.subarray(0, bytes.length), bytes) === 0;

function program(board: FakeBoard, bytes: Uint8Array) {
  let time = 0;
  const said: string[] = [];
  const parts: number[] = [];
  const clock = { now: () => time++, wait: async (ms: number) => void (time += ms) };
  const done = new Board(board, clock, { say: (text) => said.push(text), done: (part) => parts.push(part) }).program(bytes);
  return { done, said, parts };
}

describe("a board", () => {
  test("holds the bitstream and runs it", async () => {
    const board = new FakeBoard();
    const bytes = bitstream(32_220);
    const { done, said, parts } = program(board, bytes);
    await done;
    expect(holds(board, bytes)).toBe(true);
    expect(board.flash[70_000]).toBe(0x55);
    expect(said).toEqual(["flash 20 ba 16", "erasing 1 sector", "writing 32220 bytes", "comparing", "running"]);
    expect(parts.at(-1)).toBe(1);
    expect([...parts].sort((a, b) => a - b)).toEqual(parts);
    expect([board.running, board.closed, board.mode]).toEqual([true, true, 0]);
  });

  test("takes one of several sectors", async () => {
    const board = new FakeBoard();
    const bytes = bitstream(135_100);
    await program(board, bytes).done;
    expect(holds(board, bytes)).toBe(true);
  });

  test("sends exactly the recorded transfers", async () => {
    const board = new FakeBoard();
    await program(board, bitstream(300)).done;
    const lines = board.transfers.map((it) => `${it.kind} ${it.bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}`);
    if (process.env.RECORD) (await import("node:fs")).writeFileSync("src/features/board/recorded.json", JSON.stringify(lines, null, 1) + "\n");
    else expect(lines).toEqual(recorded);
  });

  test("is let go when it breaks, and the first error is told", async () => {
    const silent = new FakeBoard();
    silent.id = [0xff, 0xff, 0xff];
    await expect(program(silent, bitstream(300)).done).rejects.toThrow("flash does not answer");
    expect([silent.running, silent.closed, silent.flash[0]]).toEqual([true, true, 0x55]);

    const worn = new FakeBoard();
    worn.stuckAt = 260;
    await expect(program(worn, bitstream(300)).done).rejects.toThrow("something else at byte 260");

    const foreign = new FakeBoard();
    foreign.starts = false;
    await expect(program(foreign, bitstream(300)).done).rejects.toThrow("did not start");
    expect(foreign.closed).toBe(true);
  });

  test("may be unplugged at any moment", async () => {
    const whole = new FakeBoard();
    await program(whole, bitstream(300)).done;
    for (let after = 0; after < whole.transfers.length - 2; after++) {
      const board = new FakeBoard();
      board.unplugAfter = after;
      await expect(program(board, bitstream(300)).done, `after ${after}`).rejects.toThrow("disconnected");
      expect(board.closed).toBe(true);
    }
  });

  test("is not touched for what is no bitstream", async () => {
    const board = new FakeBoard();
    await expect(program(board, new TextEncoder().encode("#include")).done).rejects.toBeInstanceOf(BoardError);
    expect(board.transfers).toEqual([]);
    expect(bitstreamProblem(new Uint8Array(2 * 1024 * 1024))).toContain("larger");
  });
});
