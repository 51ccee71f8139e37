// The file pane: a tree of any size, walked by mouse or keys; what is done with files is in actions.ts.
import { createEffect, createMemo, createSignal, For, lazy, on, onCleanup, onMount, Show, Suspense, type JSX } from "solid-js";
import { useApp } from "../../ui/context.tsx";
import { count } from "../../ui/text.ts";
import type { Cursor } from "../editor/ports.ts";
import type { SessionApi } from "../ide/api.ts";
import { createActions, type Actions } from "./actions.ts";
import type { Asking } from "./dialog.tsx";
import { dropped } from "./dropped.ts";
import type { Item } from "./menu.tsx";
import { chosen, drawn, folderOf, moved, nameOf, rows, typed, type Row } from "./model.ts";
import { bare } from "./names.ts";
import type { Files } from "./store.ts";
import "./files.css";

export { createFiles, type Files } from "./store.ts";

const NameDialog = lazy(async () => ({ default: (await import("./dialog.tsx")).NameDialog }));
const Menu = lazy(async () => ({ default: (await import("./menu.tsx")).Menu }));

/** What dragged rows carry. */
const KIND = "application/x-carrel-files";
/** A row's height; a finger needs more. */
const ROW = 24;
const ROW_COARSE = 34;
/** A folder that something is held over opens after this. */
const SPRING_MS = 700;
/** Letters typed within this belong together. */
const TYPING_MS = 700;

interface PaneProps {
  api: SessionApi;
  files: Files;
  active: string | undefined;
  open: (path: string, cursor: Cursor) => void;
  renamed: (from: string, to: string) => void;
}

export function FilePane(props: PaneProps): JSX.Element {
  const app = useApp();
  const { files } = props;
  const actions = createActions(props.api, files, { tell: app.tell, confirm: (text) => window.confirm(text), renamed: (from, to) => props.renamed(from, to) });
  const [focus, setFocus] = createSignal<string>();
  const [picked, setPicked] = createSignal<ReadonlySet<string>>(new Set<string>());
  const [anchor, setAnchor] = createSignal<string>();
  const [cut, setCut] = createSignal<readonly string[]>([]);
  const [asking, setAsking] = createSignal<Asking>();
  const [menu, setMenu] = createSignal<{ x: number; y: number }>();
  const [over, setOver] = createSignal<string>();
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(600);
  const row = matchMedia("(pointer: coarse)").matches ? ROW_COARSE : ROW;
  let list!: HTMLDivElement;
  let picker!: HTMLInputElement;
  const all = createMemo(() => rows(files.tree()));
  const index = createMemo(() => new Map(all().map((it, at) => [it.entry.path, at])));
  const at = (path: string | undefined): Row | undefined => (path === undefined ? undefined : all()[index().get(path) ?? -1]);
  const window_ = createMemo(() => drawn(all().length, top(), height(), row));
  const focused = () => at(focus())?.entry;
  const folder = () => (focused() ? (focused()!.kind === "folder" ? focused()!.path : folderOf(focused()!.path)) : "");
  /** What an action means: all that is picked, or the row with the focus. */
  const meant = (): string[] => (picked().size > 0 ? [...picked()].filter((path) => at(path)) : focus() !== undefined && focused() ? [focus()!] : []);

  onMount(() => {
    const watch = new ResizeObserver(() => setHeight(list.clientHeight));
    watch.observe(list);
    onCleanup(() => watch.disconnect());
  });
  const show = (path: string) => {
    const place = (index().get(path) ?? -1) * row;
    if (place < 0) return;
    if (place < list.scrollTop) list.scrollTop = place;
    else if (place + row > list.scrollTop + list.clientHeight) list.scrollTop = place + row - list.clientHeight;
    setTop(list.scrollTop);
  };
  const focusOn = (path: string | undefined, how: "one" | "range" | "keep" = "one") => {
    if (path === undefined) return;
    setFocus(path);
    show(path);
    if (how === "keep") return;
    const next = chosen(picked(), anchor(), all(), path, how);
    setPicked(next.chosen);
    setAnchor(next.anchor);
  };
  // What went away is neither picked nor in focus any more; its neighbour is.
  createEffect(on(index, (now, before) => {
    const path = focus();
    if (path !== undefined && !now.has(path)) setFocus(all()[Math.min(before?.get(path) ?? 0, all().length - 1)]?.entry.path);
    if ([...picked()].some((it) => !now.has(it))) setPicked(new Set([...picked()].filter((it) => now.has(it))));
    setTop(list.scrollTop);
  }));

  const activate = (path: string, cursor: Cursor) => (at(path)?.entry.kind === "folder" ? files.toggle(path) : props.open(path, cursor));
  const click = (event: MouseEvent, path: string) => {
    list.focus({ preventScroll: true });
    const how = event.shiftKey ? "range" : event.ctrlKey || event.metaKey ? "toggle" : "one";
    const next = chosen(picked(), anchor() ?? focus(), all(), path, how);
    setPicked(next.chosen);
    setAnchor(next.anchor);
    setFocus(path);
    // Who looks through files stays among them; a second click goes to the text.
    if (how === "one") activate(path, event.detail > 1 ? "goes" : "stays");
  };
  const remove = async (forGood: boolean) => {
    const paths = meant();
    if (paths.length > 0 && (await (forGood ? actions.destroy(paths) : actions.trash(paths)))) setPicked(new Set<string>());
  };
  const paste = async () => {
    const into = folder();
    const done = await actions.moveInto(cut(), into);
    setCut([]);
    if (done[0]) focusOn(done[0]);
  };

  let letters = "";
  let typing: number | undefined;
  onCleanup(() => window.clearTimeout(typing));
  const letter = (key: string): boolean => {
    if ([...key].length !== 1 || (key === " " && letters === "")) return false;
    window.clearTimeout(typing);
    typing = window.setTimeout(() => (letters = ""), TYPING_MS);
    letters += key;
    focusOn(typed(all(), focus(), letters));
    return true;
  };
  const withCtrl = (event: KeyboardEvent): boolean => {
    const key = event.key.toLowerCase();
    if (key === "a") setPicked(new Set(all().map((it) => it.entry.path)));
    else if (key === "x") setCut(meant());
    else if (key === "v" && cut().length > 0) void paste();
    else if (key === "z") void actions.undo();
    else if (key === " " && focus() !== undefined) setPicked(chosen(picked(), anchor(), all(), focus()!, "toggle").chosen);
    else {
      const next = moved(all(), focus() ?? "", event.key);
      if (next?.focus === undefined) return false;
      focusOn(next.focus, "keep");
    }
    return true;
  };
  const plainKey = (event: KeyboardEvent): boolean => {
    const path = focus();
    if (event.key === "F2" && focused()) setAsking({ what: "rename", path: path! });
    else if (event.key === "Delete") void remove(event.shiftKey);
    else if (event.key === "Enter" && focused()) activate(path!, "goes");
    else if (event.key === " " && letters === "" && focused()) activate(path!, "stays");
    else if (event.key === "Escape") (setCut([]), setPicked(new Set<string>()));
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) openMenu();
    else {
      const next = moved(all(), path ?? "", event.key);
      if (!next) return !event.shiftKey || [...event.key].length === 1 ? letter(event.key) : false;
      if (next.toggle !== undefined) files.toggle(next.toggle);
      if (event.shiftKey && anchor() === undefined) setAnchor(path);
      focusOn(next.focus, event.shiftKey ? "range" : "one");
    }
    return true;
  };
  const key = (event: KeyboardEvent) => {
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey ? withCtrl(event) : plainKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const openMenu = () => {
    const { left, top: listTop } = list.getBoundingClientRect();
    setMenu({ x: left + 24, y: listTop + (index().get(focus() ?? "") ?? 0) * row - list.scrollTop + row });
  };
  const context = (event: MouseEvent, path: string | undefined) => {
    event.preventDefault();
    if (path !== undefined) {
      if (!picked().has(path)) (setPicked(new Set([path])), setAnchor(path));
      setFocus(path);
    } else (setPicked(new Set<string>()), setFocus(undefined));
    setMenu({ x: event.clientX, y: event.clientY });
  };
  const items = (): Item[] => {
    const paths = meant();
    const one = paths.length === 1 ? at(paths[0]) : undefined;
    const what = paths.length > 1 ? ` ${count(paths.length, "file")}` : "";
    return [
      ...(one?.entry.kind === "file" ? [{ title: "Open", keys: "Enter", run: () => props.open(paths[0]!, "goes") }] : []),
      { title: "New file…", run: () => setAsking({ what: "file", in: folder() }) },
      { title: "New folder…", run: () => setAsking({ what: "folder", in: folder() }) },
      { title: "Upload here…", run: () => picker.click() },
      ...(one ? [{ title: "Rename…", keys: "F2", run: () => setAsking({ what: "rename", path: paths[0]! }) }] : []),
      ...(one?.entry.kind === "file" ? [{ title: "Download", href: props.api.rawPath(paths[0]!), name: nameOf(paths[0]!) }] : []),
      ...(paths.length > 0 ? [{ title: `Cut${what}`, keys: "Ctrl X", run: () => setCut(paths) }] : []),
      ...(cut().length > 0 ? [{ title: `Move ${count(cut().length, "file")} here`, keys: "Ctrl V", run: () => void paste() }] : []),
      ...(paths.length > 0 ? [{ title: `Delete${what}`, keys: "Del", run: () => void remove(false) }, { title: `Delete${what} for good…`, keys: "Shift Del", run: () => void remove(true) }] : []),
    ];
  };

  let spring: number | undefined;
  const springOff = () => (window.clearTimeout(spring), (spring = undefined));
  onCleanup(springOff);
  /** The folder that a drop on this row goes into. */
  const target = (path: string | undefined) => (path === undefined ? "" : at(path)?.entry.kind === "folder" ? path : folderOf(path));
  const dragOver = (event: DragEvent, path: string | undefined) => {
    const types = event.dataTransfer?.types ?? [];
    if (!types.includes(KIND) && !types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    const into = target(path);
    if (over() === into) return;
    setOver(into);
    springOff();
    if (into && !files.tree().open.has(into)) spring = window.setTimeout(() => files.toggle(into), SPRING_MS);
  };
  const drop = (event: DragEvent, path: string | undefined) => {
    const into = target(path);
    setOver(undefined);
    springOff();
    const own = event.dataTransfer?.getData(KIND);
    if (!own && !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    if (own) void actions.moveInto(JSON.parse(own) as string[], into);
    else void dropped(event.dataTransfer!).then(({ files: found, folders }) => actions.upload(into, found, folders)).catch(() => app.tell("What was dropped could not be read.", true));
  };
  const drag = (event: DragEvent, path: string) => {
    const paths = picked().has(path) ? meant() : [path];
    event.dataTransfer?.setData(KIND, JSON.stringify(paths));
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  };
  const id = (path: string | undefined) => (path !== undefined && index().has(path) ? `file-${index().get(path)}` : undefined);

  return (
    <div class="files" onDragOver={(event) => dragOver(event, undefined)} onDragLeave={(event) => event.currentTarget === event.target && setOver(undefined)} onDrop={(event) => drop(event, undefined)}>
      <div class="tools" role="toolbar" aria-label="Files">
        <button type="button" class="quiet" onClick={() => setAsking({ what: "file", in: folder() })}>New file</button>
        <button type="button" class="quiet" onClick={() => setAsking({ what: "folder", in: folder() })}>Folder</button>
        <button type="button" class="quiet" onClick={() => picker.click()}>Upload</button>
        <input type="file" multiple hidden ref={picker} onChange={() => void actions.upload(folder(), [...(picker.files ?? [])].map((file) => ({ path: file.name, file }))).then(() => (picker.value = ""))} />
      </div>
      <div
        class="tree" classList={{ dropping: over() === "" }} role="tree" aria-label="Files" aria-multiselectable="true" tabindex="0" ref={list} aria-activedescendant={id(focus())}
        onScroll={() => setTop(list.scrollTop)} onKeyDown={key} onFocus={() => focus() === undefined && setFocus(all()[0]?.entry.path)}
        onContextMenu={(event) => context(event, undefined)}
      >
        <div role="none" style={{ height: `${window_().above}px` }} />
        <For each={all().slice(window_().from, window_().to).map((it) => it.entry.path)}>
          {(path) => {
            // A row stays as long as its path: a file that is being written can be clicked and dragged.
            const it = createMemo<Row>((before) => at(path) ?? before, at(path)!);
            return <div
              class="node" role="treeitem" id={id(path)} aria-level={it().depth + 1} aria-expanded={it().entry.kind === "folder" ? it().open : undefined} aria-selected={picked().has(path)}
              aria-setsize={files.tree().folders.get(folderOf(path))?.length} aria-posinset={place(it())} aria-current={path === props.active ? "true" : undefined}
              data-path={path} draggable={true} title={bare(path).whole}
              classList={{ focus: focus() === path, active: path === props.active, cut: cut().includes(path), dropping: over() !== undefined && over() !== "" && over() === path }}
              style={{ height: `${row}px`, "line-height": `${row}px`, "padding-left": `${8 + it().depth * 13}px` }}
              onClick={(event) => click(event, path)} onContextMenu={(event) => (event.stopPropagation(), context(event, path))}
              onDragStart={(event) => drag(event, path)} onDragOver={(event) => dragOver(event, path)} onDrop={(event) => drop(event, path)} onDragEnd={() => (setOver(undefined), springOff())}
            >
              <span class="twist" aria-hidden="true">{it().entry.kind === "folder" ? (it().open ? "▾" : "▸") : it().entry.kind === "link" ? "↗" : ""}</span>
              <bdi>{bare(path).name}</bdi>
            </div>;
          }}
        </For>
        <div role="none" style={{ height: `${window_().below}px` }} />
      </div>
      <Foot actions={actions} loading={files.loading().size > 0} held={() => files.tree().folders.get([...files.loading()][0] ?? "")?.length ?? 0} picked={picked().size} cut={cut().length} />
      <Show when={files.tree().folders.has("") && all().length === 0}><p class="hint pad">The workspace is empty. Make a file, or drop some here.</p></Show>
      <Show when={asking()}>{(ask) => <Suspense><NameDialog ask={ask()} api={props.api} rename={actions.rename} close={() => (setAsking(undefined), list.focus({ preventScroll: true }))} done={done} /></Suspense>}</Show>
      <Show when={menu()}>{(place) => <Suspense><Menu label="Do with files" at={place()} items={items()} close={() => (setMenu(undefined), list.focus({ preventScroll: true }))} /></Suspense>}</Show>
    </div>
  );

  /** Counting in a folder of 50,000 for each row drawn would show. */
  function place(it: Row): number | undefined {
    const siblings = files.tree().folders.get(folderOf(it.entry.path)) ?? [];
    return siblings.length <= 1_000 ? siblings.indexOf(it.entry) + 1 : it.depth === 0 ? index().get(it.entry.path)! + 1 : undefined;
  }

  async function done(ask: Asking, path: string) {
    setAsking(undefined);
    list.focus({ preventScroll: true });
    const since = app.attention.presses();
    if (ask.what !== "rename") await files.look([path]).catch(() => {});
    const here = app.attention.presses() === since;
    if (here) focusOn(path);
    if (ask.what === "file") props.open(path, here ? "goes" : "stays");
  }
}

/** What was just done, and how to take it back; what is going on. */
function Foot(props: { actions: Actions; loading: boolean; held: () => number; picked: number; cut: number }): JSX.Element {
  const { actions } = props;
  return (
    <>
      <Show when={actions.sending()}>{(it) => <p class="filefoot" role="status">Uploading {it().done + 1} of {it().of}…</p>}</Show>
      <Show when={props.loading && props.held() > 0}><p class="filefoot" role="status">Reading a large folder…</p></Show>
      <Show when={props.cut > 0}><p class="filefoot" role="status">{count(props.cut, "file")} cut: go to a folder and press Ctrl V.</p></Show>
      <Show when={props.picked > 1}><p class="filefoot">{count(props.picked, "file")} selected</p></Show>
      <Show when={actions.undos().at(-1)}>
        {(last) => (
          <p class="filefoot" role="status">
            <span class="what" title={last().what}>{last().what}</span>
            <button type="button" class="quiet" title="Ctrl Z" onClick={() => void actions.undo()}>Undo</button>
            <button type="button" class="quiet icon" aria-label="Dismiss" onClick={() => actions.forget()}>×</button>
          </p>
        )}
      </Show>
    </>
  );
}
