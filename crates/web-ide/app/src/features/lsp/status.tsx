// What the language servers are doing, in a few words.
import { createSignal, For, Show, type JSX } from "solid-js";
import { Dialog } from "../../ui/parts.tsx";
import { statusText, statusTone, type Server } from "./model.ts";

/** One quiet word per server in the status bar; what is wrong with it on demand. */
export default function ServerStatus(props: { servers: readonly Server[]; restart: (language: string) => void }): JSX.Element {
  const [asked, setAsked] = createSignal<string>();
  const server = () => props.servers.find((it) => it.language === asked());
  const why = (it: Server): string => ("why" in it.state ? it.state.why : "");
  return (
    <>
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
