// What the repository offers to run, and what came out of it.
import { createMemo, createResource, createSignal, For, lazy, Show, Suspense, type JSX } from "solid-js";
import type { Artefact, Task } from "../../gen/agent.ts";
import { Copy, Do, Fault } from "../../ui/parts.tsx";
import { steady } from "../../ui/steady.ts";
import { nameOf } from "../files/model.ts";
import { size } from "../../ui/text.ts";
import type { SessionApi } from "../ide/api.ts";
import "./tasks.css";

const BoardPanel = lazy(async () => ({ default: (await import("../board/board.tsx")).BoardPanel }));

const isBitstream = (name: string): boolean => /\.(bin|bit)$/.test(name);

export function TaskPane(props: { api: SessionApi; run: (name: string) => Promise<unknown>; version: number }): JSX.Element {
  const [tasks, { refetch }] = createResource(() => ({ of: props.version }), () => props.api.tasks());
  const [artefacts, again] = createResource(() => ({ of: props.version }), () => props.api.artefacts());
  const [board, setBoard] = createSignal<string>();
  // What is listed stays under the pointer while files change, and a board goes on being written while the line is down.
  const listed = createMemo<Task[]>((before) => (tasks.error ? before : steady(before, tasks.latest?.tasks ?? [])), []);
  const made = createMemo<Artefact[]>((before) => (artefacts.error ? before : steady(before, artefacts.latest ?? [])), []);
  return (
    <div class="tasks">
      <Fault error={tasks.error} retry={refetch} />
      <Show when={!tasks.error && tasks.latest}>
        {(found) => (
          <>
            <Show when={found().problem}><p class="reason bad pad">{found().problem}</p></Show>
            <ul class="list">
              <For each={listed()} fallback={<li class="hint pad">No tasks yet: describe them in <code>carrel.toml</code>.</li>}>
                {(task) => (
                  <li class="task">
                    <div>
                      <b>{task.name}</b>
                      <span class="hint">{task.description}</span>
                    </div>
                    <Do label={`Run ${task.name}`} run={() => props.run(task.name)}>Run</Do>
                  </li>
                )}
              </For>
            </ul>
          </>
        )}
      </Show>
      <h2 class="pad">Artefacts</h2>
      <Fault error={artefacts.error} retry={again.refetch} />
      <ul class="list">
        <For each={made().map((it) => it.name)} fallback={<li class="hint pad">None yet. A task declares what it makes; it appears here when it exists.</li>}>
          {(name) => <Show when={made().find((it) => it.name === name)}>{(it) => (
            <li class="artefact">
              <div class="row">
                <b title={name}>{nameOf(name)}</b>
                <span class="hint">{size(it().size)}</span>
              </div>
              <div class="clone">
                <code title={it().sha256}>sha256 {it().sha256.slice(0, 16)}…</code>
                <Copy text={it().sha256} what="Checksum" />
              </div>
              <div class="row">
                <a class="button quiet" href={props.api.artefactPath(name)} download={nameOf(name)}>Download</a>
                <Show when={isBitstream(name)}><button type="button" class="quiet" onClick={() => setBoard(name)}>To the board…</button></Show>
              </div>
              <Show when={board() === name}>
                <Suspense><BoardPanel artefact={it()} fetch={() => props.api.artefact(name)} close={() => setBoard(undefined)} /></Suspense>
              </Show>
            </li>
          )}</Show>}
        </For>
      </ul>
    </div>
  );
}
