// What programming a board needs from outside: a USB device, time, somebody to tell.

export interface Usb {
  /** A control request of the vendor's kind, without data. */
  control(request: number, value: number, index: number): Promise<void>;
  send(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** What is there, with the two status bytes of each packet removed; empty when nothing is. */
  receive(): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface Clock {
  now(): number;
  wait(ms: number): Promise<void>;
}

export interface Progress {
  /** One line of the log. */
  say(text: string): void;
  /** From 0 to 1. */
  done(part: number): void;
}
