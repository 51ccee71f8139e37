// Open documents: what is on the disk, what is in the editor, and what happens when both change.

export type DocState =
  | { kind: "loading" }
  | { kind: "failed"; why: string }
  /** Too large or not text: can be downloaded, not edited. */
  | { kind: "unfit"; why: string }
  | { kind: "clean" }
  | { kind: "dirty" }
  | { kind: "saving"; again: boolean }
  /** The file changed on the disk while there are unsaved changes here. */
  | { kind: "conflict" }
  /** The file was removed while it was open; whether the text here was changed before or since. */
  | { kind: "gone"; edited: boolean };

export interface Doc {
  path: string;
  /** The version on the disk that the text here started from. */
  etag: string;
  state: DocState;
}

export type DocEvent =
  | { kind: "loaded"; etag: string }
  | { kind: "load-failed"; why: string }
  | { kind: "unfit"; why: string }
  | { kind: "edited" }
  /** The text is again what is on the disk: edits were undone. */
  | { kind: "reverted" }
  | { kind: "save" }
  | { kind: "saved"; etag: string }
  | { kind: "save-refused" }
  | { kind: "save-failed"; why: string }
  /** A change on the disk, with the version now there; none: removed. */
  | { kind: "on-disk"; etag: string | undefined }
  | { kind: "take-theirs" }
  | { kind: "keep-mine" };

export type DocEffect =
  | { do: "load" }
  /** Writes the text if the file still has this version; "": whatever is there; "none": only if nothing is. */
  | { do: "write"; etag: string }
  | { do: "tell"; text: string };

/** What the editor takes whole: beyond it, typing in it would no longer be pleasant. */
export const TEXT_MAX = 8 * 1024 * 1024;

export const opened = (path: string): Doc => ({ path, etag: "", state: { kind: "loading" } });

/** Whether closing the page now would lose something. */
export const hasUnsaved = (doc: Doc): boolean => ["dirty", "saving", "conflict", "gone"].includes(doc.state.kind);

export function step(doc: Doc, event: DocEvent): { doc: Doc; effects: DocEffect[] } {
  const to = (state: DocState, effects: DocEffect[] = [], etag = doc.etag) => ({ doc: { ...doc, etag, state }, effects });
  const same = { doc, effects: [] };
  const { state } = doc;
  switch (event.kind) {
    case "loaded":
      return to({ kind: "clean" }, [], event.etag);
    case "load-failed":
      return to({ kind: "failed", why: event.why });
    case "unfit":
      return to({ kind: "unfit", why: event.why });
    case "edited":
      if (state.kind === "gone") return to({ kind: "gone", edited: true });
      return state.kind === "clean" ? to({ kind: "dirty" }) : state.kind === "saving" ? to({ kind: "saving", again: true }) : same;
    case "reverted":
      if (state.kind === "gone") return to({ kind: "gone", edited: false });
      return state.kind === "dirty" ? to({ kind: "clean" }) : same;
    case "save":
      if (state.kind === "dirty") return to({ kind: "saving", again: false }, [{ do: "write", etag: doc.etag }]);
      return state.kind === "gone" ? to({ kind: "saving", again: false }, [{ do: "write", etag: "none" }]) : same;
    case "saved":
      return to(state.kind === "saving" && state.again ? { kind: "dirty" } : { kind: "clean" }, [], event.etag);
    case "save-refused":
      return to({ kind: "conflict" });
    case "save-failed":
      return to({ kind: "dirty" }, [{ do: "tell", text: event.why }]);
    case "on-disk":
      return onDisk(doc, event.etag);
    case "take-theirs":
      return to({ kind: "loading" }, [{ do: "load" }]);
    case "keep-mine":
      return state.kind === "conflict" ? to({ kind: "saving", again: false }, [{ do: "write", etag: "" }]) : same;
  }
}

function onDisk(doc: Doc, etag: string | undefined): { doc: Doc; effects: DocEffect[] } {
  const to = (state: DocState, effects: DocEffect[] = []) => ({ doc: { ...doc, state }, effects });
  const kind = doc.state.kind;
  const edited = kind === "dirty" || kind === "conflict" || (doc.state.kind === "gone" && doc.state.edited);
  // A write of ours is answered by "saved"; what the watcher says meanwhile may be that very write.
  if (kind === "loading" || kind === "saving") return { doc, effects: [] };
  if (etag === undefined) return kind === "clean" || kind === "dirty" || kind === "conflict" ? to({ kind: "gone", edited }) : { doc, effects: [] };
  // The very file that the text here started from: it never changed, or it is back.
  if (etag === doc.etag) return kind === "gone" || kind === "conflict" ? to({ kind: edited ? "dirty" : "clean" }) : { doc, effects: [] };
  if (edited) return to({ kind: "conflict" });
  return to({ kind: "loading" }, [{ do: "load" }]);
}

/** What turns one text into another, in one piece; undefined when they are the same. */
export function between(before: string, after: string): { from: number; to: number; insert: string } | undefined {
  if (before === after) return undefined;
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (end < least - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/** Text, or why it is none. */
export function readText(bytes: Uint8Array): { text: string } | { why: string } {
  if (bytes.length > TEXT_MAX) return { why: "larger than 8 MB: download it, or open it in a terminal" };
  if (bytes.subarray(0, 8_192).includes(0)) return { why: "not text" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { why: "not text in UTF-8" };
  }
}
