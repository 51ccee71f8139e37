// Tabs of open documents in one or two columns, the editor beneath, with a bar when something needs a decision.
import { createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import { folderOf, nameOf } from "../files/model.ts";
import type { Docs } from "./docs.ts";
import { isSplit } from "./layout.ts";
import { hasUnsaved, type Doc } from "./model.ts";
import "./editor.css";

/** What a dragged tab carries. */
const KIND = "application/x-carrel-tab";

interface PaneProps {
  docs: Docs;
  /** Called for each column's element, whether it is shown or not. */
  host: (element: HTMLDivElement, column: number) => void;
  close: (path: string, column: number) => void;
  download: (path: string) => string;
  /** Why nothing can be opened: the session is not ready yet, or over. */
  idle?: string | undefined;
}

export function EditorPane(props: PaneProps): JSX.Element {
  const layout = () => props.docs.layout();
  return (
    <main class="editor" aria-label="Editor">
      <div class="groups" classList={{ two: isSplit(layout()) }}>
        <For each={[0, 1]}>{(at) => <Group {...props} at={at} />}</For>
      </div>
    </main>
  );
}

function Group(props: PaneProps & { at: number }): JSX.Element {
  const { docs } = props;
  const column = () => docs.layout().columns[props.at];
  const active = () => docs.get(column()?.active ?? "");
  const shows = (doc: Doc | undefined) => doc !== undefined && !["loading", "failed", "unfit"].includes(doc.state.kind);
  const [over, setOver] = createSignal<number>();
  const drop = (event: DragEvent, index: number): void => {
    setOver(undefined);
    const [path, from] = (event.dataTransfer?.getData(KIND) ?? "").split("\n");
    if (!path) return;
    event.preventDefault();
    event.stopPropagation();
    void docs.move(path, Number(from), props.at, index);
  };
  const drag = (event: DragEvent, index: number): void => {
    if (!event.dataTransfer?.types.includes(KIND)) return;
    event.preventDefault();
    event.stopPropagation();
    setOver(index);
  };
  const label = () => (isSplit(docs.layout()) ? (props.at === 0 ? "Open files on the left" : "Open files on the right") : "Open files");
  return (
    <div class="group" classList={{ focused: docs.layout().focus === props.at }} hidden={!column()}>
      <div
        class="tabs" classList={{ over: over() === -1 }} role="toolbar" aria-label={label()}
        onDragOver={(event) => drag(event, -1)} onDragLeave={() => setOver(undefined)} onDrop={(event) => drop(event, column()?.tabs.length ?? 0)}
      >
        <For each={column()?.tabs}>
          {(path, index) => (
            <Tab
              {...props} path={path} on={path === column()?.active} before={over() === index()}
              drag={(event) => drag(event, index())} drop={(event) => drop(event, index())}
            />
          )}
        </For>
        <Show when={active()}>
          <span class="spacer" />
          <button
            type="button" class="quiet" title="Ctrl \" aria-label={isSplit(docs.layout()) ? "Show in the other column" : "Split the editor"}
            onClick={() => (docs.focus(props.at), void docs.split())}
            onDragOver={(event) => drag(event, -1)} onDrop={(event) => (setOver(undefined), dropBeside(event))}
          >
            <span aria-hidden="true">◫</span>
          </button>
        </Show>
      </div>
      <Show when={active()}>{(doc) => <Bar doc={doc()} docs={docs} download={props.download} />}</Show>
      <div class="host" classList={{ away: !shows(active()) }} ref={(it) => props.host(it, props.at)} />
      <Show when={!active()}>
        <div class="welcome">
          <Show when={!props.idle} fallback={<p class="soft">{props.idle}</p>}>
          <p>Open a file<span class="wide"> on the left, or press <kbd>Ctrl P</kbd> to find one</span><span class="narrow"> under Files</span>.</p>
          <p class="soft wide"><kbd>Ctrl S</kbd> saves, <kbd>Ctrl Shift F</kbd> searches in all files, <kbd>Ctrl Shift P</kbd> or <kbd>F1</kbd> lists all commands, <kbd>Ctrl `</kbd> goes to the terminal.</p>
          </Show>
        </div>
      </Show>
    </div>
  );

  function dropBeside(event: DragEvent): void {
    const [path, from] = (event.dataTransfer?.getData(KIND) ?? "").split("\n");
    if (!path) return;
    event.preventDefault();
    event.stopPropagation();
    void docs.move(path, Number(from), props.at === 0 ? 1 : 0, 0);
  }
}

function Tab(props: PaneProps & { at: number; path: string; on: boolean; before: boolean; drag: (event: DragEvent) => void; drop: (event: DragEvent) => void }): JSX.Element {
  const { docs } = props;
  const doc = () => docs.get(props.path);
  const twice = () => docs.all().filter((it) => nameOf(it.path) === nameOf(props.path)).length > 1;
  const key = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0 || !event.ctrlKey || !event.shiftKey) return;
    event.preventDefault();
    const tabs = docs.layout().columns[props.at]?.tabs ?? [];
    const at = tabs.indexOf(props.path) + by;
    // Beyond its column's edge it goes to the other column.
    if (at < 0 || at >= tabs.length) void docs.move(props.path, props.at, props.at + by, by > 0 ? 0 : Infinity);
    else void docs.move(props.path, props.at, props.at, by > 0 ? at + 1 : at);
  };
  return (
    <div
      class="tab" classList={{ on: props.on, before: props.before }} draggable={true} onKeyDown={key}
      onDragStart={(event) => event.dataTransfer?.setData(KIND, `${props.path}\n${props.at}`)} onDragOver={(event) => props.drag(event)} onDrop={(event) => props.drop(event)}
      onAuxClick={(event) => event.button === 1 && props.close(props.path, props.at)}
    >
      <button type="button" class="label" aria-pressed={props.on} title={props.path} onClick={() => void docs.select(props.path, props.at as 0 | 1)}>
        {nameOf(props.path)}
        <Show when={twice() && folderOf(props.path)}><span class="note">{folderOf(props.path)}</span></Show>
        <Show when={doc() && hasUnsaved(doc()!)}><span class="dot" role="img" aria-label="unsaved">●</span></Show>
      </button>
      <button type="button" class="quiet icon" aria-label={`Close ${props.path}`} onClick={() => props.close(props.path, props.at)}>×</button>
    </div>
  );
}

function Bar(props: { doc: Doc; docs: Docs; download: (path: string) => string }): JSX.Element {
  const name = () => nameOf(props.doc.path);
  const event = (kind: "keep-mine" | "take-theirs" | "save") => void props.docs.event(props.doc.path, { kind });
  return (
    <Switch>
      <Match when={props.doc.state.kind === "conflict"}>
        <div class="bar warn" role="alert">
          <span>{name()} changed on the disk while you were editing it.</span>
          <button type="button" onClick={() => event("keep-mine")}>Save mine over it</button>
          <button type="button" onClick={() => event("take-theirs")}>Discard mine, show theirs</button>
        </div>
      </Match>
      <Match when={props.doc.state.kind === "gone"}>
        <div class="bar warn" role="alert">
          <span>{name()} was removed from the disk; its text is still here.</span>
          <button type="button" onClick={() => event("save")}>Write it again</button>
        </div>
      </Match>
      <Match when={props.doc.state.kind === "failed" || props.doc.state.kind === "unfit"}>
        <div class="bar" role="alert">
          <span>{name()}: {(props.doc.state as { why: string }).why}</span>
          <Show when={props.doc.state.kind === "unfit"}><a class="button" href={props.download(props.doc.path)} download={name()}>Download</a></Show>
          <Show when={props.doc.state.kind === "failed"}><button type="button" onClick={() => event("take-theirs")}>Try again</button></Show>
        </div>
      </Match>
    </Switch>
  );
}
