// All terminals of a session: tabs, one shown, each kept alive behind.
import { createSignal, For, lazy, Show, Suspense, type JSX } from "solid-js";
import type { Terminal } from "../../gen/agent.ts";
import type { Attention } from "../../ui/attention.ts";
import { Do } from "../../ui/parts.tsx";
import type { SessionApi } from "../ide/api.ts";

const TerminalView = lazy(() => import("./terminal.tsx"));

/** One that is open: the same object as long as it is, for a new one would be attached to anew. */
export interface Open {
  readonly terminal: Terminal;
}

export function createTerminals(api: SessionApi, attention: Attention) {
  const [open, setOpen] = createSignal<readonly Open[]>([]);
  const [notes, setNotes] = createSignal<ReadonlyMap<string, { text: string; bad: boolean }>>(new Map());
  // Asked for again, it gets the keys again.
  const [shown, setShown] = createSignal<string | undefined>(undefined, { equals: false });
  // Those of the page's start come late: they take the keys only from whoever has not begun with something else.
  let since = attention.presses();
  const show = (id: string | undefined, asked = attention.presses()) => {
    since = asked;
    setShown(id);
  };
  /** Whether the one that is shown now may still have the keys. */
  const wanted = () => attention.presses() === since;
  const [down, setDown] = createSignal<ReadonlySet<string>>(new Set());
  const add = (terminal: Terminal, look = true, asked = attention.presses()) => {
    if (!open().some((it) => it.terminal.id === terminal.id)) setOpen([...open(), { terminal }]);
    if (look || shown() === undefined) show(terminal.id, asked);
  };
  const note = (id: string, text: string, code?: number) =>
    setNotes((held) => new Map(held).set(id, { text, bad: code === undefined || code !== 0 }));
  const up = (id: string, isUp: boolean) => {
    if (down().has(id) !== isUp) return;
    const next = new Set(down());
    if (isUp) next.delete(id);
    else next.add(id);
    setDown(next);
  };
  const close = async (id: string) => {
    const asked = attention.presses();
    await api.closeTerminal(id);
    const left = open().filter((it) => it.terminal.id !== id);
    setOpen(left);
    up(id, true);
    if (shown() === id) show(left.at(-1)?.terminal.id, asked);
  };
  /** One that is on its way. */
  const adding = async (coming: Promise<Terminal>, asked = attention.presses()) => add(await coming, true, asked);
  const openNew = (asked?: number) => adding(api.openTerminal(), asked);
  /** Those that were there before this page go on where they were; without any there is a first one. */
  const adopt = async () => {
    const began = since;
    for (const terminal of await api.terminals()) if (terminal.running) add(terminal, false, began);
    if (open().length === 0) await openNew(began);
  };
  return { open, notes, shown, show, down, adding, note, up, close, openNew, adopt, wanted };
}

export type Terminals = ReturnType<typeof createTerminals>;

/** Something else than a terminal in the same place. */
export interface Beside {
  label: () => JSX.Element;
  body: () => JSX.Element;
  shown: () => boolean;
  show: (on: boolean) => void;
}

/** What is no shell was started as a task: what it prints may name places in files. */
const isTask = (title: string): boolean => !/^(|(ba|z|da|fi)?sh)$/.test(title);

interface PanelProps {
  session: string;
  terminals: Terminals;
  ended: () => void;
  beside?: Beside;
  /** Reads along with a task: gets its output, and undefined at its end. */
  watchTask?: (title: string) => (bytes: Uint8Array | undefined) => void;
}

export function TerminalPanel(props: PanelProps): JSX.Element {
  const it = props.terminals;
  const look = (id: string) => (props.beside?.show(false), it.show(id));
  const away = () => props.beside?.shown() ?? false;
  return (
    <section class="panel" aria-label="Terminals">
      <div class="tabs" role="toolbar" aria-label="Open terminals">
        <Show when={props.beside}>
          {(beside) => (
            <div class="tab" classList={{ on: away() }}>
              <button type="button" class="label" aria-pressed={away()} onClick={() => beside().show(true)}>{beside().label()}</button>
            </div>
          )}
        </Show>
        <For each={it.open()}>
          {(open) => (
            <div class="tab" classList={{ on: !away() && it.shown() === open.terminal.id }}>
              <button type="button" class="label" aria-pressed={!away() && it.shown() === open.terminal.id} onClick={() => look(open.terminal.id)}>
                {open.terminal.title || "shell"}
                <Show when={it.notes().get(open.terminal.id)}>{(note) => <span class="note" classList={{ bad: note().bad }}>{note().text}</span>}</Show>
              </button>
              <Do class="quiet icon" label={`Close terminal ${open.terminal.title}`} run={() => it.close(open.terminal.id)}>×</Do>
            </div>
          )}
        </For>
        <Do class="quiet" run={async () => (await it.openNew(), props.beside?.show(false))}>+ Terminal</Do>
      </div>
      <Show when={away()}>{props.beside?.body()}</Show>
      <div class="screens" hidden={away()}>
        <Suspense>
          <For each={it.open()}>
            {(open) => (
              <TerminalView
                session={props.session} id={open.terminal.id} title={open.terminal.title} shown={!away() && it.shown() === open.terminal.id} wanted={it.wanted}
                output={isTask(open.terminal.title) ? props.watchTask?.(open.terminal.title) : undefined}
                up={(up) => it.up(open.terminal.id, up)}
                ended={(text, code) => (it.note(open.terminal.id, text, code), it.up(open.terminal.id, true), props.ended())}
              />
            )}
          </For>
        </Suspense>
        <Show when={it.open().length === 0}><p class="hint pad">No terminal is open. A terminal goes on when this page is closed, reloaded, or loses its line.</p></Show>
      </div>
    </section>
  );
}
