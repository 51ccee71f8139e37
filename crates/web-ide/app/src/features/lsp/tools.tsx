// What surrounds the editor: language servers, problems, places been to, search through all files, settings.
import { createMemo, createSignal, lazy, onCleanup, Show, Suspense, type JSX } from "solid-js";
import { WorkspaceService, type RunReply } from "../../gen/agent.ts";
import { reason, type Transport } from "../../transport.ts";
import type { Docs } from "../editor/docs.ts";
import { beside } from "../editor/layout.ts";
import type { Place } from "../editor/ports.ts";
import { FONT_SIZES, keepSettings, loadSettings, type Settings } from "../editor/settings.ts";
import type { EditorHost } from "../editor/view.ts";
import type { Command } from "../palette/model.ts";
import type { LanguageServers } from "./client.ts";
import type { Finding } from "./finding.ts";
import type { Server } from "./model.ts";
import { serverOf } from "./served.ts";
import { ProblemCount } from "./count.tsx";
import { added, listed, neighbour, said, withdrawn, type Problems } from "./problems.ts";
import { arrived, emptyTrail, moved, placeAt, type Trail } from "./trail.ts";

const SearchPane = lazy(() => import("../editor/search.tsx"));
const ProblemList = lazy(() => import("./panel.tsx"));
const ServerStatus = lazy(() => import("./status.tsx"));
const SettingsDialog = lazy(() => import("../editor/preferences.tsx"));

/** A search through a large repository on a busy slot. */
const FIND_MS = 30_000;
const WORD_MAX = 200;

export interface Page {
  transport: Transport;
  session: string;
  docs: Docs;
  editor(): Promise<EditorHost>;
  tell(text: string, bad?: boolean): void;
  /** How often somebody has pressed anything. */
  presses(): number;
  /** Brings a part of the page forward, on a phone too. */
  show(part: "editor" | "panel" | "search"): void;
}

export function createTools(page: Page) {
  const { docs } = page;
  const [servers, setServers] = createSignal<readonly Server[]>([]);
  const [problems, setProblems] = createSignal<Problems>(new Map());
  const [place, setPlace] = createSignal<Place>();
  const [bottom, setBottom] = createSignal<"terminals" | "problems">("terminals");
  const [settings, setSettings] = createSignal<Settings>(loadSettings());
  const [asking, setAsking] = createSignal(false);
  const [seed, setSeed] = createSignal({ text: "" });
  const list = createMemo(() => listed(problems()));
  let host: EditorHost | undefined;
  let root: string | undefined;
  let trail: Trail = emptyTrail;
  let languages: Promise<LanguageServers> | undefined;
  let over = false;

  const run = (command: string[]): Promise<RunReply> =>
    page.transport.inside(page.session, WorkspaceService.run, { argv: command, timeoutMs: FIND_MS }, FIND_MS + 5_000);

  const start = async (): Promise<LanguageServers> => {
    const [{ LanguageServers }, editor] = await Promise.all([import("./client.ts"), page.editor()]);
    const around = { host: editor, tell: page.tell, open: async (path: string, since?: number) => void (await (since === undefined ? docs.know(path) : docs.open(path, "goes", since))), presses: page.presses };
    const started = new LanguageServers(page.session, page.transport, around, {
      state: (server) => setServers((held) => [...held.filter((it) => it.language !== server.language), server].sort((a, b) => (a.language < b.language ? -1 : 1))),
      root: (told) => (root = told),
      problems: (source, path, found) => setProblems((held) => said(held, source, path, found)),
      silent: (source) => setProblems((held) => withdrawn(held, source)),
    });
    if (over) started.dispose();
    return started;
  };

  /** Called once, when the editor is there. */
  const attach = (editor: EditorHost): void => {
    host = editor;
    editor.onPut = (path) => serverOf(path) && void (languages ??= start()).then((it) => it.opened(path), (error) => page.tell(reason(error), true));
    editor.onDrop = (path) => void languages?.then((it) => it.dropped(path));
    editor.onHidden = (path) => void languages?.then((it) => it.changed(path));
    editor.onCursor = (at) => {
      setPlace(at);
      if (at) trail = arrived(trail, at);
    };
  };
  docs.onSaved = (path) => {
    host?.written(path);
    void languages?.then((it) => it.saved(path));
  };
  onCleanup(() => {
    over = true;
    void languages?.then((it) => it.dispose());
  });

  const open = async (at: Place): Promise<void> => {
    page.show("editor");
    await docs.open(at.path);
    host?.reveal(at);
  };
  const walk = (by: 1 | -1): void => {
    trail = moved(trail, by);
    const at = placeAt(trail);
    if (at) void open(at);
  };
  const nextProblem = (by: 1 | -1): void => {
    const next = neighbour(list(), host?.place(), by);
    if (!next) return page.tell("No problems are known.");
    setBottom("problems");
    void open({ path: next.path, line: next.line, column: Math.max(next.column, 1) });
  };
  const set = (next: Partial<Settings>): void => {
    setSettings({ ...settings(), ...next });
    keepSettings(settings());
    host?.set(settings());
  };
  const sized = (by: 1 | -1): void => {
    const at = FONT_SIZES.indexOf(settings().fontSize as (typeof FONT_SIZES)[number]) + by;
    if (FONT_SIZES[at]) set({ fontSize: FONT_SIZES[at] });
  };
  const search = (): void => {
    const view = host?.focusedView()?.view;
    const chosen = view ? view.state.sliceDoc(view.state.selection.main.from, view.state.selection.main.to) : "";
    setSeed({ text: chosen.includes("\n") || chosen.length > WORD_MAX ? "" : chosen });
    page.show("search");
  };

  const finding = async () => (await import("./finding.ts")).finding(run, docs, () => host);
  const find: Finding["find"] = async (wanted) => (await finding()).find(wanted);
  const replace: Finding["replace"] = async (wanted, by, paths) => (await finding()).replace(wanted, by, paths);

  /** Names of all files, for the list that one types into. */
  const [files, setFiles] = createSignal<readonly string[]>();
  const lookForFiles = async (): Promise<void> => {
    // Without it, those that the tree knows are listed.
    await import("../editor/find.ts").then(async ({ listArgv, parseList }) => {
      const reply = await run(listArgv());
      if (reply.exitCode === 0) setFiles(parseList(reply.stdout));
    }).catch(() => {});
  };

  /** Reads what a task prints; gives the function that takes its output, and undefined at the end. */
  const watchTask = (title: string): ((bytes: Uint8Array | undefined) => void) => {
    setProblems((held) => withdrawn(held, title));
    if (root === undefined) void run(["pwd"]).then((reply) => (root ??= new TextDecoder().decode(reply.stdout).trim()), () => {});
    // What is printed before the matcher is there waits for it, in its order.
    const matcher = import("./matcher.ts").then(({ Matcher }) => new Matcher(() => root, (found) => setProblems((held) => added(held, { ...found, source: title }))));
    return (bytes) => void matcher.then((it) => (bytes ? it.push(bytes) : it.end()), () => {});
  };

  const save = async (path: string): Promise<void> => {
    if (settings().formatOnSave && languages) await languages.then((it) => it.format(path)).catch((error) => page.tell(`not formatted: ${reason(error)}`, true));
    await docs.event(path, { kind: "save" });
  };

  const commands = (): Command[] => [
    { id: "search", title: "Search in all files", keys: "Ctrl Shift F", run: search },
    { id: "problems", title: "Show problems", keys: "Ctrl Shift M", run: () => (setBottom("problems"), page.show("panel")) },
    { id: "next-problem", title: "Next problem", keys: "F8", run: () => nextProblem(1) },
    { id: "split", title: "Split the editor", keys: "Ctrl \\", run: () => void docs.split() },
    { id: "back", title: "Go back", keys: "Alt ←", run: () => walk(-1) },
    { id: "forward", title: "Go forward", keys: "Alt →", run: () => walk(1) },
    { id: "settings", title: "Editor settings…", keys: "Ctrl ,", run: () => setAsking(true) },
    { id: "larger", title: "Larger text", run: () => sized(1) },
    { id: "smaller", title: "Smaller text", run: () => sized(-1) },
    { id: "wrap", title: settings().wrap ? "Don't wrap long lines" : "Wrap long lines", keys: "Alt Z", run: () => set({ wrap: !settings().wrap }) },
    ...servers().map((it): Command => ({ id: `restart-${it.language}`, title: `Start the ${it.language} language server anew`, run: () => void languages?.then((all) => all.restart(it.language)) })),
  ];

  /** Whether the key was one of ours. */
  const key = (event: KeyboardEvent): boolean => {
    const mod = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    const alone = event.altKey && !mod && !event.shiftKey;
    const inTerminal = event.target instanceof Element && event.target.closest(".screen") !== null;
    if (mod && event.shiftKey && letter === "f") search();
    else if (mod && event.shiftKey && letter === "m") (setBottom("problems"), page.show("panel"));
    else if (event.key === "F8" && !mod && !event.altKey) nextProblem(event.shiftKey ? -1 : 1);
    else if (inTerminal) return false;
    else if (mod && !event.shiftKey && event.key === "\\") void docs.split();
    else if (mod && !event.shiftKey && event.key === ",") setAsking(true);
    else if (alone && event.key === "ArrowLeft") walk(-1);
    else if (alone && event.key === "ArrowRight") walk(1);
    else if (alone && letter === "z") set({ wrap: !settings().wrap });
    else if (event.ctrlKey && (event.key === "PageDown" || event.key === "PageUp")) {
      const next = beside(docs.layout(), event.key === "PageDown" ? 1 : -1);
      if (next) void docs.select(next);
    } else if (mod && !event.shiftKey && ["1", "2"].includes(event.key) && docs.layout().columns.length === 2) {
      const at = event.key === "1" ? 0 : 1;
      const active = docs.layout().columns[at]?.active;
      if (active) void docs.select(active, at);
    } else return false;
    return true;
  };

  return {
    attach, commands, key, save, watchTask, open, files, lookForFiles,
    focused: (column: number) => docs.focus(column),
    Search: (): JSX.Element => (
      <Show when={{ of: seed(), since: page.presses() }} keyed>
        {(it) => <Suspense><SearchPane finding={{ find, replace, open: (at) => void open(at) }} seed={it.of.text} wanted={() => page.presses() === it.since} /></Suspense>}
      </Show>
    ),
    Status: (): JSX.Element => (
      <>
        <Show when={place()}>{(at) => <span class="place">{`Line ${at().line}, column ${at().column}`}</span>}</Show>
        <Show when={servers().length > 0}><Suspense><ServerStatus servers={servers()} restart={(language) => void languages?.then((it) => it.restart(language))} /></Suspense></Show>
      </>
    ),
    Dialogs: (): JSX.Element => <Suspense>{asking() && <SettingsDialog settings={settings()} set={set} close={() => setAsking(false)} />}</Suspense>,
    panel: {
      label: (): JSX.Element => <ProblemCount problems={list()} />,
      body: (): JSX.Element => <Suspense><ProblemList problems={list()} at={place()} open={(at) => void open(at)} /></Suspense>,
      shown: () => bottom() === "problems",
      show: (on: boolean) => void setBottom(on ? "problems" : "terminals"),
    },
  };
}

export type Tools = ReturnType<typeof createTools>;
