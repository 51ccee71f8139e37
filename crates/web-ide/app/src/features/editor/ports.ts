// What open documents need from outside.

export interface Disk {
  read(path: string): Promise<{ bytes: Uint8Array; etag: string }>;
  /** Etag "" writes over whatever is there, "none" only where nothing is. Fails with code "aborted" if it differs. */
  write(path: string, text: string, etag: string): Promise<{ etag: string }>;
  /** The version that is there now, if any. */
  version(path: string): Promise<string | undefined>;
}

export interface Texts {
  put(path: string, text: string): Promise<void>;
  text(path: string): string;
  /** What each column shows, and which one has the cursor. */
  show(columns: readonly (string | undefined)[], focus: number): void;
  drop(path: string): void;
  focus(): void;
}

/** Whether the cursor goes into a text that is opened, or stays where it is. */
export type Cursor = "goes" | "stays";

/** A place in a file; lines and columns count from 1. */
export interface Place {
  path: string;
  line: number;
  column: number;
}
