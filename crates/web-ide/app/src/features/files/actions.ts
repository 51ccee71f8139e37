// What is done with files: move, delete so that it can be undone, upload. Nothing of the page in here.
import { createSignal } from "solid-js";
import { reason } from "../../transport.ts";
import { count } from "../../ui/text.ts";
import type { SessionApi } from "../ide/api.ts";
import type { Dropped } from "./dropped.ts";
import { folderOf, join, moves, outermost } from "./model.ts";
import { bare } from "./names.ts";
import type { Files } from "./store.ts";

/** The agent's limit for one request. */
const TRASH_MAX = 1_000;
/** Steps back that are remembered. */
const UNDO_MAX = 20;

export type Undo = { what: string; kind: "trash"; ids: string[] } | { what: string; kind: "move"; pairs: { from: string; to: string }[] };

export interface ActionTold {
  tell(text: string, bad?: boolean): void;
  confirm(text: string): boolean;
  renamed(from: string, to: string): void;
}

export function createActions(api: SessionApi, files: Files, told: ActionTold) {
  const [undos, setUndos] = createSignal<readonly Undo[]>([]);
  const [sending, setSending] = createSignal<{ done: number; of: number }>();
  const remember = (undo: Undo) => setUndos([...undos(), undo].slice(-UNDO_MAX));
  const again = (paths: readonly string[]) => files.look([...new Set(paths)].slice(0, TRASH_MAX)).catch(() => {});
  const named = (paths: readonly string[]) => (paths.length === 1 ? bare(paths[0]!).name : count(paths.length, "file"));

  const move = async (pairs: readonly { from: string; to: string }[]): Promise<{ from: string; to: string }[]> => {
    const done: { from: string; to: string }[] = [];
    try {
      for (const pair of pairs) {
        await api.rename(pair.from, pair.to);
        done.push(pair);
        told.renamed(pair.from, pair.to);
      }
    } catch (error) {
      told.tell(reason(error), true);
    }
    await again(done.flatMap((it) => [it.from, it.to]));
    return done;
  };
  /** Moves into a folder; gives where they are now. */
  const moveInto = async (paths: readonly string[], into: string): Promise<string[]> => {
    const done = await move(moves(paths, into));
    if (done.length > 0) remember({ kind: "move", what: `${named(done.map((it) => it.to))} moved to ${into ? bare(into).whole : "the workspace"}`, pairs: done });
    return done.map((it) => it.to);
  };
  const rename = async (from: string, to: string): Promise<void> => {
    await api.rename(from, to);
    told.renamed(from, to);
    remember({ kind: "move", what: `${bare(from).name} renamed to ${folderOf(from) === folderOf(to) ? bare(to).name : bare(to).whole}`, pairs: [{ from, to }] });
    await again([from, to]);
  };

  const trash = async (wanted: readonly string[]): Promise<boolean> => {
    const paths = outermost(wanted);
    const ids: string[] = [];
    const gone: string[] = [];
    let problem = "";
    try {
      for (let at = 0; at < paths.length; at += TRASH_MAX) {
        const reply = await api.trash(paths.slice(at, at + TRASH_MAX));
        if (reply.id) ids.push(reply.id);
        gone.push(...reply.paths);
        problem ||= reply.problem;
      }
    } catch (error) {
      problem = reason(error);
    }
    if (problem) told.tell(problem, true);
    if (ids.length > 0) remember({ kind: "trash", what: `${named(gone)} deleted`, ids });
    await again(gone);
    return gone.length > 0;
  };
  const destroy = async (wanted: readonly string[]): Promise<boolean> => {
    const paths = outermost(wanted);
    if (!told.confirm(`Delete ${paths.length === 1 ? bare(paths[0]!).whole : count(paths.length, "file")} for good, folders with all in them? This can't be undone.`)) return false;
    try {
      for (const path of paths) await api.remove(path);
    } catch (error) {
      told.tell(reason(error), true);
    }
    await again(paths);
    return true;
  };
  const undo = async (): Promise<void> => {
    const last = undos().at(-1);
    if (!last) return;
    setUndos(undos().slice(0, -1));
    if (last.kind === "move") return void (await move(last.pairs.map(({ from, to }) => ({ from: to, to: from })).reverse()));
    for (const id of last.ids) {
      const back = await api.restore(id).catch((error) => ({ paths: [], problem: reason(error) }));
      if (back.problem) {
        told.tell(back.problem, true);
        // What stays in the trash can be tried again.
        remember({ ...last, ids: [id] });
      }
      await again(back.paths);
    }
  };

  const upload = async (into: string, found: readonly Dropped[], folders: readonly string[] = []): Promise<void> => {
    try {
      const { sendAll } = await import("./upload.ts");
      await sendAll(api, told, setSending, { into, found, folders });
    } catch (error) {
      told.tell(reason(error), true);
    }
    setSending(undefined);
    await again([...found.map((it) => join(into, it.path.split("/")[0]!)), ...folders.map((it) => join(into, it.split("/")[0]!))]);
  };
  return { undos, sending, moveInto, rename, trash, destroy, undo, upload, forget: () => setUndos([]) };
}

export type Actions = ReturnType<typeof createActions>;
