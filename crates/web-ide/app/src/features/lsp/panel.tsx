// The list of problems.
import { createEffect, createMemo, For, Show, type JSX } from "solid-js";
import type { Place } from "../editor/ports.ts";
import { SHOWN_MAX, type Problem } from "./problems.ts";
import "./problems.css";

const SIGNS = { error: "✕", warning: "▲", info: "●" } as const;

export default function ProblemList(props: { problems: readonly Problem[]; at: Place | undefined; open: (place: Place) => void }): JSX.Element {
  let list!: HTMLDivElement;
  const here = (it: Problem): boolean => it.path === props.at?.path && it.line === props.at.line;
  createEffect(() => {
    if (props.problems.some(here)) queueMicrotask(() => list.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" }));
  });
  const files = createMemo(() => {
    const all = new Map<string, Problem[]>();
    for (const it of props.problems.slice(0, SHOWN_MAX)) {
      const known = all.get(it.path);
      if (known) known.push(it);
      else all.set(it.path, [it]);
    }
    return all;
  });
  return (
    <div class="problems" ref={list} role="region" aria-label="Problems" tabindex="0">
      <For each={[...files().keys()]} fallback={<p class="hint pad">No problems are known in the open files and in what the tasks printed.</p>}>
        {(path) => (
          <section>
            <h2 title={path}>{path}</h2>
            <ul>
              <For each={files().get(path)}>
                {(it) => (
                  <li>
                    <button type="button" class="problemline" aria-current={here(it) ? "true" : undefined} onClick={() => props.open({ path: it.path, line: it.line, column: Math.max(it.column, 1) })}>
                      <span class={`sign ${it.severity}`} role="img" aria-label={it.severity}>{SIGNS[it.severity]}</span>
                      <span class="what" title={it.message}>{it.message.split("\n\n")[0]}</span>
                      <span class="where">{it.source} · {it.line}{it.column > 0 ? `:${it.column}` : ""}</span>
                    </button>
                  </li>
                )}
              </For>
            </ul>
          </section>
        )}
      </For>
      <Show when={props.problems.length > SHOWN_MAX}><p class="hint pad">Only the first {SHOWN_MAX} are shown.</p></Show>
    </div>
  );
}
