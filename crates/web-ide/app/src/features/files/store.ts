// The tree as the page holds it: read folder by folder, kept true by what the slot tells.
import { createSignal, onCleanup } from "solid-js";
import type { FileChange } from "../../gen/agent.ts";
import { asFailure, reason } from "../../transport.ts";
import type { SessionApi } from "../ide/api.ts";
import { emptyTree, filled, forgotten, stale, toggled, updated } from "./model.ts";

/** Changes arrive in bursts (a checkout, a build): one look for all of them. */
const SETTLE_MS = 120;
/** Changes kept for one look; more mean everything. */
const PENDING_MAX = 5_000;

export function createFiles(api: SessionApi, tell: (text: string, bad?: boolean) => void) {
  const [tree, setTree] = createSignal(emptyTree);
  const [loading, setLoading] = createSignal<ReadonlySet<string>>(new Set<string>());
  const turns = new Map<string, number>();
  const load = async (folder: string) => {
    const turn = (turns.get(folder) ?? 0) + 1;
    turns.set(folder, turn);
    const newest = () => turns.get(folder) === turn;
    setLoading(new Set([...loading(), folder]));
    try {
      // Of a folder that is known already the first page is no news.
      const first = tree().folders.has(folder) ? undefined : (entries: Parameters<typeof filled>[2]) => newest() && setTree((held) => filled(held, folder, entries));
      const entries = await api.list(folder, first);
      if (newest()) setTree((held) => filled(held, folder, entries));
    } catch (error) {
      if (asFailure(error).code === "not_found" && folder) setTree((held) => forgotten(held, folder));
      else throw error;
    } finally {
      if (newest()) setLoading(new Set([...loading()].filter((it) => it !== folder)));
    }
  };
  const look = async (paths: string[]) => {
    if (paths.length === 0) return;
    const found = await api.stat(paths);
    setTree((held) => {
      let next = updated(held, paths, found);
      const there = new Set(found.filter((it) => it.kind === "folder").map((it) => it.path));
      for (const path of paths) if (held.folders.has(path) && !there.has(path)) next = forgotten(next, path);
      return next;
    });
    // A folder that was taken away and put back has other things in it.
    for (const it of found) if (it.kind === "folder" && tree().open.has(it.path) && !tree().folders.has(it.path)) await load(it.path);
  };
  let pending: { kind: string; path: string }[] = [];
  let timer: number | undefined;
  const changed = (change: FileChange, then: (touches: (path: string) => boolean) => void) => {
    if (pending.length >= PENDING_MAX) pending = [{ kind: "rescan", path: "" }];
    else pending.push(change);
    timer ??= window.setTimeout(() => {
      const changes = pending;
      pending = [];
      timer = undefined;
      const { folders, paths } = stale(tree(), changes);
      const failed = (error: unknown) => tell(reason(error), true);
      look(paths).catch(failed);
      for (const folder of folders) load(folder).catch(failed);
      const all = changes.some((it) => it.kind === "rescan");
      const touched = new Set(changes.map((it) => it.path));
      then((path) => all || touched.has(path) || changes.some((it) => path.startsWith(`${it.path}/`)));
    }, SETTLE_MS);
  };
  onCleanup(() => window.clearTimeout(timer));
  const toggle = (folder: string) => {
    setTree((held) => toggled(held, folder));
    if (tree().open.has(folder)) load(folder).catch((error) => tell(reason(error), true));
  };
  return { tree, loading, load, look, changed, toggle };
}

export type Files = ReturnType<typeof createFiles>;
