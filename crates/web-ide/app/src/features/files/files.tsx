// The file pane: a tree walked by mouse or keys, with new, rename, delete, upload, download.
import { createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import type { FileChange, FileEntry } from "../../gen/agent.ts";
import { asFailure, reason } from "../../transport.ts";
import { useApp } from "../../ui/context.tsx";
import { Dialog, Do } from "../../ui/parts.tsx";
import { count } from "../../ui/text.ts";
import type { SessionApi } from "../ide/api.ts";
import { emptyTree, fileNameProblem, filled, folderOf, forgotten, join, moved, nameOf, ROWS_MAX, rows, stale, toggled } from "./model.ts";

/** Changes arrive in bursts (a checkout, a build): one look for all of them. */
const SETTLE_MS = 120;
/** The agent's limit for one upload. */
const UPLOAD_MAX = 64 * 1024 * 1024;

type Asking = { what: "file"; in: string } | { what: "folder"; in: string } | { what: "rename"; path: string };

export function createFiles(api: SessionApi, tell: (text: string, bad?: boolean) => void) {
  const [tree, setTree] = createSignal(emptyTree);
  const load = async (folder: string) => {
    try {
      const entries = await api.list(folder);
      setTree((held) => filled(held, folder, entries));
    } catch (error) {
      if (asFailure(error).code === "not_found" && folder) setTree((held) => forgotten(held, folder));
      else throw error;
    }
  };
  let pending: { kind: string; path: string }[] = [];
  let timer: number | undefined;
  const changed = (change: FileChange, then: (touches: (path: string) => boolean) => void) => {
    pending.push(change);
    timer ??= window.setTimeout(() => {
      const changes = pending;
      pending = [];
      timer = undefined;
      for (const folder of stale(tree(), changes)) load(folder).catch((error) => tell(reason(error), true));
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
  return { tree, load, changed, toggle };
}

export type Files = ReturnType<typeof createFiles>;

export function FilePane(props: { api: SessionApi; files: Files; active: string | undefined; open: (path: string) => void; renamed: (from: string, to: string) => void }): JSX.Element {
  const app = useApp();
  const [focus, setFocus] = createSignal<string>();
  const [asking, setAsking] = createSignal<Asking>();
  const [dropping, setDropping] = createSignal(false);
  let list!: HTMLUListElement;
  let picker!: HTMLInputElement;
  const all = () => rows(props.files.tree());
  const entry = (): FileEntry | undefined => all().find((it) => it.entry.path === focus())?.entry;
  const folder = () => (entry() ? (entry()!.kind === "folder" ? entry()!.path : folderOf(entry()!.path)) : "");

  const activate = (it: FileEntry) => (it.kind === "folder" ? props.files.toggle(it.path) : props.open(it.path));
  const focusOn = (path: string | undefined) => {
    if (path === undefined) return;
    setFocus(path);
    queueMicrotask(() => list.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus());
  };
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = focus() ?? "";
    if (event.key === "F2" && at) setAsking({ what: "rename", path: at });
    else if (event.key === "Delete" && entry()) void remove();
    else if ((event.key === "Enter" || event.key === " ") && entry()) activate(entry()!);
    else {
      const next = moved(all(), at, event.key);
      if (!next) return;
      if (next.toggle !== undefined) props.files.toggle(next.toggle);
      focusOn(next.focus);
    }
    event.preventDefault();
  };
  const remove = async () => {
    const it = entry();
    if (!it || !window.confirm(`Delete ${it.path}${it.kind === "folder" ? " and all in it" : ""}? It can be got back only from git.`)) return;
    try {
      await props.api.remove(it.path);
      await props.files.load(folderOf(it.path));
      setFocus(undefined);
    } catch (error) {
      app.tell(reason(error), true);
    }
  };
  const upload = async (files: FileList | null, into: string) => {
    let sent = 0;
    for (const file of files ?? []) {
      try {
        if (file.size > UPLOAD_MAX) throw new Error(`${file.name} is larger than 64 MiB; use git or split it`);
        await props.api.upload(join(into, file.name), file);
        sent += 1;
      } catch (error) {
        app.tell(reason(error), true);
      }
    }
    if (sent > 0) app.tell(`${count(sent, "file")} uploaded`);
    await props.files.load(into).catch(() => {});
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    void upload(event.dataTransfer?.files ?? null, folder());
  };
  return (
    <div class="files" classList={{ dropping: dropping() }} onDragOver={(event) => (event.preventDefault(), setDropping(true))} onDragLeave={() => setDropping(false)} onDrop={drop}>
      <div class="tools" role="toolbar" aria-label="Files">
        <button type="button" class="quiet" onClick={() => setAsking({ what: "file", in: folder() })}>New file</button>
        <button type="button" class="quiet" onClick={() => setAsking({ what: "folder", in: folder() })}>Folder</button>
        <button type="button" class="quiet" onClick={() => picker.click()}>Upload</button>
        <input type="file" multiple hidden ref={picker} onChange={() => void upload(picker.files, folder()).then(() => (picker.value = ""))} />
      </div>
      <ul class="tree" role="tree" aria-label="Files" ref={list} onKeyDown={key} tabindex={all().length === 0 ? 0 : -1}>
        <For each={all()}>
          {(row, index) => (
            <li
              role="treeitem" aria-level={row.depth + 1} aria-expanded={row.entry.kind === "folder" ? row.open : undefined} aria-selected={row.entry.path === props.active}
              data-path={row.entry.path} tabindex={focus() === row.entry.path || (focus() === undefined && index() === 0) ? 0 : -1}
              style={{ "padding-left": `${10 + row.depth * 13}px` }} title={row.entry.path}
              onFocus={() => setFocus(row.entry.path)} onClick={() => activate(row.entry)}
            >
              <span class="twist" aria-hidden="true">{row.entry.kind === "folder" ? (row.open ? "▾" : "▸") : ""}</span>
              {nameOf(row.entry.path)}
            </li>
          )}
        </For>
      </ul>
      <Show when={all().length >= ROWS_MAX}><p class="hint pad">Only the first {ROWS_MAX} are shown; a terminal lists them all.</p></Show>
      <Show when={props.files.tree().folders.has("") && all().length === 0}><p class="hint pad">The workspace is empty. Make a file, or drop some here.</p></Show>
      <Show when={entry()}>
        {(it) => (
          <div class="tools under" role="toolbar" aria-label={`Do with ${it().path}`}>
            <button type="button" class="quiet" onClick={() => setAsking({ what: "rename", path: it().path })}>Rename</button>
            <button type="button" class="quiet" onClick={() => void remove()}>Delete</button>
            <Show when={it().kind === "file"}><a class="button quiet" href={props.api.rawPath(it().path)} download={nameOf(it().path)}>Download</a></Show>
          </div>
        )}
      </Show>
      <Show when={asking()}>
        {(ask) => <NameDialog ask={ask()} api={props.api} close={() => setAsking(undefined)} done={done} />}
      </Show>
    </div>
  );

  async function done(ask: Asking, path: string) {
    setAsking(undefined);
    if (ask.what === "rename") {
      props.renamed(ask.path, path);
      await props.files.load(folderOf(ask.path)).catch(() => {});
    }
    await props.files.load(folderOf(path)).catch(() => {});
    focusOn(path);
    if (ask.what === "file") props.open(path);
  }
}

function NameDialog(props: { ask: Asking; api: SessionApi; close: () => void; done: (ask: Asking, path: string) => Promise<void> }): JSX.Element {
  const { ask } = props;
  const [name, setName] = createSignal(ask.what === "rename" ? ask.path : ask.in ? `${ask.in}/` : "");
  const title = ask.what === "rename" ? `Rename ${nameOf(ask.path)}` : `New ${ask.what}`;
  const run = async () => {
    if (ask.what === "rename") await props.api.rename(ask.path, name());
    else await (ask.what === "file" ? props.api.createFile : props.api.createFolder)(name());
    await props.done(ask, name());
  };
  let form!: HTMLDivElement;
  return (
    <Dialog title={title} close={props.close}>
      <div class="stack" ref={form} onKeyDown={(event) => event.key === "Enter" && (event.target as Element).tagName === "INPUT" && form.querySelector<HTMLButtonElement>(".primary")?.click()}>
        <label>
          Path
          <input autofocus spellcheck={false} autocapitalize="none" value={name()} onInput={(event) => setName(event.currentTarget.value)} />
          <span class="hint">{name() ? (fileNameProblem(name()) ?? "in the workspace") : "relative to the workspace"}</span>
        </label>
        <div class="row">
          <Do class="primary" run={run} disabled={fileNameProblem(name()) !== undefined}>{ask.what === "rename" ? "Rename" : "Create"}</Do>
          <button type="button" onClick={() => props.close()}>Cancel</button>
        </div>
      </div>
    </Dialog>
  );
}
