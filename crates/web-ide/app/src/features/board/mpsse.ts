// The FT2232H's serial engine (MPSSE): commands as bytes, and the few pin meanings of an iCE40 board.
// After FTDI's application note AN_108: every command is one byte and its arguments.

/** USB control requests of the chip. */
export const REQUEST = { reset: 0x00, latency: 0x09, bitMode: 0x0b } as const;
export const RESET = { all: 0, purgeRead: 1, purgeWrite: 2 } as const;
export const BIT_MODE = { reset: 0x0000, mpsse: 0x0200 } as const;

/** Pins of the first port: clock, data out, data in, flash select, configuration done, configuration reset. */
export const PIN = { sck: 0x01, mosi: 0x02, miso: 0x04, select: 0x10, done: 0x40, creset: 0x80 } as const;
const OUTPUTS_ALWAYS = PIN.sck | PIN.mosi;

const OP = {
  writeBytes: 0x11, exchangeBytes: 0x31, setLow: 0x80, readLow: 0x81, loopbackOff: 0x85, divisor: 0x86,
  flush: 0x87, divideBy5Off: 0x8a, adaptiveOff: 0x97, threePhaseOff: 0x8d,
} as const;

/** Clock divisor for 6 MHz of the 60 MHz base: 60 / ((1 + 4) * 2). What long cables and slow flashes take. */
const DIVISOR = 4;

/** The most bytes that one shift command can count. */
export const SHIFT_MAX = 65_536;

export const setup = (): number[] => [
  OP.divideBy5Off, OP.adaptiveOff, OP.threePhaseOff, OP.loopbackOff, OP.divisor, DIVISOR & 0xff, DIVISOR >> 8,
];

/** Drives the pins: select low means that the flash listens, creset low holds the FPGA away from it. */
export function pins(select: boolean, creset: boolean): number[] {
  let driven = OUTPUTS_ALWAYS;
  let value = 0;
  // Both have pull-ups: high means not driven, so that the board's own button works.
  if (select) driven |= PIN.select;
  if (creset) driven |= PIN.creset;
  if (!select) value |= PIN.select;
  if (!creset) value |= PIN.creset;
  return [OP.setLow, value, driven];
}

const counted = (op: number, length: number): number[] => {
  if (length < 1 || length > SHIFT_MAX) throw new RangeError(`a shift of ${length} bytes`);
  return [op, (length - 1) & 0xff, (length - 1) >> 8];
};

export const write = (bytes: ArrayLike<number>): number[] => [...counted(OP.writeBytes, bytes.length), ...Array.from(bytes)];

/** Writes and reads as many at once. */
export const exchange = (bytes: ArrayLike<number>): number[] => [...counted(OP.exchangeBytes, bytes.length), ...Array.from(bytes)];

export const readPins = (): number[] => [OP.readLow];
export const flush = (): number[] => [OP.flush];
