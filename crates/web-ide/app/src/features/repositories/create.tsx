// A new repository: empty, with starter files, with a sample, or from elsewhere.
import { createEffect, createSignal, For, on, Show, type JSX } from "solid-js";
import { RepositoryService, type Import } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { Dialog, Do } from "../../ui/parts.tsx";
import { live } from "../../ui/live.ts";
import { go } from "../../ui/router.tsx";
import { importText, nameFrom, nameProblem, urlProblem } from "./model.ts";
import "../../style/forms.css";

export type Start = "starters" | "blinky" | "nothing";

const STARTS: { start: Start; title: string; text: string }[] = [
  { start: "starters", title: "Starter files", text: "shell.nix, default.nix, carrel.toml: it opens and builds at once" },
  { start: "blinky", title: "Blinky", text: "a working FPGA design for the iCEstick, with its test bench" },
  { start: "nothing", title: "Nothing", text: "to push a project that you have" },
];

/** Makes a repository with the sample and shows it. */
export function Create(props: { start?: Start; close: () => void; done: () => void }): JSX.Element {
  const app = useApp();
  const [name, setName] = createSignal(props.start === "blinky" ? "blinky" : "");
  const [start, setStart] = createSignal<Start>(props.start ?? "starters");
  const path = () => `${app.user()?.name}/${name()}`;
  const create = async () => {
    await app.transport.call(RepositoryService.createRepository, {
      path: path(), withStarters: start() === "starters", sample: start() === "blinky" ? "blinky" : "",
    });
    props.done();
    // The starters are there to be opened from the list; what else was made is there to be looked at.
    if (start() !== "starters") go(`/repositories/${path()}`);
  };
  return (
    <Dialog title="New repository" close={props.close}>
      <label>
        Name
        <input autofocus spellcheck={false} autocapitalize="none" value={name()} onInput={(event) => setName(event.currentTarget.value.trim())} />
        <span class="hint">{name() ? (nameProblem(name()) ?? path()) : "letters, digits, . _ -"}</span>
      </label>
      <fieldset class="choices">
        <legend>Start with</legend>
        <For each={STARTS}>
          {(it) => (
            <label class="check">
              <input type="radio" name="start" checked={start() === it.start} onChange={() => setStart(it.start)} />
              <span>{it.title}<span class="hint">{it.text}</span></span>
            </label>
          )}
        </For>
      </fieldset>
      <div class="row">
        <Do class="primary" run={create} disabled={nameProblem(name()) !== undefined}>Create</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
      </div>
    </Dialog>
  );
}

export function ImportDialog(props: { close: () => void; done: () => void }): JSX.Element {
  const app = useApp();
  const [url, setUrl] = createSignal("");
  const [name, setName] = createSignal<string>();
  const [isPrivate, setPrivate] = createSignal(false);
  const [user, setUser] = createSignal("");
  const [password, setPassword] = createSignal("");
  const chosen = () => name() ?? nameFrom(url());
  const problem = () => urlProblem(url());
  const start = async () => {
    const login = isPrivate() ? { user: user(), password: password() } : {};
    await app.transport.call(RepositoryService.importRepository, { path: `${app.user()?.name}/${chosen()}`, url: url(), ...login });
    props.done();
  };
  return (
    <Dialog title="Import a repository" close={props.close}>
      <label>
        Address
        <input autofocus type="url" spellcheck={false} autocapitalize="none" placeholder="https://…/project.git" value={url()} onInput={(event) => setUrl(event.currentTarget.value.trim())} />
        <span class="hint">{url() ? (problem() ?? "all branches and tags come over, once; later changes there do not") : "paste the address that git clone takes"}</span>
      </label>
      <label>
        Name here
        <input spellcheck={false} autocapitalize="none" value={chosen()} onInput={(event) => setName(event.currentTarget.value.trim())} />
        <span class="hint">{chosen() ? (nameProblem(chosen()) ?? `${app.user()?.name}/${chosen()}`) : "letters, digits, . _ -"}</span>
      </label>
      <label class="check">
        <input type="checkbox" checked={isPrivate()} onChange={(event) => setPrivate(event.currentTarget.checked)} />
        It is private
      </label>
      <Show when={isPrivate()}>
        <label>Login name there<input autocomplete="off" autocapitalize="none" spellcheck={false} value={user()} onInput={(event) => setUser(event.currentTarget.value)} /></label>
        <label>
          Password or access token
          <input type="password" autocomplete="off" value={password()} onInput={(event) => setPassword(event.currentTarget.value)} />
          <span class="hint">used for this import and kept nowhere</span>
        </label>
      </Show>
      <div class="row">
        <Do class="primary" run={start} disabled={problem() !== undefined || nameProblem(chosen()) !== undefined}>Import</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
      </div>
    </Dialog>
  );
}

/** How often running imports are looked at, and others: one that was started elsewhere appears here as well. */
const RUNNING_MS = 1_000;
const QUIET_MS = 20_000;

/** Imports on their way, and those that failed. One that has arrived is a repository like others. */
export function Imports(props: { started: number; arrived: () => void }): JSX.Element {
  const app = useApp();
  const [dropped, setDropped] = createSignal<string[]>([]);
  let arrived: Set<string> | undefined;
  const isRunning = (it: Import) => it.state === "IMPORT_STATE_RUNNING";
  const imports = live((items) => (items.some(isRunning) ? RUNNING_MS : QUIET_MS), async () => {
    const all = (await app.transport.call(RepositoryService.listImports)).imports;
    // A small one may have arrived before it was ever seen running.
    const now = new Set(all.filter((it) => it.state === "IMPORT_STATE_DONE").map((it) => it.id));
    if (arrived && [...now].some((id) => !arrived!.has(id))) props.arrived();
    arrived = now;
    return all;
  });
  createEffect(on(() => props.started, () => void imports.refresh(), { defer: true }));
  const shown = () => imports.items.filter((it) => it.state !== "IMPORT_STATE_DONE" && it.state !== "IMPORT_STATE_CANCELLED" && !dropped().includes(it.id));
  return (
    <Show when={shown().length > 0}>
      <ul class="list" aria-label="Imports">
        <For each={shown()}>{(it) => <Row import={it} refresh={imports.refresh} drop={() => setDropped([...dropped(), it.id])} />}</For>
      </ul>
    </Show>
  );
}

function Row(props: { import: Import; refresh: () => Promise<void>; drop: () => void }): JSX.Element {
  const app = useApp();
  const it = () => props.import;
  const failed = () => it().state === "IMPORT_STATE_FAILED";
  const stop = async () => {
    await app.transport.call(RepositoryService.cancelImport, { id: it().id });
    await props.refresh();
  };
  return (
    <li class="card">
      <div class="main">
        <h2>{it().path}</h2>
        <Show when={failed()} fallback={<Do label={`Stop the import of ${it().path}`} run={stop}>Stop</Do>}>
          <button type="button" class="quiet" onClick={() => props.drop()}>Dismiss</button>
        </Show>
      </div>
      <div class="meta"><span class={`state ${failed() ? "bad" : "busy"}`}>{failed() ? "not imported" : "importing"}</span><span class="source-url">from {it().url}</span></div>
      <Show when={!failed()} fallback={<p class="reason bad">{it().detail}</p>}>
        <div class="progress"><progress max="100" value={it().percent} aria-label={`Import of ${it().path}`} /><span class="soft num">{importText(it())}</span></div>
      </Show>
    </li>
  );
}
