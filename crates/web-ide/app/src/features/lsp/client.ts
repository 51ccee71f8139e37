// Language servers behind the editor; loaded with the first file that has one.
import { findReferencesKeymap, hoverTooltips, LSPClient, LSPPlugin, type LSPClientConfig, serverCompletion, serverDiagnostics, signatureHelp } from "@codemirror/lsp-client";
import { lintGutter } from "@codemirror/lint";
import { keymap, showDialog, type EditorView } from "@codemirror/view";
import type * as lsp from "vscode-languageserver-protocol";
import type { LiveSocket, Transport } from "../../transport.ts";
import { asked, readSaid, serverOf, SERVED_MAX, SETTLED_MS, step, toUri, type Server, type ServerEvent } from "./model.ts";
import type { Problem } from "./problems.ts";
import { sanitized } from "./sanitize.ts";
import { offsetOf, ServedFiles, type Around } from "./workspace.ts";

/** A busy slot may take this long to load a library before it answers. */
const ANSWER_MS = 30_000;
/** Close code of a session that is over. */
const SESSION_CLOSED = 4410;

export interface Told {
  state(server: Server): void;
  root(root: string): void;
  problems(source: string, path: string, problems: Problem[]): void;
  /** A server is gone, and with it what it said. */
  silent(source: string): void;
}

/** One server: its socket, its client, what it is doing. */
class Link {
  readonly client: LSPClient;
  readonly files: ServedFiles;
  private server: Server;
  private socket: LiveSocket | undefined;
  private root = "";
  private send: (message: string) => void = () => {};
  private readonly heard = new Set<(message: string) => void>();
  private readonly config: LSPClientConfig;
  private timer: number | undefined;
  private program = "";
  private readonly session: string;
  private readonly transport: Transport;
  private readonly around: Around;
  private readonly told: Told;

  constructor(language: string, session: string, transport: Transport, around: Around, told: Told) {
    this.server = asked(language);
    [this.session, this.transport, this.around, this.told] = [session, transport, around, told];
    let files!: ServedFiles;
    const config: LSPClientConfig = {
      timeout: ANSWER_MS,
      sanitizeHTML: sanitized,
      workspace: (client: LSPClient) => (files = new ServedFiles(client, around, () => this.root)),
      notificationHandlers: {
        "textDocument/publishDiagnostics": (_: LSPClient, params: lsp.PublishDiagnosticsParams) => {
          const said = files.diagnosed(params, this.program);
          if (said) told.problems(this.program, said.path, said.problems);
          return true;
        },
        "window/logMessage": () => true,
        "window/showMessage": (_: LSPClient, params: lsp.ShowMessageParams) => {
          if (params.type <= 2) around.tell(`${this.program}: ${params.message}`, params.type === 1);
          return true;
        },
      },
      extensions: [
        serverCompletion(), hoverTooltips(), signatureHelp(), serverDiagnostics(), lintGutter(),
        keymap.of([
          ...findReferencesKeymap,
          { key: "F12", preventDefault: true, run: (view) => this.define(view) },
          { key: "F2", preventDefault: true, run: (view) => this.rename(view) },
          { key: "Shift-Alt-f", preventDefault: true, run: (view) => this.formatView(view) },
        ]),
      ],
    };
    this.config = config;
    this.client = new LSPClient(config);
    this.files = files;
    this.connect();
  }

  /** Asks for a server anew. */
  connect(): void {
    window.clearTimeout(this.timer);
    this.socket?.stop();
    this.be({ kind: "connecting" });
    this.socket = this.transport.socket({
      path: () => `/s/${this.session}/lsp/${this.server.language}`,
      open: (send) => (this.send = send),
      message: (data) => typeof data === "string" && this.message(data),
      closed: (code) => this.closed(code),
    });
  }

  stop(): void {
    window.clearTimeout(this.timer);
    this.socket?.stop();
  }

  get up(): boolean {
    return this.server.state.kind === "up";
  }

  serve(path: string): void {
    const id = serverOf(path)?.id;
    const doc = this.around.host.doc(path);
    if (!this.root || !id || !doc || doc.length > SERVED_MAX || this.files.byPath(path)) return;
    this.around.host.extend(path, this.client.plugin(toUri(this.root, path), id));
  }

  saved(path: string): void {
    const file = this.files.byPath(path);
    if (!file || !this.up) return;
    this.client.sync();
    this.client.notification("textDocument/didSave", { textDocument: { uri: file.uri } });
  }

  private message(text: string): void {
    const said = readSaid(text);
    if (!said) {
      for (const hear of this.heard) hear(text);
      return;
    }
    if (said.state === "started") this.started(said.program, said.root);
    if (said.state === "ended") this.ended();
    this.be({ kind: "said", said });
    if (said.state === "started") this.greet();
  }

  private started(program: string, root: string): void {
    this.program = program;
    this.root = root;
    this.config.rootUri = toUri(root, "").replace(/\/$/, "");
    this.told.root(root);
  }

  private greet(): void {
    const { client } = this;
    client.connect({
      send: (message) => this.send(message),
      subscribe: (hear) => void this.heard.add(hear),
      unsubscribe: (hear) => void this.heard.delete(hear),
    });
    const greeting = client.initializing;
    greeting.then(
      () => {
        this.be({ kind: "ready" });
        for (const path of this.around.host.paths()) if (serverOf(path)?.server === this.server.language) this.serve(path);
        this.timer = window.setTimeout(() => this.be({ kind: "settled" }), SETTLED_MS);
      },
      (error) => {
        if (client.initializing !== greeting) return;
        this.socket?.stop();
        this.ended();
        this.be({ kind: "refused", why: error instanceof Error ? error.message : String(error?.message ?? error) });
      },
    );
  }

  private ended(): void {
    window.clearTimeout(this.timer);
    this.heard.clear();
    if (this.client.connected) this.client.disconnect();
    this.told.silent(this.program);
  }

  /** Whether the socket shall come back by itself: only a broken line does. */
  private closed(code: number): boolean {
    const { kind } = this.server.state;
    if (kind === "restarting" || kind === "down" || kind === "missing" || code === SESSION_CLOSED) return false;
    this.ended();
    this.be({ kind: "connecting" });
    return true;
  }

  private be(event: ServerEvent): void {
    this.server = step(this.server, event);
    this.told.state(this.server);
    if (this.server.state.kind === "restarting") {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.connect(), this.server.state.inMs);
    }
  }

  /** Formats a document as its server does it; false when it can't. */
  async format(path: string): Promise<boolean> {
    const file = this.files.byPath(path);
    if (!file || !this.up || !this.client.serverCapabilities?.documentFormattingProvider) return false;
    this.client.sync();
    const doc = this.around.host.doc(path);
    const options = { tabSize: file.getView()?.state.tabSize ?? 2, insertSpaces: true };
    const edits = await this.client.request<lsp.DocumentFormattingParams, lsp.TextEdit[] | null>("textDocument/formatting", { options, textDocument: { uri: file.uri } });
    // Whoever typed meanwhile meant what they typed.
    if (!doc || !edits || this.around.host.doc(path) !== doc) return false;
    this.around.host.change(path, { changes: edits.map((it) => ({ from: offsetOf(doc, it.range.start), to: offsetOf(doc, it.range.end), insert: it.newText })), userEvent: "format" });
    return true;
  }

  private formatView(view: EditorView): boolean {
    const file = this.files.files.find((it) => it.views.has(view));
    if (file) this.format(file.path).then((done) => done || this.around.tell(`${this.program} does not format this file.`), (error) => this.failed("format", error));
    return file !== undefined;
  }

  private failed(what: string, error: { message?: string }): void {
    this.around.tell(`${this.program} could not ${what}: ${error?.message ?? String(error)}`, true);
  }

  /** Goes to a definition; an answer that comes after somebody went on with something else goes nowhere. */
  private define(view: EditorView): boolean {
    const plugin = LSPPlugin.get(view);
    if (!plugin || !this.up) return false;
    this.client.sync();
    const since = this.around.presses();
    const of = { textDocument: { uri: plugin.uri }, position: plugin.toPosition(view.state.selection.main.head) };
    const go = async (answer: lsp.Location | lsp.Location[] | null): Promise<void> => {
      const [found] = [answer].flat();
      if (this.around.presses() !== since) return;
      if (!found) return this.around.tell(`${this.program} knows no definition of this.`);
      const target = found.uri === plugin.uri ? view : await this.files.displayFile(found.uri);
      if (target) target.dispatch({ selection: { anchor: offsetOf(target.state.doc, found.range.start) }, scrollIntoView: true, userEvent: "select.definition" });
    };
    this.client.request<lsp.DefinitionParams, lsp.Location | lsp.Location[] | null>("textDocument/definition", of).then(go).catch((error) => this.failed("find the definition", error));
    return true;
  }

  /** Asks for a new name and changes it wherever the server finds it, in files that are not open, too. */
  private rename(view: EditorView): boolean {
    const file = this.files.files.find((it) => it.views.has(view));
    const word = view.state.wordAt(view.state.selection.main.head);
    if (!file || !word || !this.up) return false;
    const { close, result } = showDialog(view, {
      label: "New name", input: { name: "name", value: view.state.sliceDoc(word.from, word.to) }, focus: true, submitLabel: "Rename", class: "cm-lsp-rename-panel",
    });
    void result.then((form) => {
      view.dispatch({ effects: close });
      const name = (form?.elements.namedItem("name") as HTMLInputElement | null)?.value;
      if (name) this.renamed(view, file.uri, word.from, name).catch((error) => this.failed("rename", error));
    });
    return true;
  }

  private async renamed(view: EditorView, uri: string, at: number, newName: string): Promise<void> {
    this.client.sync();
    const line = view.state.doc.lineAt(at);
    const position = { line: line.number - 1, character: at - line.from };
    const edit = await this.client.request<lsp.RenameParams, lsp.WorkspaceEdit | null>("textDocument/rename", { newName, position, textDocument: { uri } });
    const all = new Map(Object.entries(edit?.changes ?? {}));
    for (const change of edit?.documentChanges ?? []) if ("textDocument" in change) all.set(change.textDocument.uri, change.edits as lsp.TextEdit[]);
    for (const [where, edits] of all) {
      const file = (await this.files.requestFile(where)) as { path: string } | null;
      const doc = file && this.around.host.doc(file.path);
      if (!file || !doc) throw new Error(`${where} can't be opened; it still has the old name`);
      this.around.host.change(file.path, { changes: edits.map((it) => ({ from: offsetOf(doc, it.range.start), to: offsetOf(doc, it.range.end), insert: it.newText })), userEvent: "rename" });
    }
    this.around.tell(all.size > 1 ? `Renamed in ${all.size} files; save them all.` : all.size === 1 ? "Renamed." : `${this.program} found nothing to rename here.`);
  }
}

/** All servers of a page. */
export class LanguageServers {
  private readonly links = new Map<string, Link>();
  private readonly make: (language: string) => Link;

  constructor(session: string, transport: Transport, around: Around, told: Told) {
    this.make = (language) => new Link(language, session, transport, around, told);
  }

  opened(path: string): void {
    const language = serverOf(path)?.server;
    if (!language) return;
    const link = this.links.get(language);
    if (link) link.serve(path);
    else this.links.set(language, this.make(language));
  }

  dropped(path: string): void {
    this.of(path)?.files.forget(path);
  }

  /** A document changed that no view shows. */
  changed(path: string): void {
    this.of(path)?.client.sync();
  }

  saved(path: string): void {
    this.of(path)?.saved(path);
  }

  async format(path: string): Promise<boolean> {
    return (await this.of(path)?.format(path)) ?? false;
  }

  restart(language: string): void {
    this.links.get(language)?.connect();
  }

  dispose(): void {
    for (const link of this.links.values()) link.stop();
  }

  private of(path: string): Link | undefined {
    return this.links.get(serverOf(path)?.server ?? "");
  }
}
