// The list of problems, and what the language servers are doing.
import { For, Show, createSignal, type JSX } from "solid-js";
import { Dialog } from "../../ui/parts.tsx";
import { count } from "../../ui/text.ts";
import type { Place } from "../editor/ports.ts";
import { statusText, statusTone, type Server } from "./model.ts";
import { counted, SHOWN_MAX, type Problem } from "./problems.ts";
import "./lsp.css";

const SIGNS = { error: "✕", warning: "▲", info: "●" } as const;

export function ProblemList(props: { problems: readonly Problem[]; open: (place: Place) => void }): JSX.Element {
  const files = (): { path: string; problems: Problem[] }[] => {
    const all = new Map<string, Problem[]>();
    for (const it of props.problems.slice(0, SHOWN_MAX)) all.set(it.path, [...(all.get(it.path) ?? []), it]);
    return [...all].map(([path, problems]) => ({ path, problems }));
  };
  return (
    <div class="problems" role="region" aria-label="Problems" tabindex="0">
      <For each={files()} fallback={<p class="hint pad">No problems are known in the open files and in what the tasks printed.</p>}>
        {(file) => (
          <section>
            <h3 title={file.path}>{file.path}</h3>
            <ul>
              <For each={file.problems}>
                {(it) => (
                  <li>
                    <button type="button" class="problemline" onClick={() => props.open({ path: it.path, line: it.line, column: Math.max(it.column, 1) })}>
                      <span class={`sign ${it.severity}`} role="img" aria-label={it.severity}>{SIGNS[it.severity]}</span>
                      <span class="what">{it.message}</span>
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

/** The tab of the problem list. */
export function ProblemCount(props: { problems: readonly Problem[] }): JSX.Element {
  const counts = () => counted(props.problems);
  return (
    <>
      Problems
      <Show when={counts().error > 0}><span class="note bad" aria-label={count(counts().error, "error")}>{counts().error}</span></Show>
      <Show when={counts().error === 0 && counts().warning > 0}><span class="note warn" aria-label={count(counts().warning, "warning")}>{counts().warning}</span></Show>
    </>
  );
}

/** One quiet word per server in the status bar; what is wrong with it on demand. */
export function ServerStatus(props: { servers: readonly Server[]; restart: (language: string) => void; place: Place | undefined }): JSX.Element {
  const [asked, setAsked] = createSignal<string>();
  const server = () => props.servers.find((it) => it.language === asked());
  const why = (it: Server): string => ("why" in it.state ? it.state.why : "");
  return (
    <>
      <Show when={props.place}>{(at) => <span class="place">{`Line ${at().line}, column ${at().column}`}</span>}</Show>
      <For each={props.servers}>
        {(it) => (
          <button type="button" class="quiet" aria-label={`Language server: ${statusText(it)}`} onClick={() => setAsked(it.language)}>
            <span class={`state ${statusTone(it)}`}>{statusText(it)}</span>
          </button>
        )}
      </For>
      <span class="sr" role="status">{props.servers.filter((it) => ["restarting", "down", "missing"].includes(it.state.kind)).map(statusText).join(", ")}</span>
      <Show when={server()}>
        {(it) => (
          <Dialog title={statusText(it())} close={() => setAsked(undefined)}>
            <Show when={why(it())} fallback={<p>It completes, explains and checks what you write in {it().language} files: <kbd>Ctrl Space</kbd> completes, <kbd>F12</kbd> goes to a definition, <kbd>F2</kbd> renames, <kbd>F8</kbd> shows the next problem.</p>}>
              <pre class="problem" tabindex="0">{why(it())}</pre>
            </Show>
            <div class="row">
              <button type="button" autofocus onClick={() => (props.restart(it().language), setAsked(undefined))}>Start it anew</button>
              <button type="button" onClick={() => setAsked(undefined)}>Close</button>
            </div>
          </Dialog>
        )}
      </Show>
    </>
  );
}
