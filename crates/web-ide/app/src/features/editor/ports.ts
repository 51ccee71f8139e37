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
  show(path: string | undefined): void;
  drop(path: string): void;
  focus(): void;
}
