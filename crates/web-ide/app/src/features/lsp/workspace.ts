// The documents that a language server knows: opened with their first view, closed with the document, in step between.
import { LSPPlugin, Workspace, type LSPClient, type WorkspaceFile } from "@codemirror/lsp-client";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { ChangeSet, type Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type * as lsp from "vscode-languageserver-protocol";
import type { EditorHost } from "../editor/view.ts";
import { fromUri } from "./model.ts";
import type { Problem, Severity } from "./problems.ts";

export interface Around {
  host: EditorHost;
  /** Makes a file of the workspace known; with `since`, shows it and goes there if nothing was pressed since. */
  open(path: string, since?: number): Promise<void>;
  /** How often somebody has pressed anything. */
  presses(): number;
  tell(text: string, bad?: boolean): void;
}

const SEVERITIES: readonly Severity[] = ["error", "error", "warning", "info", "info"];
export const severityOf = (diagnostic: lsp.Diagnostic): Severity => SEVERITIES[diagnostic.severity ?? 1] ?? "info";

/** A position of the protocol in a text; what lies beyond its end is its end. */
export function offsetOf(doc: Text, at: lsp.Position): number {
  if (at.line >= doc.lines) return doc.length;
  const line = doc.line(Math.max(at.line, 0) + 1);
  return Math.min(line.from + Math.max(at.character, 0), line.to);
}

class ServedFile implements WorkspaceFile {
  readonly views = new Set<EditorView>();
  readonly uri: string;
  readonly path: string;
  readonly languageId: string;
  version = 0;
  doc: Text;
  diagnostics: readonly lsp.Diagnostic[] = [];

  constructor(uri: string, path: string, languageId: string, doc: Text) {
    this.uri = uri;
    this.path = path;
    this.languageId = languageId;
    this.doc = doc;
  }

  getView(main?: EditorView): EditorView | null {
    return main && this.views.has(main) ? main : ([...this.views][0] ?? null);
  }
}

export class ServedFiles extends Workspace {
  files: ServedFile[] = [];
  private readonly around: Around;
  private readonly root: () => string;

  constructor(client: LSPClient, around: Around, root: () => string) {
    super(client);
    this.around = around;
    this.root = root;
  }

  override getFile(uri: string): ServedFile | null {
    // Servers spell the same address in more than one way.
    const at = fromUri(this.root(), uri);
    return this.files.find((it) => it.uri === uri || ("path" in at && it.path === at.path)) ?? null;
  }

  byPath(path: string): ServedFile | undefined {
    return this.files.find((it) => it.path === path);
  }

  override openFile(uri: string, languageId: string, view: EditorView): void {
    const at = fromUri(this.root(), uri);
    if ("outside" in at) return;
    let file = this.getFile(uri);
    if (!file) {
      file = new ServedFile(uri, at.path, languageId, view.state.doc);
      this.files.push(file);
      this.client.didOpen(file);
    }
    file.views.add(view);
    // This is called in the middle of the view's own update.
    const shown = file;
    queueMicrotask(() => {
      this.client.sync();
      if (shown.views.has(view)) this.mark(shown);
    });
  }

  /** A view that shows something else now: the server keeps the document until it is forgotten. */
  override closeFile(uri: string, view: EditorView): void {
    this.getFile(uri)?.views.delete(view);
    // What was typed a moment ago waits for a timer of this view that will never strike.
    queueMicrotask(() => this.client.sync());
  }

  forget(path: string): void {
    const file = this.byPath(path);
    if (!file) return;
    this.files = this.files.filter((it) => it !== file);
    this.client.didClose(file.uri);
  }

  override syncFiles(): readonly { file: WorkspaceFile; prevDoc: Text; changes: ChangeSet }[] {
    // Before the greeting is over, what changed waits in the views.
    if (!this.client.serverCapabilities) return [];
    return this.files.flatMap((file) => {
      const doc = this.around.host.doc(file.path);
      const plugins = this.plugins(file);
      if (!doc || doc.eq(file.doc)) {
        for (const plugin of plugins) plugin.clear();
        return [];
      }
      const prevDoc = file.doc;
      const seen = plugins.map((it) => it.unsyncedChanges).find((it) => it.length === prevDoc.length && it.apply(prevDoc).eq(doc));
      const changes = seen ?? ChangeSet.of({ from: 0, to: prevDoc.length, insert: doc }, prevDoc.length);
      file.doc = doc;
      file.version += 1;
      for (const plugin of plugins) plugin.clear();
      return [{ file, prevDoc, changes }];
    });
  }

  /** A new server knows nothing yet. */
  override connected(): void {
    for (const file of this.files) {
      file.doc = this.around.host.doc(file.path) ?? file.doc;
      file.version += 1;
      for (const plugin of this.plugins(file)) plugin.clear();
      this.client.didOpen(file);
    }
  }

  override async requestFile(uri: string): Promise<WorkspaceFile | null> {
    const at = fromUri(this.root(), uri);
    if ("outside" in at) return null;
    if (!this.getFile(uri)) {
      await this.around.open(at.path);
      const doc = this.around.host.doc(at.path);
      // Known to the page, not to the server: enough to show a line of it.
      if (doc) return new ServedFile(uri, at.path, "", doc);
    }
    return this.getFile(uri);
  }

  override async displayFile(uri: string): Promise<EditorView | null> {
    const at = fromUri(this.root(), uri);
    if ("outside" in at) {
      this.around.tell(`It is in ${at.outside}, outside of the workspace.`);
      return null;
    }
    await this.around.open(at.path, this.around.presses());
    const shown = this.around.host.focusedView();
    return shown?.path === at.path ? shown.view : null;
  }

  /** What the server says of a file; undefined for words about an older text or a file that is not ours. */
  diagnosed(params: lsp.PublishDiagnosticsParams, source: string): { path: string; problems: Problem[] } | undefined {
    const at = fromUri(this.root(), params.uri);
    if ("outside" in at) return undefined;
    const file = this.getFile(params.uri);
    if (file) {
      if (params.version != null && params.version !== file.version) return undefined;
      file.diagnostics = params.diagnostics;
      this.mark(file);
    }
    const problems = params.diagnostics.map((it) => ({
      path: at.path, line: it.range.start.line + 1, column: it.range.start.character + 1, severity: severityOf(it), message: String(it.message), source,
    }));
    return { path: at.path, problems };
  }

  /** Underlines what is wrong in all views of a file. */
  private mark(file: ServedFile): void {
    for (const view of file.views) {
      const plugin = LSPPlugin.get(view);
      if (!plugin || plugin.uri !== file.uri) continue;
      const changes = plugin.unsyncedChanges.length === file.doc.length ? plugin.unsyncedChanges : undefined;
      const now = (at: lsp.Position): number => Math.min(changes?.mapPos(offsetOf(file.doc, at)) ?? offsetOf(view.state.doc, at), view.state.doc.length);
      const marks = file.diagnostics.map((it): Diagnostic => {
        const from = now(it.range.start);
        const to = Math.max(now(it.range.end), from);
        return { from, to: to > from ? to : Math.min(from + 1, view.state.doc.lineAt(from).to), severity: severityOf(it), message: String(it.message) };
      });
      view.dispatch(setDiagnostics(view.state, marks));
    }
  }

  private plugins(file: ServedFile): LSPPlugin[] {
    return [...file.views].map((view) => LSPPlugin.get(view)).filter((it): it is LSPPlugin => it?.uri === file.uri);
  }
}
