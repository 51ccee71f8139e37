// What the IDE asks of one session, in its own words.
import { WorkspaceService, type Artefact, type FileEntry, type Status, type Task, type Terminal, type FileChange } from "../../gen/agent.ts";
import { FileChange as FileChangeSchema } from "../../gen/agent.ts";
import { Usage } from "../../gen/compute.ts";
import { SessionService, type Session } from "../../gen/session.ts";
import { type LiveSocket, type Transport } from "../../transport.ts";
import { decode } from "../../wire.ts";
import type { Disk } from "../editor/ports.ts";

/** Larger texts go as they are instead of inside a message, which takes 4 MiB. */
const MESSAGE_TEXT_MAX = 3 * 1024 * 1024;
/** Pages of 2,000 entries: a folder of 200,000 files. What is beyond is for a terminal. */
const LIST_PAGES_MAX = 100;

export class SessionApi implements Disk {
  readonly id: string;
  private readonly transport: Transport;

  constructor(transport: Transport, id: string) {
    this.transport = transport;
    this.id = id;
  }

  session = (): Promise<Session> => this.transport.call(SessionService.getSession, { id: this.id });
  close = (): Promise<Session> => this.transport.call(SessionService.closeSession, { id: this.id, reason: "closed in the browser" });
  status = (): Promise<Status> => this.transport.inside(this.id, WorkspaceService.getStatus);
  usage = async (): Promise<Usage> => decode(Usage, await (await this.transport.get(`/s/${this.id}/telemetry`)).json());

  /** All of a folder; `first` is told the first page of a large one while the others come. */
  async list(path: string, first?: (entries: FileEntry[]) => void): Promise<FileEntry[]> {
    const entries: FileEntry[] = [];
    let after = "";
    for (let page = 0; page < LIST_PAGES_MAX; page++) {
      const reply = await this.transport.inside(this.id, WorkspaceService.listFiles, { path, after });
      entries.push(...reply.entries);
      after = reply.next;
      if (!after) break;
      if (page === 0) first?.([...entries]);
    }
    return entries;
  }

  async stat(paths: string[]): Promise<FileEntry[]> {
    return (await this.transport.inside(this.id, WorkspaceService.statFiles, { paths })).entries;
  }

  rawPath = (path: string): string => `/s/${this.id}/raw?path=${encodeURIComponent(path)}`;
  artefactPath = (name: string): string => `/s/${this.id}/artefact?name=${encodeURIComponent(name)}`;

  read = (path: string) => this.transport.download(this.rawPath(path));

  async write(path: string, text: string, etag: string): Promise<{ etag: string }> {
    const content = new TextEncoder().encode(text);
    if (content.length <= MESSAGE_TEXT_MAX) return this.transport.inside(this.id, WorkspaceService.writeFile, { path, content, etag });
    const condition: Record<string, string> = etag === "" ? {} : etag === "none" ? { "if-none-match": "*" } : { "if-match": `"${etag}"` };
    return (await this.transport.upload(this.rawPath(path), content, condition)) as { etag: string };
  }

  version = async (path: string): Promise<string | undefined> => (await this.stat([path]))[0]?.etag;

  createFile = (path: string) => this.transport.inside(this.id, WorkspaceService.writeFile, { path, content: new Uint8Array(), etag: "none" });
  createFolder = (path: string) => this.transport.inside(this.id, WorkspaceService.createFolder, { path });
  rename = (from: string, to: string) => this.transport.inside(this.id, WorkspaceService.renameFile, { from, to });
  remove = (path: string) => this.transport.inside(this.id, WorkspaceService.deleteFile, { path, recursive: true });
  trash = (paths: string[]) => this.transport.inside(this.id, WorkspaceService.trashFiles, { paths });
  restore = (id: string) => this.transport.inside(this.id, WorkspaceService.restoreFiles, { id });
  /** Without `replace` a file that is there is left alone and the upload fails with "aborted". */
  upload = (path: string, file: Blob, replace = true) => this.transport.upload(this.rawPath(path), file, replace ? {} : { "if-none-match": "*" });

  async terminals(): Promise<Terminal[]> {
    return (await this.transport.inside(this.id, WorkspaceService.listTerminals)).terminals;
  }

  openTerminal = (): Promise<Terminal> =>
    this.transport.inside(this.id, WorkspaceService.openTerminal, { pty: true, cols: 80, rows: 24, env: { TERM: "xterm-256color" }, waitFor: "WAIT_FOR_REPOSITORY" });
  closeTerminal = (id: string) => this.transport.inside(this.id, WorkspaceService.closeTerminal, { id });

  tasks = async (): Promise<{ tasks: Task[]; problem: string }> => this.transport.inside(this.id, WorkspaceService.listTasks);
  runTask = (name: string): Promise<Terminal> => this.transport.inside(this.id, WorkspaceService.runTask, { name, pty: true, cols: 80, rows: 24 });

  async artefacts(): Promise<Artefact[]> {
    return (await this.transport.inside(this.id, WorkspaceService.listArtefacts)).artefacts;
  }

  artefact = async (name: string): Promise<Uint8Array> => (await this.transport.download(this.artefactPath(name))).bytes;

  /** Changes in the workspace, from now until stopped. */
  watch(changed: (change: FileChange) => void, up: (up: boolean) => void): LiveSocket {
    return this.transport.socket({
      path: () => `/s/${this.id}/watch`,
      open: () => up(true),
      message: (data) => {
        try {
          changed(decode(FileChangeSchema, JSON.parse(String(data))));
        } catch {
          // Not one of ours: what it would have said is found at the next look.
        }
      },
      closed: (code) => {
        up(false);
        return code !== 4410;
      },
    });
  }
}
