// What shared notes ask of the outside.
import type { Notes } from "../../gen/notes.ts";
import type { LiveSocket, SocketHandlers } from "../../transport.ts";

export interface NotesPorts {
  /** Which document, and what we may do with it; fails if we may not even know of it. */
  open(): Promise<Notes>;
  socket(handlers: SocketHandlers): LiveSocket;
  now(): number;
  later(ms: number, run: () => void): () => void;
}
