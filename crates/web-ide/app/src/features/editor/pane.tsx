// Tabs of open documents and the editor beneath, with a bar when something needs a decision.
import { For, Match, Show, Switch, type JSX } from "solid-js";
import { folderOf, nameOf } from "../files/model.ts";
import type { Docs } from "./docs.ts";
import { hasUnsaved, type Doc } from "./model.ts";

export function EditorPane(props: { docs: Docs; host: (element: HTMLDivElement) => void; close: (path: string) => void; download: (path: string) => string }): JSX.Element {
  const active = () => props.docs.get(props.docs.active() ?? "");
  const shows = (doc: Doc | undefined) => doc !== undefined && !["loading", "failed", "unfit"].includes(doc.state.kind);
  const twice = (doc: Doc) => props.docs.all().filter((it) => nameOf(it.path) === nameOf(doc.path)).length > 1;
  return (
    <main class="editor" aria-label="Editor">
      <div class="tabs" role="toolbar" aria-label="Open files">
        <For each={props.docs.all()}>
          {(doc) => (
            <div class="tab" classList={{ on: doc.path === props.docs.active() }} onAuxClick={(event) => event.button === 1 && props.close(doc.path)}>
              <button type="button" class="label" aria-pressed={doc.path === props.docs.active()} title={doc.path} onClick={() => void props.docs.select(doc.path)}>
                {nameOf(doc.path)}
                <Show when={twice(doc) && folderOf(doc.path)}><span class="note">{folderOf(doc.path)}</span></Show>
                <Show when={hasUnsaved(doc)}><span class="dot" role="img" aria-label="unsaved">●</span></Show>
              </button>
              <button type="button" class="quiet icon" aria-label={`Close ${doc.path}`} onClick={() => props.close(doc.path)}>×</button>
            </div>
          )}
        </For>
      </div>
      <Show when={active()}>
        {(doc) => (
          <Switch>
            <Match when={doc().state.kind === "conflict"}>
              <div class="bar warn" role="alert">
                <span>{nameOf(doc().path)} changed on the disk while you were editing it.</span>
                <button type="button" onClick={() => void props.docs.event(doc().path, { kind: "keep-mine" })}>Save mine over it</button>
                <button type="button" onClick={() => void props.docs.event(doc().path, { kind: "take-theirs" })}>Discard mine, show theirs</button>
              </div>
            </Match>
            <Match when={doc().state.kind === "gone"}>
              <div class="bar warn" role="alert">
                <span>{nameOf(doc().path)} was removed from the disk; its text is still here.</span>
                <button type="button" onClick={() => void props.docs.event(doc().path, { kind: "save" })}>Write it again</button>
              </div>
            </Match>
            <Match when={doc().state.kind === "failed" || doc().state.kind === "unfit"}>
              <div class="bar" role="alert">
                <span>{nameOf(doc().path)}: {(doc().state as { why: string }).why}</span>
                <Show when={doc().state.kind === "unfit"}><a class="button" href={props.download(doc().path)} download={nameOf(doc().path)}>Download</a></Show>
                <Show when={doc().state.kind === "failed"}><button type="button" onClick={() => void props.docs.event(doc().path, { kind: "take-theirs" })}>Try again</button></Show>
              </div>
            </Match>
          </Switch>
        )}
      </Show>
      <div class="host" classList={{ away: !shows(active()) }} ref={props.host} />
      <Show when={!active()}>
        <div class="welcome">
          <p>Open a file on the left, or press <kbd>Ctrl P</kbd> to find one.</p>
          <p class="soft"><kbd>Ctrl S</kbd> saves, <kbd>Ctrl Shift P</kbd> or <kbd>F1</kbd> lists all commands, <kbd>Ctrl `</kbd> goes to the terminal.</p>
        </div>
      </Show>
    </main>
  );
}
