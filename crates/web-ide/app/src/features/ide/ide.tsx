// The IDE of one session: files, documents, terminals, tasks, and how all of it is doing.
import { createEffect, createSignal, lazy, onCleanup, onMount, Show, Suspense, type JSX } from "solid-js";
import type { Status } from "../../gen/agent.ts";
import type { Session } from "../../gen/session.ts";
import { asFailure, reason } from "../../transport.ts";
import { useApp } from "../../ui/context.tsx";
import { Do, poll } from "../../ui/parts.tsx";
import { A, go, objectToLeaving } from "../../ui/router.tsx";
import { duration } from "../../ui/text.ts";
import { nextTheme, setTheme } from "../../ui/theme.ts";
import { Docs } from "../editor/docs.ts";
import { hasUnsaved } from "../editor/model.ts";
import { EditorPane } from "../editor/pane.tsx";
import type { Cursor } from "../editor/ports.ts";
import type { EditorHost } from "../editor/view.ts";
import { createFiles, FilePane } from "../files/files.tsx";
import { gitPorts } from "../git/api.ts";
import { createDesk } from "../git/desk.ts";
import { GitState } from "../git/state.tsx";
import { changedFiles } from "../git/summary.ts";
import { createTools } from "../lsp/tools.tsx";
import type { Command } from "../palette/model.ts";
import { Palette } from "../palette/palette.tsx";
import { createPorts, PortLinks } from "../ports/ports.tsx";
import { isOver, stateText, stateTone, timeline } from "../sessions/model.ts";
import { createTerminals, TerminalPanel } from "../terminal/panel.tsx";
import { SessionApi } from "./api.ts";
import { fetchLater } from "./later.ts";
import { lineText, preparing, unsavedText } from "./model.ts";
import { Strip } from "./strip.tsx";
import "../../style/ide.css";

/** While it starts one wants to see each step; afterwards only whether it still stands. */
const LOOK_MS = 1_000;
const STEADY_LOOKS = 5;

const NotesPane = lazy(() => import("../notes/pane.tsx"));
const TaskPane = lazy(async () => ({ default: (await import("../tasks/tasks.tsx")).TaskPane }));
const GitPane = lazy(async () => ({ default: (await import("../git/git.tsx")).GitPane }));
const DiffLayer = lazy(async () => ({ default: (await import("../git/diff.tsx")).DiffLayer }));

type View = "side" | "editor" | "panel";

export default function Ide(props: { id: string }): JSX.Element {
  const app = useApp();
  const api = new SessionApi(app.transport, props.id);
  const [session, setSession] = createSignal<Session>();
  const [status, setStatus] = createSignal<Status>();
  const [lost, setLost] = createSignal<string>();
  const [watchUp, setWatchUp] = createSignal(true);
  const [side, setSide] = createSignal<"files" | "git" | "search" | "tasks" | "notes">("files");
  const narrow = matchMedia("(max-width: 720px)");
  // Where one thing is shown at a time: first how the start goes, and the files.
  const [view, setView] = createSignal<View>(narrow.matches ? "side" : "editor");
  const [palette, setPalette] = createSignal<"commands" | "files">();
  const [version, setVersion] = createSignal(0);
  const [now, setNow] = createSignal(Date.now());
  const files = createFiles(api, app.tell);
  const git = createDesk(gitPorts(app.transport, api), { tell: app.tell, confirm: (text) => window.confirm(text), presses: app.attention.presses });
  const terminals = createTerminals(api, app.attention);
  const ports = createPorts(app.transport, props.id, () => begun && !over(), app.tell);
  const columns: HTMLDivElement[] = [];
  let texts: Promise<EditorHost> | undefined;
  const docs = new Docs(api, () => (texts ??= editor()), (text) => app.tell(text, true), app.attention);
  const tools = createTools({
    transport: app.transport, session: props.id, docs, tell: app.tell, presses: app.attention.presses, editor: () => (texts ??= editor()),
    show: (part) => (part === "search" && setSide("search"), setView(part === "search" ? "side" : part)),
  });

  async function editor() {
    const { EditorHost } = await import("../editor/view.ts");
    const host = new EditorHost(columns, {
      focused: tools.focused,
      edited: (path) => void docs.event(path, { kind: "edited" }),
      reverted: (path) => void docs.event(path, { kind: "reverted" }),
      save: () => save(),
      closeTab: () => closeDoc(docs.active(), docs.layout().focus),
    });
    tools.attach(host);
    return host;
  }
  const save = () => void (docs.active() && tools.save(docs.active()!));
  const saveAll = async () => {
    for (const doc of docs.unsaved()) await docs.event(doc.path, { kind: "save" });
  };
  const closeDoc = (path: string | undefined, column: number) => {
    const doc = path === undefined ? undefined : docs.get(path);
    if (doc && (!docs.closesWith(doc.path, column) || !hasUnsaved(doc) || window.confirm(`${doc.path} is not saved. Close it and lose the changes?`))) void docs.close(doc.path, column);
  };
  const runTask = async (name: string) => {
    await terminals.adding(api.runTask(name));
    tools.panel.show(false);
    setView("panel");
  };
  const open = (path: string, cursor: Cursor = "goes") => {
    setView("editor");
    git.show(undefined);
    void docs.open(path, cursor);
  };

  let looks = 0;
  let begun = false;
  const look = async () => {
    setNow(Date.now());
    const steady = session()?.state === "SESSION_STATE_READY" && status()?.phase === "PHASE_READY";
    if (steady && ++looks % STEADY_LOOKS !== 0) return;
    try {
      setSession(await api.session());
      if (session()!.state === "SESSION_STATE_READY" || session()!.state === "SESSION_STATE_PREPARING") {
        setStatus(await api.status());
        if (!begun && !preparing(status())) await begin();
      }
    } catch (error) {
      const { code, message } = asFailure(error);
      if (code === "not_found") setLost("There is no such session, or it is somebody else's.");
      else if (code === "permission_denied") setLost(message);
    }
  };
  let stopWatching = () => {};
  async function begin() {
    begun = true;
    await files.load("");
    const socket = api.watch((change) => files.changed(change, (touches) => (setVersion(version() + 1), git.soon(), void docs.lookAgain(touches))), setWatchUp);
    stopWatching = () => socket.stop();
    git.soon();
    void git.adopt();
    await terminals.adopt();
  }
  poll(LOOK_MS, look);
  onCleanup(fetchLater());
  onCleanup(() => {
    stopWatching();
    void texts?.then((it) => it.dispose());
    objectToLeaving(undefined);
  });
  objectToLeaving(() => (docs.unsaved().length > 0 ? `${docs.unsaved().map((it) => it.path).join(", ")} not saved. Leave and lose that?` : undefined));

  const closeSession = async () => {
    // What is asked about must be what is there now, also after work in a terminal.
    await Promise.all([git.refresh(), api.status().then(setStatus)]).catch(() => {});
    const would = unsavedText(docs.unsaved().length, atRisk());
    if (!window.confirm(would ? `Close this session? ${would}: that would be lost.` : "Close this session? Everything is saved and pushed.")) return;
    setSession(await api.close());
  };
  /** The git pane looks more often than the status does. */
  const atRisk = () => {
    const [now, repository] = [status(), git.status()];
    return now && repository?.repository ? { ...now, unsaved: { changedFiles: changedFiles(repository), unpushedCommits: repository.unpushed } } : now;
  };
  const over = () => session() !== undefined && isOver(session()!.state);
  const socketsUp = () => !begun || (watchUp() && terminals.down().size === 0);
  const line = () => lost() ?? lineText(app.reach(), session(), socketsUp(), now());

  const commands = (): Command[] => [
    { id: "save", title: "Save", keys: "Ctrl S", run: save },
    { id: "save-all", title: "Save all", run: () => void saveAll() },
    { id: "find", title: "Go to file…", keys: "Ctrl P", run: () => quickOpen() },
    ...tools.commands(),
    { id: "terminal", title: "New terminal", run: () => (setView("panel"), terminals.openNew().catch((error) => app.tell(reason(error), true))) },
    { id: "files", title: "Show files", run: () => (setSide("files"), setView("side")) },
    { id: "git", title: "Show changes (git)", keys: "Ctrl Shift G", run: () => showGit() },
    { id: "pull", title: "Git: pull", run: () => (showGit(), void git.start("TRANSFER_KIND_PULL")) },
    { id: "pull-rebase", title: "Git: pull, own commits on top (rebase)", run: () => (showGit(), void git.start("TRANSFER_KIND_PULL_REBASE")) },
    { id: "push", title: "Git: push", run: () => (showGit(), void git.start("TRANSFER_KIND_PUSH")) },
    { id: "notes", title: "Show shared notes", run: () => (setSide("notes"), setView("side")) },
    { id: "tasks", title: "Show tasks and artefacts", run: () => (setSide("tasks"), setView("side")) },
    ...ports.commands(),
    { id: "theme", title: `Use the ${nextTheme()} theme`, run: () => setTheme(nextTheme()) },
    { id: "sessions", title: "Go to sessions", run: () => go("/sessions") },
    { id: "close", title: "Close this session…", run: () => void closeSession().catch((error) => app.tell(reason(error), true)) },
  ];
  const quickOpen = () => (void tools.lookForFiles(), setPalette("files"));
  const knownFiles = (): Command[] =>
    (tools.files() ?? [...files.tree().folders.values()].flat().filter((it) => it.kind === "file").map((it) => it.path)).map((path) => ({ id: path, title: path, run: () => open(path) }));

  // Where one thing is shown at a time, that is the page's main part.
  const [phone, setPhone] = createSignal(narrow.matches);
  const resized = () => setPhone(narrow.matches);
  narrow.addEventListener("change", resized);
  onCleanup(() => narrow.removeEventListener("change", resized));
  // On a phone one thing is shown at a time.
  createEffect(() => git.shown() && setView("editor"));
  createEffect(() => (document.title = `${session()?.repository || "Session"} · Carrel`));
  const showGit = () => (setSide("git"), setView("side"));

  const key = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (event.key === "F1" || (mod && event.shiftKey && letter === "p")) setPalette("commands");
    else if (mod && !event.shiftKey && letter === "p") quickOpen();
    else if (mod && letter === "s") save();
    else if (event.ctrlKey && event.shiftKey && letter === "g") showGit();
    else if (event.ctrlKey && event.key === "`") (setView("panel"), tools.panel.show(false), terminals.show(terminals.shown()));
    else if (!tools.key(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  onMount(() => window.addEventListener("keydown", key, true));
  onCleanup(() => window.removeEventListener("keydown", key, true));

  return (
    <div class="ide" data-view={view()}>
      <header class="bartop">
        <A class="brand" href="/sessions" aria-label="Carrel: sessions">Carrel</A>
        <h1 class="name">{session()?.repository || "session"}</h1>
        <Show when={session()}>{(it) => <span class={`state ${stateTone(it().state)}`} title={it().reason}>{stateText(it().state)}</span>}</Show>
        <span class="unsaved" role="status">{unsavedText(docs.unsaved().length, atRisk())}</span>
        <button type="button" class="quiet" aria-label="F1: commands" onClick={() => setPalette("commands")}><kbd>F1</kbd></button>
        <Show when={!over() && !lost()}><Do class="quiet" run={closeSession} label="Close session">Close</Do></Show>
      </header>
      <div class="linebar" role="status" aria-live="polite"><Show when={line()}><div class="line">{line()} <Show when={over() || lost()}><A href="/repositories">Open a new one</A></Show></div></Show></div>
      <div class="side" role={phone() && view() === "side" ? "main" : "complementary"} aria-label="Workspace">
        <div class="tabs" role="tablist" aria-label="Workspace">
          <div class="tab" classList={{ on: side() === "files" }}><button type="button" class="label" role="tab" aria-selected={side() === "files"} onClick={() => setSide("files")}>Files</button></div>
          <div class="tab" classList={{ on: side() === "git" }}><button type="button" class="label" role="tab" aria-selected={side() === "git"} title="Ctrl Shift G" onClick={() => setSide("git")}>Git</button></div>
          <div class="tab" classList={{ on: side() === "tasks" }}><button type="button" class="label" role="tab" aria-selected={side() === "tasks"} onClick={() => setSide("tasks")}>Tasks</button></div>
          <div class="tab" classList={{ on: side() === "search" }}><button type="button" class="label" role="tab" aria-selected={side() === "search"} title="Ctrl Shift F" onClick={() => setSide("search")}>Search</button></div>
          <div class="tab" classList={{ on: side() === "notes" }}><button type="button" class="label" role="tab" aria-selected={side() === "notes"} onClick={() => setSide("notes")}>Notes</button></div>
        </div>
        <Show when={!preparing(status()) && status()} fallback={<Show when={!lost()}><Preparing session={session()} status={status()} /></Show>}>
          <Show when={side() === "git"}><Suspense><GitPane desk={git} unsaved={docs.unsaved().length} saveAll={saveAll} open={open} /></Suspense></Show>
          <Show when={side() === "search"}><tools.Search /></Show>
          <Show when={side() === "notes" && session()?.repository}>{(path) => <Suspense><NotesPane repository={path()} /></Suspense>}</Show>
          <Show when={side() === "tasks"}><Suspense><TaskPane api={api} version={version()} run={runTask} /></Suspense></Show>
          <Show when={side() === "files"}>
            <FilePane api={api} files={files} active={docs.active()} open={open} renamed={(from, to) => void renamed(from, to)} />
          </Show>
        </Show>
      </div>
      <EditorPane docs={docs} idle={over() || lost() ? "No file is open." : status() && !preparing(status()) ? undefined : "Files can be opened as soon as they are here."} host={(it, at) => (columns[at] = it)} close={closeDoc} download={api.rawPath} />
      <Show when={git.shown()}><Suspense><DiffLayer desk={git} open={open} /></Suspense></Show>
      <TerminalPanel session={props.id} terminals={terminals} ended={() => setVersion(version() + 1)} beside={tools.panel} watchTask={tools.watchTask} />
      <Strip api={api} over={over()} environment={status()?.environment}><GitState desk={git} show={showGit} /><tools.Status /><PortLinks session={props.id} ports={ports} /></Strip>
      <tools.Dialogs />
      <nav class="views" aria-label="Views">
        <button type="button" aria-pressed={view() === "side"} onClick={() => setView("side")}>Files</button>
        <button type="button" aria-pressed={view() === "editor"} onClick={() => setView("editor")}>Editor</button>
        <button type="button" aria-pressed={view() === "panel"} onClick={() => setView("panel")}>Terminal</button>
      </nav>
      <Show when={palette() === "commands"}><Palette label="Type a command" commands={commands()} close={() => setPalette(undefined)} /></Show>
      <Show when={palette() === "files"}><Palette label="Go to file" commands={knownFiles()} close={() => setPalette(undefined)} /></Show>
    </div>
  );

  async function renamed(from: string, to: string) {
    // A folder takes its files along. A text that is not saved stays open under its old name, where it can be written.
    for (const doc of docs.all().filter((it) => it.path === from || it.path.startsWith(`${from}/`))) {
      if (hasUnsaved(doc)) continue;
      const looked = docs.active() === doc.path;
      const now = to + doc.path.slice(from.length);
      await docs.close(doc.path, undefined, "stays");
      // Whoever moves files goes on moving files.
      await (looked ? docs.open(now, "stays") : docs.know(now));
    }
  }
}

function Preparing(props: { session: Session | undefined; status: Status | undefined }): JSX.Element {
  const over = () => props.session !== undefined && isOver(props.session.state);
  return (
    <div class="pad stack">
      <p class={`state ${props.session ? stateTone(props.session.state) : "busy"}`}>{!over() && props.status?.detail || (props.session ? stateText(props.session.state) : "looking for the session")}</p>
      <ol class="timeline" aria-label="Start">
        {props.session && timeline(props.session).map((step) => <li>{step.text}{step.ms !== undefined && <> <b>{duration(step.ms)}</b></>}</li>)}
      </ol>
    </div>
  );
}
